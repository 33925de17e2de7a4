export { untraced, type Around } from './around';
export * from './command-digests';
export * from './event-store';
export { isUnavailable } from './unavailable';
