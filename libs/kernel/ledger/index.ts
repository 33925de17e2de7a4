export { ledgerDecider, ledgerPermissions } from './ledger.decider';
export { EMPTY_ROOT, hashLeaf, hashNode } from './merkle/tree';
export { verifierKey } from './note/signed-note';
export { signingKey } from './signing-key';
export { verifyLog, type Damage, type Verification } from './verify';
