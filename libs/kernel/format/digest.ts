import { hash } from 'node:crypto';
import { canonical, type Value } from './json';

/** SHA-256 of J(value), in hex. */
export const canonicalDigest = (value: Value): string => hash('sha256', canonical(value), 'hex');
