export { untraced, type Tracer } from './tracer';
export * from './command-digests';
export * from './event-store';
