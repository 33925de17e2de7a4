export { untraced, type Around } from './around';
export * from './command-digests';
export * from './event-store';
export { causeOf, fileFault, inWords, missing, type Kept } from './file-faults';
export { isUnavailable } from './unavailable';
