export { accountDecider, accountEvents, accountFeature, type AccountSheet, type AccountState } from './account';
export { postsAt, PostAuthorizer, type Grants } from './authorizer';
export { covers, inForce, ROLES, significant, type Post, type Role } from './post';
export { Logins } from './logins';
export { oidcIdentity } from './oidc';
export {
  MUST_STATE_PURPOSE,
  opensAll,
  readableAreas,
  readableHouseholds,
  reaches,
  readerOf,
  readingPosts,
} from './reader';
export { NotAuthenticated, randomPassword, Sessions, Throttled, type Identity } from './sessions';
export { resetPassword, type Credentials } from './reset-password';
export { ReadLog, type ReadQuery } from './read-log';
export { readersOf, type ReaderLine } from './readers';
export { sealReads } from './seal-reads';
export { verifyReads, type ReadVerification } from './verify-reads';
export { readLogFeature } from './read-log.feature';
export { SideStore } from './side-store';
export { viewNameOf } from './view-names';
