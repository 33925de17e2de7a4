export { mustNameAreas } from './areas';
export { commandHandlers, send } from './bus';
export { CommandRunner } from './command-runner';
export { effectCommandId } from './drafts';
export { Authorizer, Clock, Commands, Places, Rules, type Authority, type CommandReceipt } from './commands';
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
export { StreamFolder } from './stream-folder';
