export { ProcessRunner, type Resettled } from './process-runner';
export { effectsIn } from './settling';
export { parkedBy, type ParkedEffect } from './parked-effects';
export { EffectRefused, effectRefusedWords, RecordEffectRefused } from './effect-refused';
