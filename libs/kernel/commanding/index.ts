export { commandHandlers, send } from './bus';
export { CommandRunner } from './command-runner';
export { effectCommandId, effectIssued, effectsOf, holdsErased, refusalCommandId, splitStream } from './effects';
export { Authorizer, Clock, Commands, Rules, type Authority, type CommandReceipt } from './commands';
export {
  ClockBehind,
  CommandReused,
  EffectsRefused,
  Forbidden,
  InvalidCommand,
  isImpossible,
  NotFound,
  StaleRevision,
  type EffectRefusal,
} from './errors';
export { Histories } from './histories';
export { referencesOf } from './references';
