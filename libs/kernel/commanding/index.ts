export { commandHandlers, send } from './bus';
export { CommandRunner } from './command-runner';
export { effectCommandId } from './drafts';
export {
  Authorizer,
  Clock,
  Commands,
  Rules,
  type Authority,
  type Beside,
  type CommandReceipt,
  type Decided,
} from './commands';
export { ClockBehind, CommandReused, Forbidden, InvalidCommand, NotFound, StaleRevision } from './errors';
export { Histories } from './histories';
export { referencesOf } from './references';
