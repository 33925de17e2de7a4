export { AccountsModule } from './accounts.module';
export { accountDecider, accountEvents, accounts, type AccountSheet, type AccountState } from './account';
export { covers, inForce, ROLES, type Post, type Role } from './post';
export { Logins } from './logins';
export { resetPassword, type Credentials } from './reset-password';
export { accountFeature } from './account.feature';
export { postsAt, PostAuthorizer, Grants } from './authorizer';
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
export { Openings, type Opening } from './openings';
export { People } from './people';
export { householdIn, Reading, type Readable, type ReadingCaller } from './reading';
export { ProcedureRecords } from './procedure-records';
