export { causeOf, fileFault, inWords, missing } from './file-faults';
export { isUnavailable, JobsUnavailable, NotTheWriter, StoreUnavailable } from './unavailable';
