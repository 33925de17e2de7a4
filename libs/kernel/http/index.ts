export { Authenticator, Caller, CallerGuard, callerOf, issuedFrom, Public } from './caller';
export { commandRoutes, kebab } from './command-routes';
export { languageOf, problemOf, type Problem } from './problem';
export { ProblemFilter } from './problem.filter';
