import { householdCard, type HouseholdCard } from '@domain/household';
import { levelOf, localDate } from '@kernel/sourcing';
import type { System } from './system';

type Looked = Pick<System, 'models' | 'clock' | 'areas'>;

/** Areas that are no village in force, and how many households stand in each of them. */
export const displaced = async (system: Looked): Promise<ReadonlyMap<string, number>> => {
  const counts = await system.models.countBy(householdCard, 'area', {});
  const directory = await system.areas.refresh();
  const today = localDate(system.clock.now());
  const isVillage = (area: string): boolean => levelOf(area) === 'village' && directory.known(area, today);
  return new Map(Object.entries(counts).filter(([area]) => !isVillage(area)));
};

/** The households that stand there. */
export async function* displacedHouseholds(system: Looked): AsyncIterable<HouseholdCard> {
  const where = { area: { in: [...(await displaced(system)).keys()] } };
  for (let after: string | undefined; ;) {
    const page = await system.models.find(householdCard, {
      where,
      limit: 500,
      ...(after !== undefined && { after }),
    });
    yield* page.items;
    if (page.next === undefined) return;
    after = page.next;
  }
}
