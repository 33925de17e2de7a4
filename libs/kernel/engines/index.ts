export { causeOf, fileFault, inWords, missing, type Kept } from './file-faults';
export { isUnavailable, JobsUnavailable, NotTheWriter, StoreUnavailable } from './unavailable';
