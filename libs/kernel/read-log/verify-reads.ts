import type { EventStore, StoredEvent } from '@kernel/event-store';
import type { ReadLog } from './read-log';
import { readLogDecider, readLogStreamOf, type ReadLogState, type SealedDay } from './read-log.decider';
import { readId } from './read-chain';
import { walkSegment, type BrokenRead } from './segment-walk';

/** One place where the read log is not what was sealed. */
export interface ReadDamage {
  readonly day: string;
  /** The record, by its place in the segment; absent where the segment as a whole is meant. */
  readonly index?: number;
  /** `<day>/<index>`, or the day. */
  readonly id: string;
  /**
   * `changed`, `missing`, `surplus` records · `root`: the segment was written anew · `lost`: a sealed segment is gone
   * without having been destroyed · `kept`: one that was destroyed is still there · `unsealed`: one was put among
   * sealed days
   */
  readonly kind: 'changed' | 'missing' | 'surplus' | 'root' | 'lost' | 'kept' | 'unsealed';
  readonly detail: string;
}

export interface ReadVerification {
  readonly sound: boolean;
  /** Segments and records that are there. */
  readonly segments: number;
  readonly records: number;
  readonly sealed: number;
  readonly destroyedThrough?: string;
  readonly damages: readonly ReadDamage[];
}

const whole = (day: string, kind: ReadDamage['kind'], detail: string): ReadDamage => ({ day, id: day, kind, detail });

type Evolve = (state: ReadLogState, data: object, meta: never) => ReadLogState;

/** Seals hold no personal part: they are read without keys. */
const folded = (events: readonly StoredEvent[]): ReadLogState =>
  events.reduce<ReadLogState>((state, { type, body }) => {
    const { data } = JSON.parse(body) as { data: object };
    return (readLogDecider.evolve[type as keyof typeof readLogDecider.evolve] as Evolve)(state, data, {} as never);
  }, readLogDecider.initialState);

const statusOf = ({ last, destroyedThrough }: ReadLogState, day: string, seal: SealedDay | undefined) => {
  if (destroyedThrough !== undefined && day <= destroyedThrough)
    return whole(day, 'kept', `its records were to be destroyed (through ${destroyedThrough})`);
  if (!seal && last !== undefined && day <= last)
    return whole(day, 'unsealed', `no seal names this day, though days up to ${last} are sealed`);
  return undefined;
};

const againstSeal = (
  { day, count, root }: SealedDay,
  walked: { count: number; root: string },
): readonly ReadDamage[] => {
  if (walked.count > count)
    return [whole(day, 'surplus', `${String(walked.count)} records, but ${String(count)} were sealed`)];
  return walked.root === root ? [] : [whole(day, 'root', `the records hash to ${walked.root}, but ${root} was sealed`)];
};

/** What is broken now, and what was when the day was sealed: a chain that was mended since mends nothing. */
const brokenOf = (now: readonly BrokenRead[], seal: SealedDay | undefined): readonly BrokenRead[] => {
  const named = new Set(now.map(({ index }) => index));
  const then = (seal?.broken ?? []).filter((index) => !named.has(index));
  const detail = 'it was missing or changed already when the day was sealed';
  return [...now, ...then.map((index) => ({ index, kind: 'changed', detail }) as const)];
};

/**
 * Recomputes every chain and root of the read log and compares with what was sealed in the log of events: names every
 * changed or missing record. The log of events itself is verified elsewhere.
 */
export const verifyReads = async (
  { log, store, reads }: { readonly log: string; readonly store: EventStore; readonly reads: ReadLog },
  progress?: (records: number) => void,
): Promise<ReadVerification> => {
  const state = folded(await store.read(`readLog-${readLogStreamOf(log)}`));
  const seals = new Map(state.days.map((seal) => [seal.day, seal]));
  const damages: ReadDamage[] = [];
  const segments = await reads.segments();
  let records = 0;
  for (const { day } of segments) {
    const seal = seals.get(day);
    const walked = await walkSegment(reads, day, seal?.count);
    records += walked.count;
    progress?.(records);
    const status = statusOf(state, day, seal);
    const broken = brokenOf(walked.broken, seal).map((one) => ({ day, id: readId(day, one.index), ...one }));
    damages.push(...(status ? [status] : []), ...broken);
    if (seal && broken.length === 0) damages.push(...againstSeal(seal, walked));
  }
  const there = new Set(segments.map(({ day }) => day));
  for (const { day, count } of state.days)
    if (!there.has(day)) damages.push(whole(day, 'lost', `${String(count)} sealed records are gone`));
  return {
    sound: damages.length === 0,
    segments: segments.length,
    records,
    sealed: state.days.length,
    ...(state.destroyedThrough !== undefined && { destroyedThrough: state.destroyedThrough }),
    damages,
  };
};
