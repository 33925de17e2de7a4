export { paperEvents, paperFeature, papers, type PaperReceived } from './paper';
export { PaperFiles, type StoredFile } from './paper-files';
export { PaperModule } from './paper.module';
export { receivePaper } from './receive-paper';
export { UPLOAD_LIMITS } from './upload-form';
