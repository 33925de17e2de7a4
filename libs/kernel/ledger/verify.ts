import type { EventStore, StoredEvent } from '@kernel/event-store';
import { type Damage, type Verification } from './verify/damage';
import { Examination, unexplained } from './verify/exact';

export type { Damage, DamageKind, Verification } from './verify/damage';

/** Examines the boxes of a page of events; without keys there is none. */
export type OpensBoxes = (page: readonly StoredEvent[]) => Promise<readonly Damage[]>;

export interface VerifyOptions {
  readonly boxes?: OpensBoxes;
  readonly progress?: (events: number) => void;
  /** UUID of the log, where its first event is not at hand (a part of a log is verified). */
  readonly log?: string;
  /** Takes every entry in order of the ledger. */
  readonly entry?: (entry: Buffer, event: StoredEvent) => void;
}

/**
 * Recomputes every body, head and chain of a log over any event store, on the calling thread.
 * With `boxes`, every sealed part is opened and its commitment recomputed as well.
 */
export const verifyLog = async (store: EventStore, options: VerifyOptions = {}): Promise<Verification> => {
  const examination = new Examination(options.log);
  const { damages } = examination;
  for await (const page of store.readAll({ pageSize: 2000 })) {
    for (const event of page) {
      const entry = examination.accept(event);
      options.entry?.(entry, event);
    }
    if (options.boxes) damages.push(...(await options.boxes(page)));
    options.progress?.(examination.events);
  }
  if (examination.emptied.length > 0)
    damages.push(...unexplained(examination.emptied, await eventsOf(store, 'KeysDestroyed')));
  const { events, streams } = examination;
  return { sound: damages.length === 0, events, streams, damages };
};

/** Every event of a type. */
export const eventsOf = async (store: EventStore, type: string): Promise<readonly StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for await (const page of store.readAll({ types: [type], pageSize: 10_000 })) found.push(...page);
  return found;
};
