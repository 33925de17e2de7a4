import { Erased } from '@kernel/sourcing';
import { BadQuery, UnknownView, type Query, type ReadModels, type ViewDefinition } from '../read-models';
import { Lease } from '../lease';

interface Kept {
  readonly id: string;
  readonly head?: unknown;
  readonly more?: readonly { readonly name: unknown }[];
}

const view: ViewDefinition<Kept> = {
  name: 'cards',
  version: 1,
  indexes: ['area', 'head', 'members', 'papers[]', 'born.year'],
};

const card = (id: string, area: string, head: string, members: number) => ({
  id,
  area,
  head,
  members,
  papers: [`p-${id}`, 'p-all'],
  born: { year: 1900 + members },
});

const CARDS = [
  card('a', '433124110226', '石爬', 3),
  card('b', '433124110226', '龙山', 5),
  card('c', '433124110218', '杨秀', 5),
  card('d', '433101001001', '麻青', 1),
];

const puts = (documents: readonly { id: string }[]) => new Map(documents.map((document) => [document.id, document]));

/** What every store of read models promises; an adapter's spec is one call of this. */
export const readModelsContract = (
  name: string,
  make: () => Promise<{ models: ReadModels; reopen: () => Promise<ReadModels> }>,
): void => {
  describe(`${name} as a store of read models`, () => {
    const filled = async () => {
      const made = await make();
      expect(await made.models.prepare(view)).toEqual({ live: true });
      await made.models.write(view, { puts: puts(CARDS), deletes: [], checkpoint: '7' }, 4);
      return made;
    };
    const ids = (page: { items: readonly { id: string }[] }) => page.items.map(({ id }) => id);

    it('finds by equality, prefix, part, range, set and list value', async () => {
      const { models } = await filled();
      const find = async (where: Parameters<ReadModels['find']>[1]['where'] & object) =>
        ids(await models.find(view, { where }));
      expect(await find({ area: '433124110226' })).toEqual(['a', 'b']);
      expect(await find({ area: { prefix: '433124' } })).toEqual(['a', 'b', 'c']);
      expect(await find({ head: { contains: '秀' } })).toEqual(['c']);
      expect(await find({ members: { from: 2, before: 5 } })).toEqual(['a']);
      expect(await find({ head: { in: ['石爬', '麻青'] } })).toEqual(['a', 'd']);
      expect(await find({ papers: 'p-b' })).toEqual(['b']);
      expect(await find({ 'born.year': 1905, area: { prefix: '4331241102' } })).toEqual(['b', 'c']);
      expect(
        ids(await models.find(view, { where: { area: { prefix: '4331' } }, any: [{ id: 'a' }, { members: 1 }] })),
      ).toEqual(['a', 'd']);
      expect(ids(await models.find(view, { where: { members: 1 }, any: [{ id: 'a' }, {}] }))).toEqual(
        ids(await models.find(view, { where: { members: 1 } })),
      );
      expect(await models.count(view, { any: [{}] })).toBe(await models.count(view, {}));
      await models.close();
    });

    it('pages by key without gaps or repeats, in both directions', async () => {
      const { models } = await filled();
      for (const descending of [false, true]) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await models.find(view, {
            sort: 'members',
            descending,
            limit: 1,
            ...(after !== undefined && { after }),
          });
          seen.push(...ids(page));
          after = page.next;
        } while (after !== undefined);
        expect(seen).toEqual(descending ? ['c', 'b', 'a', 'd'] : ['d', 'a', 'b', 'c']);
      }
      await models.close();
    });

    it('orders nothing before numbers before text, and pages through all of them in both directions', async () => {
      const { models } = await filled();
      const odd = [
        { id: 'e', area: '433124', head: Erased.value, members: 2, open: true },
        { id: 'f', area: '433124', head: 7, members: 2, open: false },
        { id: 'g', area: '433124', members: 2 },
      ];
      await models.write(view, { puts: puts(odd), deletes: [], checkpoint: '8' }, 3);
      const order = ['e', 'g', 'f', 'c', 'a', 'd', 'b'];
      for (const descending of [false, true]) {
        const seen: string[] = [];
        for (let after: string | undefined, last = false; !last;) {
          const page = await models.find(view, {
            sort: 'head',
            descending,
            limit: 1,
            ...(after !== undefined && { after }),
          });
          seen.push(...ids(page));
          after = page.next;
          last = after === undefined;
        }
        expect(seen).toEqual(descending ? [...order].reverse() : order);
      }
      await models.close();
    });

    it('gives an erased value back as erased, and finds nothing by it', async () => {
      const { models } = await filled();
      const erased = { ...CARDS[0]!, head: Erased.value, more: [{ name: Erased.value, papers: [] }] };
      await models.write(view, { puts: puts([erased]), deletes: [], checkpoint: '8' }, 1);
      const [{ document } = {}] = await models.load(view, ['a']);
      const found = await models.get(view, 'a');
      for (const one of [document as Kept, found]) {
        expect(one?.head).toBe(Erased.value);
        expect(one?.more?.[0]?.name).toBe(Erased.value);
      }
      expect(await models.count(view, { where: { head: { contains: 'erased' } } })).toBe(0);
      await models.close();
    });

    it('takes a text as it is: no pattern, no operator, no other alphabet order', async () => {
      const { models } = await filled();
      const heads = ['.*', '$gt', 'a+b(c', '\\d', 'Ä', '𠮷野', '%', "o'brien"];
      const cards = heads.map((head, index) => card(`t${String(index)}`, '1', head, 0));
      await models.write(view, { puts: puts(cards), deletes: [], checkpoint: '8' }, 8);
      for (const [index, head] of heads.entries()) {
        expect(ids(await models.find(view, { where: { head } }))).toEqual([`t${String(index)}`]);
        expect(ids(await models.find(view, { where: { head: { contains: head } } }))).toEqual([`t${String(index)}`]);
        expect(ids(await models.find(view, { where: { head: { prefix: head } } }))).toEqual([`t${String(index)}`]);
      }
      const sorted = await models.find(view, { where: { area: '1' }, sort: 'head' });
      const bytes = [...heads].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      expect(sorted.items.map(({ head }) => head)).toEqual(bytes);
      await models.close();
    });

    it('changes nothing by a batch that is written again', async () => {
      const { models } = await filled();
      const batch = { puts: puts([card('a', '1', '改', 9), card('n', '1', '新', 1)]), deletes: ['b'], checkpoint: '9' };
      await models.write(view, batch, 3);
      const once = await models.digest(view);
      await models.write(view, batch, 0);
      expect(await models.digest(view)).toEqual(once);
      expect(once.documents).toBe(4);
      await models.write(view, { puts: puts([CARDS[1]!]), deletes: [], checkpoint: '9' }, 1);
      expect(await models.get(view, 'b')).toEqual(CARDS[1]);
      expect(await models.count(view, {})).toBe(5);
      await models.close();
    });

    it('writes a whole page, the same again and the next one over it', async () => {
      const { models } = await filled();
      const many = (turn: number) =>
        Array.from({ length: 70 }, (_, at) => card(`h-${String(at)}`, '433124110226', '石爬', turn));
      const write = (turn: number, checkpoint: string) =>
        models.write(view, { puts: puts(many(turn)), deletes: ['d'], checkpoint }, 70);
      await write(1, '8');
      await write(1, '8');
      expect(await models.count(view, {})).toBe(73);
      await write(2, '9');
      expect(await models.count(view, { where: { members: 2 } })).toBe(70);
      await models.close();
    });

    it('loads in the order asked, with nothing for what is not there', async () => {
      const { models } = await filled();
      const loaded = await models.load(view, ['d', 'x', 'a']);
      expect(loaded.map(({ document }) => document)).toEqual([CARDS[3], undefined, CARDS[0]]);
      await models.close();
    });

    it('counts, and counts by value', async () => {
      const { models } = await filled();
      expect(await models.count(view, { where: { area: { prefix: '433124' } } })).toBe(3);
      expect(await models.count(view, { any: [{ papers: 'p-a' }, { members: { from: 4 } }] })).toBe(3);
      expect(await models.countBy(view, 'members', {})).toEqual({ 1: 1, 3: 1, 5: 2 });
      expect(await models.countBy(view, 'area', { where: { members: 5 } })).toEqual({
        433124110218: 1,
        433124110226: 1,
      });
      await models.close();
    });

    it('refuses a field that is not indexed and a foreign cursor', async () => {
      const { models } = await filled();
      const asked = async (query: Query) => models.find(view, query);
      await expect(asked({ where: { name: 'x' } })).rejects.toThrow(BadQuery);
      await expect(asked({ sort: 'papers' })).rejects.toThrow(BadQuery);
      await expect(asked({ where: { papers: { prefix: 'p' } } })).rejects.toThrow(BadQuery);
      await expect(asked({ after: 'nonsense' })).rejects.toThrow(BadQuery);
      await expect((async () => models.countBy(view, 'head.name', {}))()).rejects.toThrow(BadQuery);
      await expect((async () => models.find({ ...view, name: 'nothing' }, {}))()).rejects.toThrow(UnknownView);
      await models.close();
    });

    it('keeps documents and checkpoint together across a restart, replaced lists included', async () => {
      const { models, reopen } = await filled();
      await models.write(
        view,
        { puts: puts([{ ...CARDS[0]!, papers: ['new'] } as { id: string }]), deletes: ['d'], checkpoint: '9' },
        2,
      );
      await models.close();
      const again = await reopen();
      await again.prepare(view);
      expect(await again.checkpoint(view)).toEqual({ position: '9', events: 6 });
      expect(await again.get(view, 'd')).toBeUndefined();
      expect(ids(await again.find(view, { where: { papers: 'p-a' } }))).toEqual([]);
      expect(ids(await again.find(view, { where: { papers: 'new' } }))).toEqual(['a']);
      await again.close();
    });

    it('builds a new version beside the old one and swaps: readers never see a half-built view', async () => {
      const { models } = await filled();
      const next = { ...view, version: 2 };
      expect(await models.prepare(next)).toEqual({ live: false });
      await models.write(next, { puts: puts([card('z', '433124110226', '新', 2)]), deletes: [], checkpoint: '3' }, 1);
      expect(ids(await models.find(view, {}))).toEqual(['a', 'b', 'c', 'd']);
      await models.swap(next);
      expect(ids(await models.find(view, {}))).toEqual(['z']);
      expect(await models.prepare(next)).toEqual({ live: true });
      expect(await models.checkpoint(next)).toEqual({ position: '3', events: 1 });
      const beside = { ...view, name: 'cards~fresh' };
      await models.prepare(beside);
      await models.drop(beside);
      expect(await models.checkpoint(beside)).toEqual({ events: 0 });
      await models.close();
    });

    it('takes what was asked once, however often it was asked', async () => {
      const { models } = await filled();
      await Promise.all(['cards/a', 'cards/b', 'cards/a'].map((id) => models.ask(id)));
      await models.ask('sheets/c');
      const cards = (id: string): boolean => id.startsWith('cards/');
      expect([...(await models.takeAsked(cards))].sort()).toEqual(['cards/a', 'cards/b']);
      expect(await models.takeAsked(cards)).toEqual([]);
      expect(await models.takeAsked(() => true)).toEqual(['sheets/c']);
      await models.close();
    });

    it('gives a turn and lets its holder keep it', async () => {
      const { models } = await filled();
      const turn = new Lease(models, 'sealing');
      await turn.take(new AbortController().signal);
      await expect(turn.keep()).resolves.toBeUndefined();
      await expect(turn.keep()).resolves.toBeUndefined();
      await models.close();
    });

    it('has the same digest for the same documents, however they came', async () => {
      const { models } = await filled();
      const before = await models.digest(view);
      await models.clear(view);
      expect((await models.digest(view)).documents).toBe(0);
      for (const one of [...CARDS].reverse()) {
        const shuffled = Object.fromEntries(Object.entries(one).reverse()) as { id: string };
        await models.write(view, { puts: puts([shuffled]), deletes: [], checkpoint: '7' }, 1);
      }
      expect(await models.digest(view)).toEqual(before);
      await models.close();
    });
  });
};
