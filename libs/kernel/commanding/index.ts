export { commandHandlers, send } from './bus';
export { CommandRunner } from './command-runner';
export { effectCommandId } from './drafts';
export { Authorizer, Clock, Commands, Rules, type Authority, type CommandReceipt } from './commands';
export { ClockBehind, CommandReused, Forbidden, InvalidCommand, NotFound, StaleRevision } from './errors';
export { Histories } from './histories';
export { referencesOf } from './references';
export { StreamFolder } from './stream-folder';
