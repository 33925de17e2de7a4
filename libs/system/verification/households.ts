import type { StoredEvent } from '@kernel/event-store';
import { dataOf, type Damage } from '@kernel/ledger';
import { localDate } from '@kernel/sourcing';
import { displacedHouseholds } from '../displaced';
import { readDirectory } from '../live-views';
import type { Kept } from './kept';

/** The last event that says that the household stands there. */
const placing = (events: readonly StoredEvent[], area: string): StoredEvent | undefined =>
  events.findLast((event) => {
    const {
      area: said,
      to,
      replaces,
    } = dataOf(event) as { area?: unknown; to?: unknown; replaces?: { area?: unknown; to?: unknown } };
    return [said, to, replaces?.area, replaces?.to].includes(area);
  });

/** Households that stand in no village of the directory: a post of the county moves them into one. */
export const verifyPlaces = async ({ models, store }: Kept): Promise<readonly Damage[]> => {
  const damages: Damage[] = [];
  const looked = { models, directory: await readDirectory(models), today: localDate(new Date().toISOString()) };
  for await (const { id, area } of displacedHouseholds(looked)) {
    const stream = `household-${id}`;
    const event = placing(await store.read(stream), area);
    damages.push({
      stream,
      revision: event?.revision ?? 0,
      id: event?.id ?? id,
      kind: 'place',
      detail: `the household stands in ${area}, which is no village in force: let a post of the county relocate it`,
    });
  }
  return damages;
};
