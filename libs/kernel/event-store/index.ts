export * from './command-digests';
export * from './event-store';
