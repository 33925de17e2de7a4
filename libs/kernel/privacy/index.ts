export { closedFact, StillSealed } from './closed';
export { FreshParts } from './fresh-parts';
export { KeyStore } from './key-store';
export { factMetaOf, openEvents, UnknownEventType } from './opening';
export { mustBeSealable, sealEvents, type Draft, type SealingContext } from './sealing';
export { exportMaster, importMaster, MasterKeyError, masterKeys, writeSecret } from './master-key';
