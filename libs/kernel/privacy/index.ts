export { closedFact, StillSealed } from './closed';
export { FreshParts } from './fresh-parts';
export { KeyStore } from './key-store';
export { factMetaOf, openEvents } from './opening';
export { sealEvents, type Draft, type SealingContext } from './sealing';
export { exportMaster, importMaster, MasterKeyError, masterKeys, writeSecret } from './master-key';
