export { paperDecider, paperFeature, papers, PaperSheet } from './paper';
export { PaperDamaged, PaperFiles, PaperTooLarge, type StoredFile } from './paper-files';
