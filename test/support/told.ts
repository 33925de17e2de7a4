import { householdEvents } from '@domain/household';
import { canonical, newUuid, type Value } from '@kernel/format';
import { hashLeaf, rootOf, subtreesOf } from '@kernel/ledger';
import { wholeExit } from '@system/demo/exit-story';
import { applyAndVote, identify, VILLAGE, type DemoStage } from '@system/demo/story';
import type { System } from '@system/system';

/** One household from its application to its exit, and one that the village refuses. */
export const story = async (stage: DemoStage): Promise<readonly [exited: string, refused: string]> => {
  const [exited, refused, head, wife, other] = [newUuid(), newUuid(), newUuid(), newUuid(), newUuid()];
  const members = [
    { person: head, name: '石爬专', relation: '01', idNumber: '433124196805120016', phone: '13900000001' },
    { person: wife, name: '龙秀英', relation: '10', health: ['2'] },
  ];
  const alone = [{ person: other, name: '麻老五', relation: '01' }];
  await identify(stage, { household: exited, members, inFavour: 31, householdNo: `${VILLAGE}0009` }, 2015);
  await applyAndVote(stage, { household: refused, members: alone, inFavour: 3, householdNo: '' }, 2015);
  await wholeExit(stage, { household: exited, signer: wife, wageFen: 2_000_000 }, 2016);
  return [exited, refused];
};

/**
 * The same text for the same content: ids by order of appearance, instants by their day, hashes and positions left out.
 */
const normalised = (value: unknown): string => {
  const ids = new Map<string, string>();
  const text = canonical(JSON.parse(JSON.stringify(value ?? null)) as Value);
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
      if (!ids.has(id)) ids.set(id, `#${String(ids.size)}`);
      return ids.get(id) ?? '';
    })
    .replace(/\b[0-9a-f]{64}\b/g, '~')
    .replace(/(\d{4}-\d{2}-\d{2})T[\d:.]+Z/g, '$1');
};

export interface Told {
  readonly cards: readonly string[];
  readonly timelines: readonly string[];
  readonly root: string;
}

/** What an office shows and keeps of its story. */
export const told = async (
  system: System,
  households: readonly string[],
  get: (path: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Told> => {
  await system.caughtUp();
  const cards: string[] = [];
  const timelines: string[] = [];
  const leaves: Buffer[] = [];
  for (const id of households) {
    const { basis: _basis, ...card } = await get(`households/${id}`);
    cards.push(normalised(card));
    timelines.push(normalised((await get(`households/${id}/history`))['items']));
    const facts = await system.histories.read(householdEvents, id);
    const opened = facts.map(({ data, meta }) => ({ type: meta.type, revision: meta.revision, data }));
    leaves.push(hashLeaf(Buffer.from(normalised(opened))));
  }
  return { cards, timelines, root: rootOf(leaves.length, subtreesOf(leaves)).toString('hex') };
};
