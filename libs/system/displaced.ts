import { householdCard, type HouseholdCard } from '@domain/household';
import type { AreaDirectory } from '@domain/area';
import type { ReadModels } from '@kernel/read-models';
import { levelOf } from '@kernel/sourcing';

interface Looked {
  readonly models: ReadModels;
  readonly directory: AreaDirectory;
  readonly today: string;
}

/** Areas that are no village in force, and how many households stand in each of them. */
export const displaced = async ({ models, directory, today }: Looked): Promise<ReadonlyMap<string, number>> => {
  const counts = await models.countBy(householdCard, 'area', {});
  const isVillage = (area: string): boolean => levelOf(area) === 'village' && directory.known(area, today);
  return new Map(Object.entries(counts).filter(([area]) => !isVillage(area)));
};

/** The households that stand there. */
export async function* displacedHouseholds(looked: Looked): AsyncIterable<HouseholdCard> {
  const where = { area: { in: [...(await displaced(looked)).keys()] } };
  for (let after: string | undefined; ;) {
    const page = await looked.models.find(householdCard, {
      where,
      limit: 500,
      ...(after !== undefined && { after }),
    });
    yield* page.items;
    if (page.next === undefined) return;
    after = page.next;
  }
}
