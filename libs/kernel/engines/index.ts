export { isUnavailable, JobsUnavailable, NotTheWriter, StoreUnavailable } from './unavailable';
