export { formIssues, paperEvents, paperFeature, papers, PaperSheet, type PaperForm, type PaperReceived } from './paper';
export { PAPER_LIMIT, PaperDamaged, PaperFiles, PaperTooLarge, type StoredFile } from './paper-files';
export { PaperModule } from './paper.module';
export { receivePaper } from './receive-paper';
export { UPLOAD_LIMITS } from './upload-form';
