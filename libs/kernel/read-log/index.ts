export { ReadLog, type ReadQuery } from './read-log';
export { readersOf, type ReaderLine } from './readers';
export { sealReads } from './seal-reads';
export { verifyReads, type ReadVerification } from './verify-reads';
export { readLogFeature } from './read-log.feature';
