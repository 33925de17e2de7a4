export { paperFeature, papers, PaperSheet } from './paper';
export { PaperDamaged, PaperFiles } from './paper-files';
export { PaperModule } from './paper.module';
