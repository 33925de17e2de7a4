import type { EventStore } from '@kernel/event-store';
import { everyDay, type Jobs } from '@kernel/jobs';
import type { Stores } from './stores/stores';

const DAY = 24 * 3_600_000;

/** Ids of every key that a box of the log names. */
const usedKeys = async (store: EventStore): Promise<ReadonlySet<string>> => {
  const used = new Set<string>();
  for await (const page of store.readAll({ pageSize: 1000 })) {
    for (const { key } of page.flatMap(({ boxes }) => boxes)) if (key !== undefined) used.add(key);
  }
  return used;
};

/** Once a day: digests of commands expire, keys whose append never came and files that were cut off are swept. Keys of papers are named by their files. */
export const housekeeping = (
  jobs: Jobs,
  stores: Pick<Stores, 'store' | 'keys' | 'papers' | 'expireDigests'>,
  now: () => number = Date.now,
): void => {
  const run = async (): Promise<void> => {
    await stores.expireDigests(new Date(now()).toISOString());
    await stores.papers.sweep(now());
    const madeBefore = new Date(now() - DAY).toISOString();
    const used = await usedKeys(stores.store);
    await stores.keys.sweepOrphans((id, of) => of === 'paper' || used.has(id), madeBefore);
  };
  everyDay(jobs, { name: 'housekeeping', run }, now);
};
