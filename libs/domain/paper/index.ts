export { formIssues, paperEvents, paperFeature, PaperSheet, type PaperForm, type PaperReceived } from './paper';
export { PAPER_LIMIT, PaperDamaged, PaperFiles, PaperTooLarge, type StoredFile } from './paper-files';
