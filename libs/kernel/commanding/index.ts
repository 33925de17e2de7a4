export { mustNameAreas } from './areas';
export { commandHandlers, send } from './bus';
export { CommandRunner } from './command-runner';
export { effectCommandId } from './drafts';
export {
  Authorizer,
  Clock,
  Commands,
  Places,
  Rules,
  type Authority,
  type Beside,
  type CommandReceipt,
  type Decided,
} from './commands';
export {
  ClockBehind,
  CommandReused,
  Damaged,
  Forbidden,
  InvalidCommand,
  isRefused,
  NotFound,
  StaleRevision,
  TooLarge,
} from './errors';
export { Histories } from './histories';
export { referencesOf } from './references';
