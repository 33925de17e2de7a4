export {
  accountDecider,
  accountFeature,
  ROLES,
  type AccountSheet,
  type AccountState,
  type Post,
  type Role,
} from './account';
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
export { randomPassword, Sessions } from './sessions';
export { CredentialStore } from './credential-store';
