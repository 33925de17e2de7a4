export {
  accountDecider,
  accountFeature,
  ROLES,
  type AccountSheet,
  type AccountState,
  type Post,
  type Role,
} from './account';
export { covers, postsAt, PostAuthorizer, type Grants } from './authorizer';
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
export { ReadLog, type ReadQuery } from './read-log';
export { readersOf, type ReaderLine } from './readers';
export { sealReads } from './seal-reads';
export { verifyReads, type ReadVerification } from './verify-reads';
export { readLogFeature } from './read-log.feature';
export { SideStore } from './side-store';
export { viewNameOf } from './view-names';
