export {
  accountDecider,
  accountFeature,
  accounts,
  inForce,
  ROLES,
  type AccountSheet,
  type AccountState,
  type Post,
  type Role,
} from './account';
export { covers, PostAuthorizer } from './authorizer';
export { oidcIdentity, type OidcIssuer } from './oidc';
export { ReadLog, type ReadQuery, type ReadRecord } from './read-log';
export { MUST_STATE_PURPOSE, readableAreas, readerOf, readingPosts } from './reader';
export {
  hashPassword,
  NotAuthenticated,
  randomPassword,
  Sessions,
  Throttled,
  type Identity,
  type Session,
} from './sessions';
