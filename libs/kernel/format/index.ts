export { canonicalDigest } from './digest';
export { canonical, FormatError, pointerToken, type Value, type ValueObject } from './json';
export { derivedUuid, isUuid, newUuid } from './uuid';
export * from './part';
export * from './record';
export { FORMAT_SPEC_SHA256 } from './spec';
