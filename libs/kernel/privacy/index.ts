export { KeyStore, type KeyOwner, type NewKey } from './key-store';
export { factMetaOf, openEvents, UnknownEventType } from './opening';
export { bytesOf, sealEvents, type Draft, type SealingContext, type Tip } from './sealing';
export { exportMaster, importMaster, MasterKeyError, masterKeys, writeSecret, type MasterKeys } from './master-key';
export { verifyBoxes, type BoxDamage } from './verify-keys';
