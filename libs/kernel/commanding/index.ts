export { carrierOf, commandHandlers, send, type IssuedCommand } from './bus';
export { CommandRunner, type CommandRunnerParts } from './command-runner';
export { effectCommandId } from './drafts';
export { Authorizer, Clock, Commands, Rules, type Authority, type CommandReceipt, type Folded } from './commands';
export { ClockBehind, CommandReused, Forbidden, InvalidCommand, NotFound, StaleRevision } from './errors';
export { Histories } from './histories';
