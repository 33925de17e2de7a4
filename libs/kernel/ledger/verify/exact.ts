import type { StoredEvent } from '@kernel/event-store';
import { ledgerEntry, streamId, ZERO_HASH } from '@kernel/format';
import type { Unreadable } from './boxes';
import { eventDamage, type Damage } from './damage';
import { counting, faultsWith, hashOf, bodyOf } from './event-faults';

interface Tip {
  readonly revision: number;
  /** As it is stored, and as its bytes hash. */
  readonly hashes: readonly (string | undefined)[];
  readonly recordedAt: string;
}

/** A revision that a stream skips. */
export interface Hole {
  readonly stream: string;
  readonly revision: number;
}

export const holeDamage = ({ stream, revision }: Hole): Damage => ({
  stream,
  revision,
  id: `revision-${String(revision)}`,
  kind: 'missing',
  detail: 'the log does not hold it, though it holds a later revision; the ledger tells nothing of it',
});

/** Positions of an embedded log that hold nothing. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** When the events around it were recorded. */
  readonly after: string;
  readonly before: string;
}

const UNBORN: Tip = { revision: -1, hashes: [ZERO_HASH], recordedAt: '' };
/** A stream that skips more revisions at once does not miss them: the number of the event is wrong. */
const MANY = 10_000;

/**
 * Examines events one after the other, in order of position: form, hashes, chain. Nothing of the running system is
 * believed. Whatever quicker way there is, what this one refuses is damage; so is every hole and every gap.
 */
export class Examination {
  readonly damages: Damage[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly gaps: Gap[] = [];
  #log: string | undefined;
  readonly #tips = new Map<string, Tip>();
  readonly #holes = new Map<string, Hole>();
  #events = 0;
  #position = 0;
  #recordedAt = '';

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

  get holes(): readonly Hole[] {
    return [...this.#holes.values()];
  }

  /** Examines the next event; answers its entry in the ledger as it is stored. */
  accept(event: StoredEvent): Buffer {
    const log = (this.#log ??= this.#logOf(event));
    this.#events += 1;
    this.#checkPosition(event);
    const hash = hashOf(log, event);
    const faults = faultsWith(event, hash);
    this.damages.push(...faults);
    this.#checkChain(event, hash);
    if (faults.length === 0) this.unreadable.push(...emptiedBy(event));
    const { h = '' } = event.meta;
    return ledgerEntry(streamId(log, event.stream), counting(event.revision) ? event.revision : 0, h);
  }

  #logOf(first: StoredEvent): string {
    if (first.type !== 'LogOpened' || first.revision !== 0)
      this.damages.push(eventDamage(first, 'log', 'the first event is not LogOpened'));
    return first.stream.slice(first.stream.indexOf('-') + 1);
  }

  /**
   * Positions of the embedded store are gapless integers from 1 on: a gap is a deleted row. Other engines' are opaque.
   */
  #checkPosition(event: StoredEvent): void {
    if (!/^-?\d+$/.test(event.position)) return;
    const position = Number(event.position);
    const { recordedAt = '' } = event.meta;
    if (position < 1) {
      this.damages.push(eventDamage(event, 'position', `it stands at position ${event.position}, before the first`));
      return;
    }
    const from = this.#position + 1;
    if (position > from) this.gaps.push({ from, to: position - 1, after: this.#recordedAt, before: recordedAt });
    this.#position = position;
    this.#recordedAt = recordedAt;
  }

  /**
   * An event with the right hash that comes too late for its stream tells of a hole; any other says nothing but of
   * itself.
   */
  #checkChain(event: StoredEvent, hash: string | undefined): void {
    const tip = this.#tips.get(event.stream) ?? UNBORN;
    const { h, prev = '', recordedAt = '' } = event.meta;
    const due = tip.revision + 1;
    const skips = hash === h && event.revision > due && event.revision - due <= MANY;
    if (event.revision === due) this.#checkNext(event, tip);
    else if (skips) this.#skip(event.stream, due, event.revision);
    else this.#misplaced(event, tip.revision);
    if (event.revision === due || skips || tip.hashes.includes(prev))
      this.#tips.set(event.stream, { revision: skips ? event.revision : due, hashes: [h, hash], recordedAt });
  }

  #checkNext(event: StoredEvent, tip: Tip): void {
    const { prev, recordedAt = '' } = event.meta;
    if (!tip.hashes.includes(prev)) this.#found(event, 'chain', 'prev is not the hash of the revision before');
    if (recordedAt < tip.recordedAt) this.#found(event, 'time', 'recorded before the revision before');
  }

  #skip(stream: string, from: number, to: number): void {
    for (let revision = from; revision < to; revision++)
      this.#holes.set(`${stream}\n${String(revision)}`, { stream, revision });
  }

  #misplaced(event: StoredEvent, last: number): void {
    this.#holes.delete(`${event.stream}\n${String(event.revision)}`);
    this.#found(event, 'revision', `revision ${String(event.revision)} follows ${String(last)}`);
  }

  #found(event: StoredEvent, kind: Damage['kind'], detail: string): void {
    this.damages.push(eventDamage(event, kind, detail));
  }
}

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
