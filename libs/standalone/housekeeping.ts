import type { Jobs } from '@kernel/jobs';
import type { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import type { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Kept {
  readonly store: EmbeddedEventStore;
  readonly keys: EmbeddedKeyStore;
}

/** Ids of every key that a box of the log names. */
const usedKeys = async (store: EmbeddedEventStore): Promise<ReadonlySet<string>> => {
  const used = new Set<string>();
  for await (const page of store.readAll({ pageSize: 1000 })) {
    for (const { key } of page.flatMap(({ boxes }) => boxes)) if (key !== undefined) used.add(key);
  }
  return used;
};

/** Once a day: digests of commands expire, keys whose append never came are swept. Keys of papers are named by their files. */
export const housekeeping = async (jobs: Jobs, { store, keys }: Kept, now: () => number = Date.now): Promise<void> => {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const plan = (at: number): Promise<void> =>
    jobs.enqueue({ id: `housekeeping-${day(at)}`, name: 'housekeeping', data: {}, dueAt: new Date(at).toISOString() });
  jobs.handle({
    name: 'housekeeping',
    run: async () => {
      store.expireDigests(new Date(now()).toISOString());
      const madeBefore = new Date(now() - DAY).toISOString();
      const used = await usedKeys(store);
      keys.sweepOrphans((id, of) => of === 'paper' || used.has(id), madeBefore);
      await plan(now() + DAY);
    },
  });
  await plan(now());
};
