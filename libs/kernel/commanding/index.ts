export { mustNameAreas } from './areas';
export { commandHandlers, send } from './bus';
export { CommandRunner } from './command-runner';
export { effectCommandId, effectIssued, effectsOf, holdsErased, refusalCommandId, splitStream } from './effects';
export {
  Authorizer,
  Clock,
  Commands,
  Places,
  type Authority,
  type Beside,
  type CommandReceipt,
  type CommandsOf,
  type Decided,
  type Folded,
} from './commands';
export {
  ClockBehind,
  CommandReused,
  Damaged,
  EffectsRefused,
  Forbidden,
  InvalidCommand,
  isImpossible,
  isRefused,
  NotFound,
  StaleRevision,
  TooLarge,
  type EffectRefusal,
} from './errors';
export { Histories } from './histories';
export { referencesOf } from './references';
export { StreamFolder } from './stream-folder';
