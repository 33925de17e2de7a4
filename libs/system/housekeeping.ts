import type { EventStore } from '@kernel/event-store';
import { everyDay, type Jobs } from '@kernel/jobs';
import type { Stores } from './stores/stores';

const DAY = 24 * 3_600_000;

const PAPER = 'paper-';

/** Ids of every key that a box of the log names, and of every paper that it holds. */
const namedIn = async (store: EventStore): Promise<{ keys: ReadonlySet<string>; papers: ReadonlySet<string> }> => {
  const [keys, papers] = [new Set<string>(), new Set<string>()];
  for await (const page of store.readAll({ pageSize: 1000 })) {
    for (const { key } of page.flatMap(({ boxes }) => boxes)) if (key !== undefined) keys.add(key);
    for (const { stream } of page) if (stream.startsWith(PAPER)) papers.add(stream.slice(PAPER.length));
  }
  return { keys, papers };
};

/**
 * Once a day: digests of commands expire, keys whose append never came and files of which nothing was recorded are
 * swept. Keys of papers are named by their files.
 */
export const housekeeping = (
  jobs: Jobs,
  stores: Pick<Stores, 'store' | 'keys' | 'papers' | 'expireDigests'>,
  now: () => number = Date.now,
): void => {
  const run = async (): Promise<void> => {
    await stores.expireDigests(new Date(now()).toISOString());
    const named = await namedIn(stores.store);
    await stores.papers.sweep(named.papers, now());
    const madeBefore = new Date(now() - DAY).toISOString();
    await stores.keys.sweepOrphans((id, of) => of === 'paper' || named.keys.has(id), madeBefore);
  };
  everyDay(jobs, { name: 'housekeeping', run }, now);
};
