export { accountDecider, ROLES, type AccountSheet, type AccountState, type Post, type Role } from './account';
export { accountFeature } from './account.feature';
export { covers, postsAt, PostAuthorizer, significant, type Grants } from './authorizer';
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
export { CredentialStore } from './credential-store';
