export { ledgerDecider, ledgerPermissions, NOWHERE } from './ledger.decider';
export { ledgerEvents, LogOpened } from './ledger.events';
export { signingKey, verifierKey } from './signing-key';
export { sealsOf, verifyLog, type Damage, type DamageKind, type OpensBoxes, type Verification } from './verify';
