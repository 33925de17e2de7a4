export { Authenticator, Caller, CallerGuard, issuedFrom, Public } from './caller';
export { commandRoutes, kebab } from './command-routes';
export { NotAuthenticated, Throttled, type Identity } from './identity';
export { ProblemFilter } from './problem.filter';
export { exampleOf } from './example';
