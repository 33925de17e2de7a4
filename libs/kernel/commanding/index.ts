export { carrierOf, commandHandlers, send, type IssuedCommand } from './bus';
export { CommandRunner, effectCommandId, type CommandRunnerParts } from './command-runner';
export { Authorizer, Clock, Commands, Rules, type Authority, type CommandReceipt, type Folded } from './commands';
export { ClockBehind, CommandReused, Forbidden, InvalidCommand, NotFound, StaleRevision } from './errors';
export { Histories } from './histories';
