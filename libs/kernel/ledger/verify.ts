import type { EventStore, StoredEvent } from '@kernel/event-store';
import type { KeyStore } from '@kernel/privacy';
import { openBoxes, unexplained, type Unreadable } from './verify/boxes';
import { fileDamage, type Damage, type LogFindings } from './verify/damage';
import { faultsOf } from './verify/event-faults';
import { emptiedBy, Examination, holeDamage } from './verify/exact';

export type { Damage, LogFindings } from './verify/damage';

/** What the log holds no more: beside its ledger somebody else names it. */
type Lost = (examination: Pick<Examination, 'holes' | 'gaps'>) => Promise<readonly Damage[]>;

export interface VerifyOptions {
  /** Opens every box as well. */
  readonly keys?: KeyStore;
  readonly progress?: (events: number) => void;
  /** UUID of the log, where its first event is not at hand (a part of a log is verified). */
  readonly log?: string;
  /** Takes every entry in order of the ledger. */
  readonly entry?: (entry: Buffer, event: StoredEvent) => void;
  readonly lost?: Lost;
}

/**
 * Recomputes every body, head and chain of a log over any event store, on the calling thread.
 * With `keys`, every sealed part is opened and its commitment recomputed as well.
 */
export const verifyLog = async (store: EventStore, options: VerifyOptions = {}): Promise<LogFindings> => {
  const examination = new Examination(options.log);
  const { damages, unreadable } = examination;
  for await (const page of store.readAll({ pageSize: 2000 })) {
    for (const event of page) {
      const entry = examination.accept(event);
      options.entry?.(entry, event);
    }
    if (options.keys) {
      const opened = await openBoxes(examination.log, options.keys, page);
      damages.push(...opened.damages);
      unreadable.push(...opened.unreadable);
    }
    options.progress?.(examination.events);
  }
  damages.push(...(await (options.lost ?? unnamed)(examination)), ...(await unexplainedIn(store, unreadable)));
  const { events, streams } = examination;
  return { sound: damages.length === 0, events, streams, damages };
};

/** By what its own streams and positions tell. */
const unnamed: Lost = ({ holes, gaps }) =>
  Promise.resolve([
    ...holes.map(holeDamage),
    ...gaps.map(({ from, to }) =>
      fileDamage('log', 'position', `nothing stands at positions ${String(from)} to ${String(to)}`),
    ),
  ]);

/** Parts that cannot be read although nobody decided so. */
export const unexplainedIn = async (store: EventStore, parts: readonly Unreadable[]): Promise<readonly Damage[]> =>
  parts.length === 0 ? [] : unexplained(parts, await eventsOf(store, 'KeysDestroyed'));

/** Every event of a type. */
export const eventsOf = async (store: EventStore, type: string): Promise<readonly StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for await (const page of store.readAll({ types: [type], pageSize: 10_000 })) found.push(...page);
  return found;
};

export interface BoxVerification {
  readonly sound: boolean;
  readonly boxes: number;
  /** Boxes that were emptied. */
  readonly erased: number;
  readonly damages: readonly Damage[];
}

export interface Boxes {
  readonly log: string;
  readonly keys: KeyStore;
  readonly pages: AsyncIterable<readonly StoredEvent[]>;
  readonly progress?: (events: number) => void;
}

/**
 * Opens every box of a log with its key. What is emptied, or has no key any more, is damage unless a `KeysDestroyed`
 * names it.
 */
export const verifyBoxes = async ({ log, keys, pages, progress }: Boxes): Promise<BoxVerification> => {
  const [damages, unreadable, destroyed]: [Damage[], Unreadable[], StoredEvent[]] = [[], [], []];
  const count = { events: 0, boxes: 0, erased: 0 };
  for await (const page of pages) {
    const sound = page.filter((event) => {
      const faults = faultsOf(log, event);
      damages.push(...faults);
      return faults.length === 0;
    });
    const opened = await openBoxes(log, keys, sound);
    damages.push(...opened.damages);
    unreadable.push(...opened.unreadable, ...sound.flatMap(emptiedBy));
    destroyed.push(...sound.filter(({ type }) => type === 'KeysDestroyed'));
    const boxes = page.flatMap((event) => event.boxes);
    count.boxes += boxes.length;
    count.erased += boxes.filter(({ key }) => key === undefined).length;
    progress?.((count.events += page.length));
  }
  damages.push(...unexplained(unreadable, destroyed));
  return { sound: damages.length === 0, boxes: count.boxes, erased: count.erased, damages };
};
