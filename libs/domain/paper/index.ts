export { paperFeature, PaperSheet } from './paper';
export { PaperDamaged } from './paper-files';
