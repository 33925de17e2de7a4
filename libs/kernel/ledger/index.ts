export { ledgerDecider, ledgerPermissions } from './ledger.decider';
export { signingKey, verifierKey } from './signing-key';
export { verifyLog, type Damage, type Verification } from './verify';
