export { KeyStore, type KeyOwner, type NewKey } from './key-store';
export { factMetaOf, openEvents, UnknownEventType } from './opening';
export { bytesOf, sealEvents, type Draft, type SealingContext, type Tip } from './sealing';
