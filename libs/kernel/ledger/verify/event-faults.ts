import type { StoredEvent } from '@kernel/event-store';
import {
  bodyHash,
  canonical,
  checkMeta,
  checkNames,
  checkSeals,
  FormatError,
  headHash,
  isUuid,
  sigsHash,
  type Box,
  type Seal,
  type ValueObject,
} from '@kernel/format';
import { eventDamage, type Damage } from './damage';

interface Body {
  readonly data: ValueObject;
  readonly seals: readonly Seal[];
}

export const counting = (revision: number): boolean => Number.isSafeInteger(revision) && revision >= 0;

/** What is wrong with one event, whatever stands before and after it. */
export const faultsOf = (log: string, event: StoredEvent): readonly Damage[] => faultsWith(event, hashOf(log, event));

/** `hash` = what head and body hash to. */
export const faultsWith = (event: StoredEvent, hash: string | undefined): readonly Damage[] => {
  const form = formFault(event);
  const damages = form === undefined ? [] : [eventDamage(event, 'form', form)];
  if (hash !== event.meta['h']) damages.push(eventDamage(event, 'hash', 'body or head does not hash to h'));
  const signature = signatureFault(event);
  if (signature !== undefined) damages.push(eventDamage(event, 'signature', signature));
  return damages;
};

export const hashOf = (log: string, { stream, revision, id, type, meta, body }: StoredEvent): string | undefined => {
  try {
    return headHash({ log, stream, revision, id, type, meta, body: bodyHash(body) });
  } catch {
    return undefined;
  }
};

const formFault = (event: StoredEvent): string | undefined => {
  try {
    checkNames(event);
    checkMeta(event.meta);
    if (!counting(event.revision)) return 'the revision is no counting number';
    const { seals } = bodyOf(event);
    seals.forEach(mustBeSeal);
    checkSeals(seals);
    return seals.length === event.boxes.length
      ? event.boxes.map(boxFault).find((fault) => fault !== undefined)
      : 'seals and boxes differ in number';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** @throws FormatError, SyntaxError when the body is not exactly `J({data, seals})` */
export const bodyOf = ({ body }: Pick<StoredEvent, 'body'>): Body => {
  if (typeof body !== 'string') throw new FormatError('not-text', '/body');
  const value = JSON.parse(body) as Body;
  if (canonical(value) !== body) throw new FormatError('not-canonical', '/body');
  const keys = Object.keys(value).join();
  const { data, seals } = value;
  if (keys !== 'data,seals' || typeof data !== 'object' || Array.isArray(data) || !Array.isArray(seals))
    throw new FormatError('not-data-and-seals', '/body');
  return value;
};

const SEAL_KEYS = ['c,class,subject', 'at,c,class,subject'];

const mustBeSeal = (seal: Seal, index: number): void => {
  const path = `/seals/${String(index)}`;
  if (!SEAL_KEYS.includes(Object.keys(seal).join())) throw new FormatError('bad-seal', path);
  if (!/^[0-9a-f]{64}$/.test(seal.c)) throw new FormatError('bad-commitment', `${path}/c`);
  if (!isUuid(seal.subject)) throw new FormatError('bad-subject', `${path}/subject`);
  if (seal.at !== undefined && typeof seal.at !== 'string') throw new FormatError('bad-place', `${path}/at`);
};

/** A box holds algorithm, ciphertext and key, or nothing at all. */
const boxFault = (box: Box, index: number): string | undefined => {
  const keys = Object.keys(box).sort().join();
  if (keys === '') return undefined;
  const { ct = '', key = '' } = box;
  const formed = keys === 'alg,ct,key' && /^[A-Za-z0-9_-]+$/.test(ct) && isUuid(key);
  return formed ? undefined : `box ${String(index)} is none`;
};

/** `meta.sig` ties `sigs` into the chain; one without the other is damage. */
const signatureFault = ({ meta, sigs }: StoredEvent): string | undefined => {
  const { sig } = meta;
  if (sigs === undefined) return sig === undefined ? undefined : 'the signatures are missing';
  if (sig === undefined) return 'there are signatures that the event does not name';
  return hashOfSigs(sigs) === sig ? undefined : 'the signatures are not those that the event names';
};

const hashOfSigs = (sigs: readonly ValueObject[]): string | undefined => {
  try {
    return sigsHash(sigs);
  } catch {
    return undefined;
  }
};
