import fc from 'fast-check';
import { newUuid } from '@kernel/format';
import { BadQuery } from '@kernel/read-models';
import { rootOf, subtreesOf, hashLeaf } from '@kernel/ledger/merkle/tree';
import { chainedHash, FIRST_PREV, readText, RunningRoot } from '../read-chain';
import type { ChainedRead, ReadLog, ReadRecord } from '../read-log';

export interface OpenedReadLog {
  readonly reads: ReadLog;
  /** Closes it and opens what it left. */
  readonly reopen: () => Promise<ReadLog>;
}

/** A reading at noon of a day in Shanghai, in the given second. */
export const sampleRead = (day: string, second = 0, more: Partial<ReadRecord> = {}): ReadRecord => ({
  at: `${day}T04:00:${String(second).padStart(2, '0')}.000Z`,
  actor: newUuid(),
  purpose: 'work',
  view: 'household-card',
  subjects: [newUuid()],
  ...more,
});

export const chainOf = async (reads: ReadLog, day: string): Promise<readonly ChainedRead[]> => {
  const all: ChainedRead[] = [];
  for await (const page of reads.chain(day)) all.push(...page);
  return all;
};

const D1 = '2016-06-01';
const D2 = '2016-06-02';
const D3 = '2016-06-03';

/** What every read log promises; an adapter's spec is one call of this. */
export const readLogContract = (name: string, make: () => Promise<OpenedReadLog>): void => {
  describe(`${name} as a read log`, () => {
    let opened: OpenedReadLog;
    let reads: ReadLog;
    beforeEach(async () => {
      opened = await make();
      reads = opened.reads;
    });
    afterEach(() => reads.close());

    const record = async (...all: readonly ReadRecord[]): Promise<void> => {
      for (const read of all) await reads.record(read);
    };

    it('keeps what was recorded across a restart, as it was said', async () => {
      const read = sampleRead(D1, 1, { post: newUuid(), terms: ['ab'.repeat(32)], purpose: '年度核查' });
      await record(read);
      reads = await opened.reopen();
      expect((await reads.list({})).items).toEqual([{ id: `${D1}/0`, ...read }]);
    });

    it('cuts segments by the day of Shanghai, and chains the records of each from zero', async () => {
      const all = [
        sampleRead(D1, 0, { at: '2016-06-01T15:59:59.999Z' }),
        sampleRead(D2, 0, { at: '2016-06-01T16:00:00.000Z' }),
        sampleRead(D2, 1),
      ];
      await record(...all);
      expect(await reads.segments()).toEqual([
        { day: D1, count: 1, closed: false },
        { day: D2, count: 2, closed: false },
      ]);
      const [first, second] = await chainOf(reads, D2);
      expect(first).toEqual({ index: 0, text: readText(all[1]!), h: chainedHash(FIRST_PREV, readText(all[1]!)) });
      expect(second).toEqual({ index: 1, text: readText(all[2]!), h: chainedHash(first!.h, readText(all[2]!)) });
    });

    it('keeps every one of many that are recorded at once, in one unbroken chain', async () => {
      const all = Array.from({ length: 300 }, (_, second) => sampleRead(D1, second % 60));
      await Promise.all(all.map((read) => reads.record(read)));
      const chain = await chainOf(reads, D1);
      expect(chain.map(({ index }) => index)).toEqual(all.map((_, index) => index));
      expect(new Set(chain.map(({ text }) => text))).toEqual(new Set(all.map(readText)));
      let prev = FIRST_PREV;
      for (const { text, h } of chain) {
        expect(h).toBe(chainedHash(prev, text));
        prev = h;
      }
    });

    it('goes on with the chain after a restart', async () => {
      await record(sampleRead(D1, 0));
      reads = await opened.reopen();
      await record(sampleRead(D1, 1));
      const [first, second] = await chainOf(reads, D1);
      expect(second?.h).toBe(chainedHash(first!.h, second!.text));
    });

    it('lists by reader, by subject, by view and by day, newest first, page by page', async () => {
      const [actor, subject] = [newUuid(), newUuid()];
      await record(
        sampleRead(D1, 0, { actor }),
        sampleRead(D1, 1, { subjects: [newUuid(), subject] }),
        sampleRead(D2, 0, { actor, subjects: [subject], view: 'paper' }),
        sampleRead(D3, 0, { actor }),
      );
      const ids = async (query: Parameters<ReadLog['list']>[0]) => (await reads.list(query)).items.map(({ id }) => id);
      expect(await ids({})).toEqual([`${D3}/0`, `${D2}/0`, `${D1}/1`, `${D1}/0`]);
      expect(await ids({ actor })).toEqual([`${D3}/0`, `${D2}/0`, `${D1}/0`]);
      expect(await ids({ subjects: [subject] })).toEqual([`${D2}/0`, `${D1}/1`]);
      expect(await ids({ subjects: [subject], actor })).toEqual([`${D2}/0`]);
      expect(await ids({ view: 'paper' })).toEqual([`${D2}/0`]);
      expect(await ids({ from: D2, to: D2 })).toEqual([`${D2}/0`]);
      const page = await reads.list({ limit: 3 });
      expect(page.items).toHaveLength(3);
      expect(await reads.list({ limit: 3, after: page.next! })).toEqual({
        items: [expect.objectContaining({ id: `${D1}/0` })],
      });
    });

    it('answers a record once, whichever of its subjects are asked for', async () => {
      const [one, other] = [newUuid(), newUuid()];
      await record(sampleRead(D1, 0, { subjects: [one, other, one] }), sampleRead(D1, 1, { subjects: [other] }));
      expect((await reads.list({ subjects: [one, other] })).items.map(({ id }) => id)).toEqual([`${D1}/1`, `${D1}/0`]);
      expect((await reads.list({ subjects: [] })).items).toEqual([]);
    });

    it('shows reads through a broken glass first, across pages, and alone when asked', async () => {
      const glass = newUuid();
      await record(
        sampleRead(D1, 0, { glass }),
        sampleRead(D1, 1),
        sampleRead(D2, 0, { glass }),
        sampleRead(D2, 1),
        sampleRead(D3, 0),
      );
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await reads.list({ limit: 2, ...(after !== undefined && { after }) });
        seen.push(...page.items.map(({ id }) => id));
        if (page.next === undefined) break;
        after = page.next;
      }
      expect(seen).toEqual([`${D2}/0`, `${D1}/0`, `${D3}/0`, `${D2}/1`, `${D1}/1`]);
      expect((await reads.list({ onlyGlass: true })).items.map(({ id }) => id)).toEqual([`${D2}/0`, `${D1}/0`]);
    });

    it.each(['', 'x', 'glass/2016-06-01', 'other/2016-06-01/x', '2016-06-01/1'])(
      'refuses the cursor %j',
      async (after) => {
        await expect(reads.list({ after })).rejects.toBeInstanceOf(BadQuery);
      },
    );

    it('puts nothing into a closed segment: a late record stands in the first open one', async () => {
      await record(sampleRead(D1, 0));
      await reads.closeThrough(D2);
      await record(sampleRead(D1, 1), sampleRead(D2, 0), sampleRead(D3, 0));
      expect(await reads.segments()).toEqual([
        { day: D1, count: 1, closed: true },
        { day: D3, count: 3, closed: false },
      ]);
      reads = await opened.reopen();
      await reads.closeThrough(D1);
      await record(sampleRead(D1, 2));
      expect((await reads.segments()).map(({ count }) => count)).toEqual([1, 4]);
    });

    it('destroys closed segments as a whole, for lists too, and never an open one', async () => {
      const subject = newUuid();
      await record(sampleRead(D1, 0, { subjects: [subject] }), sampleRead(D2, 0, { subjects: [subject] }));
      await reads.closeThrough(D1);
      await reads.destroyThrough(D2);
      await reads.destroyThrough(D2);
      expect(await reads.segments()).toEqual([{ day: D2, count: 1, closed: false }]);
      expect(await chainOf(reads, D1)).toEqual([]);
      expect((await reads.list({ subjects: [subject] })).items.map(({ id }) => id)).toEqual([`${D2}/0`]);
    });

    it('whatever was read, in whatever order: every segment has the root of its records', async () => {
      const days = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(days, async (sequence) => {
          const { reads: own } = await make();
          await Promise.all(sequence.map((day, second) => own.record(sampleRead(`2016-07-0${String(day)}`, second))));
          for (const { day, count } of await own.segments()) {
            const chain = await chainOf(own, day);
            const running = new RunningRoot();
            for (const { text } of chain) running.add(text);
            const leaves = chain.map(({ text }) => hashLeaf(Buffer.from(text)));
            expect(running.size).toBe(count);
            expect(running.root()).toBe(rootOf(count, subtreesOf(leaves)).toString('hex'));
          }
          await own.close();
        }),
        { numRuns: 8 },
      );
    });
  });
};
