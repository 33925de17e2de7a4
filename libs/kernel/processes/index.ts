export { ProcessRunner, type Resettled } from './process-runner';
export { effectsIn } from './settling';
export type { ParkedEffect } from './parked-effects';
