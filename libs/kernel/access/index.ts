export {
  accountDecider,
  accountFeature,
  ROLES,
  type AccountSheet,
  type AccountState,
  type Post,
  type Role,
} from './account';
export { postsAt, PostAuthorizer, significant, type Grants } from './authorizer';
export { oidcIdentity } from './oidc';
export { MUST_STATE_PURPOSE, readableAreas, readableHouseholds, reaches, readerOf, readingPosts } from './reader';
export { NotAuthenticated, randomPassword, Sessions, Throttled, type Identity } from './sessions';
export { ReadLog, type ListedRead, type ReadPage, type ReadQuery, type ReadRecord } from './read-log';
export { readersOf, type ReaderLine } from './readers';
export { SideStore } from './side-store';
