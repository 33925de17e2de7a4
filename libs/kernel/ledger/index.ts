export { ledgerDecider, ledgerPermissions } from './ledger.decider';
export { verifierKey } from './note/signed-note';
export { signingKey } from './signing-key';
export { verifyLog, type Damage, type Verification } from './verify';
