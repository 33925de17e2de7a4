export { BODY, mustBeBounded, QUERY } from './bounds';
export { Authenticator, Caller, CallerGuard, Id, issuedFrom, Public, Purpose } from './caller';
export { commandRoutes, kebab } from './command-routes';
export { forFeature } from './for-feature';
export { NotAuthenticated, Throttled, type Identity } from './identity';
export { ProblemFilter } from './problem.filter';
export { exampleOf } from './example';
export {
  AtLeastQuery,
  DaysQuery,
  IsNumber,
  MomentQuery,
  PageQuery,
  queryPipe,
  RecordQuery,
  RepeatableQuery,
} from './queries';
