export { BODY, mustBeBounded, QUERY } from './bounds';
export { Authenticator, Caller, CallerGuard, issuedFrom, Public } from './caller';
export { commandRoutes, kebab } from './command-routes';
export { ProblemFilter } from './problem.filter';
export { exampleOf } from './example';
