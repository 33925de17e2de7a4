export { untraced, type Around } from './tracer';
export * from './command-digests';
export * from './event-store';
