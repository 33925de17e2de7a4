import type { StoredEvent } from '@kernel/event-store';
import {
  bodyHash, canonical, checkMeta, checkNames, checkSeals, FormatError, headHash, isUuid, ledgerEntry, sigsHash, streamId,
  ZERO_HASH, type Box, type Seal, type ValueObject,
} from '@kernel/format'; // prettier-ignore
import type { Unreadable } from './boxes';
import { eventDamage, type Damage } from './damage';

interface Tip {
  readonly revision: number;
  readonly h: string;
  readonly recordedAt: string;
}

interface Body {
  readonly data: ValueObject;
  readonly seals: readonly Seal[];
}

/**
 * Examines events one after the other, in order of position: form, hashes, chain. Nothing of the running system is
 * believed. Whatever quicker way there is, what this one refuses is damage.
 */
export class Examination {
  readonly damages: Damage[] = [];
  readonly unreadable: Unreadable[] = [];
  #log: string | undefined;
  readonly #tips = new Map<string, Tip>();
  #events = 0;
  #position = 0;

  /** `log` where the log's first event is not at hand: a part of it is examined. */
  constructor(log?: string) {
    this.#log = log;
  }

  get log(): string {
    return this.#log ?? '';
  }

  get events(): number {
    return this.#events;
  }

  get streams(): number {
    return this.#tips.size;
  }

  /** Takes up a stream at an event that is proved otherwise. */
  tipIs(stream: string, tip: Tip): void {
    this.#tips.set(stream, tip);
  }

  /** Examines the next event; answers its entry in the ledger as it is stored. */
  accept(event: StoredEvent): Buffer {
    const log = (this.#log ??= this.#logOf(event));
    this.#events += 1;
    this.#checkPosition(event);
    const faults = faultsOf(log, event);
    this.damages.push(...faults);
    this.#checkChain(event);
    if (faults.length === 0) this.unreadable.push(...emptiedBy(event));
    const { h = '' } = event.meta;
    return ledgerEntry(streamId(log, event.stream), counting(event.revision) ? event.revision : 0, h);
  }

  #logOf(first: StoredEvent): string {
    if (first.type !== 'LogOpened' || first.revision !== 0)
      this.damages.push(eventDamage(first, 'log', 'the first event is not LogOpened'));
    return first.stream.slice(first.stream.indexOf('-') + 1);
  }

  /** Positions of the embedded store are gapless integers: a hole is a deleted row. Other engines' are opaque. */
  #checkPosition(event: StoredEvent): void {
    if (!/^-?\d+$/.test(event.position)) return;
    const position = Number(event.position);
    if (position !== this.#position + 1)
      this.damages.push(
        eventDamage(event, 'position', `position ${String(position)} follows ${String(this.#position)}`),
      );
    this.#position = position;
  }

  #checkChain(event: StoredEvent): void {
    const tip = this.#tips.get(event.stream) ?? { revision: -1, h: ZERO_HASH, recordedAt: '' };
    const { h = '', prev = '', recordedAt = '' } = event.meta;
    const found = (kind: Damage['kind'], detail: string): void => { this.damages.push(eventDamage(event, kind, detail)); }; // prettier-ignore
    if (event.revision !== tip.revision + 1)
      found('revision', `revision ${String(event.revision)} follows ${String(tip.revision)}`);
    if (prev !== tip.h) found('chain', 'prev is not the hash of the revision before');
    if (recordedAt < tip.recordedAt) found('time', 'recorded before the revision before');
    this.#tips.set(event.stream, { revision: event.revision, h, recordedAt });
  }
}

const counting = (revision: number): boolean => Number.isSafeInteger(revision) && revision >= 0;

/** What is wrong with one event, whatever stands before and after it. */
export const faultsOf = (log: string, event: StoredEvent): readonly Damage[] => {
  const form = formFault(event);
  const damages = form === undefined ? [] : [eventDamage(event, 'form', form)];
  if (hashOf(log, event) !== event.meta['h'])
    damages.push(eventDamage(event, 'hash', 'body or head does not hash to h'));
  const signature = signatureFault(event);
  if (signature !== undefined) damages.push(eventDamage(event, 'signature', signature));
  return damages;
};

const hashOf = (log: string, { stream, revision, id, type, meta, body }: StoredEvent): string | undefined => {
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
const bodyOf = ({ body }: Pick<StoredEvent, 'body'>): Body => {
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

/** Parts of an event in order whose boxes are empty. */
export const emptiedBy = ({ stream, revision, id, boxes, body }: StoredEvent): readonly Unreadable[] => {
  const empty = boxes.flatMap((box, index) => (box.ct === undefined ? [index] : []));
  if (empty.length === 0) return [];
  const { seals } = bodyOf({ body });
  return empty.map((index) => ({
    event: { stream, revision, id },
    seal: seals[index]!,
    without: 'box',
    detail: `the box of ${seals[index]!.class} is empty`,
  }));
};
