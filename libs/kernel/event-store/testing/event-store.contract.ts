import fc from 'fast-check';
import { bodyHash, headHash, newUuid } from '@kernel/format';
import { NO_STREAM, WrongRevision, type EventStore, type StoredEvent } from '../event-store';
import { SampleStream } from './sample-events';

/** A store to examine; it may hold events of others already. */
export interface StoreUnderTest {
  readonly log: string;
  readonly store: EventStore;
  /** Closes and opens the same store again. */
  readonly reopen: () => Promise<EventStore>;
  /** Takes events of a stream away beneath the store, as far as its engine lets anyone do so. */
  readonly harm: {
    /** Those before a revision; all of them when it lies behind the last. */
    readonly cut: (stream: string, before: number) => Promise<void>;
    /** One between others; absent where no one can. */
    readonly lose?: (stream: string, revision: number) => Promise<void>;
  };
}

const all = async (store: EventStore, after?: string): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const page of store.readAll(after === undefined ? {} : { after })) events.push(...page);
  return events;
};

/** What every event store promises; an adapter's spec is one call of this. */
export const eventStoreContract = (name: string, make: () => Promise<StoreUnderTest>): void => {
  describe(`${name} as an event store`, () => {
    it('gives back what was appended, byte for byte', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const events = [...sample.next(2), ...sample.next(1, { bytes: 900 })];
      const receipt = await store.append(sample.stream, NO_STREAM, events);
      const read = await store.read(sample.stream);
      expect(read.map(({ position, ...event }) => [typeof position, event])).toEqual(
        events.map((event) => ['string', event]),
      );
      expect(receipt).toEqual({ revision: 2, position: read[2]?.position });
      await store.close();
    });

    it('reads a stream forward, backward, from and up to a revision', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      await store.append(sample.stream, NO_STREAM, sample.next(5));
      const revisions = async (options: Parameters<EventStore['read']>[1]) =>
        (await store.read(sample.stream, options)).map(({ revision }) => revision);
      expect(await revisions({ from: 3 })).toEqual([3, 4]);
      expect(await revisions({ to: 1 })).toEqual([0, 1]);
      expect(await revisions({ direction: 'backward', limit: 2 })).toEqual([4, 3]);
      expect(await revisions({ direction: 'backward', from: 1 })).toEqual([1, 0]);
      expect(await store.read(`household-${newUuid()}`)).toEqual([]);
      await store.close();
    });

    it('refuses an append at any revision but the exact one', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const first = sample.next(2);
      await store.append(sample.stream, NO_STREAM, first);
      const other = new SampleStream(log, 'household', sample.id).next(2);
      await expect(store.append(sample.stream, NO_STREAM, other)).rejects.toMatchObject({
        name: 'WrongRevision',
        actual: 1,
      });
      const third = sample.next(2);
      await expect(store.append(sample.stream, 2, third.slice(1))).rejects.toBeInstanceOf(WrongRevision);
      expect((await store.append(sample.stream, 1, third)).revision).toBe(3);
      await store.close();
    });

    it('answers the first receipt when the very same events are appended again', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const events = sample.next(3);
      const receipt = await store.append(sample.stream, NO_STREAM, events);
      await store.append(sample.stream, 2, sample.next(1));
      expect(await store.append(sample.stream, NO_STREAM, events)).toEqual(receipt);
      const forged = events.map((event) => ({ ...event, meta: { ...event.meta, h: 'f'.repeat(64) } }));
      await expect(store.append(sample.stream, NO_STREAM, forged)).rejects.toBeInstanceOf(WrongRevision);
      await store.close();
    });

    it('lets one of many racers win', async () => {
      const { store, log } = await make();
      const id = newUuid();
      const racers = Array.from({ length: 20 }, () => new SampleStream(log, 'household', id));
      const results = await Promise.allSettled(
        racers.map((racer) => store.append(racer.stream, NO_STREAM, racer.next(1))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.read(`household-${id}`)).toHaveLength(1);
      await store.close();
    });

    it.each([
      ['no events', 0, {}],
      ['more than 500 events', 501, {}],
      ['more than 512 KiB', 30, { bytes: 20_000 }],
    ])('refuses an append of %s', async (_what, count, options) => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      await expect(store.append(sample.stream, NO_STREAM, sample.next(count, options))).rejects.toMatchObject({
        name: 'FormatError',
      });
      await store.close();
    });

    it('keeps the digest of a command beside its receipt', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const { position } = await store.append(sample.stream, NO_STREAM, sample.next(2), { digest: 'd1' });
      expect(await store.digestAt(position)).toBe('d1');
      const other = await store.append(sample.stream, 1, sample.next(1));
      expect(await store.digestAt(other.position)).toBeUndefined();
      await store.close();
    });

    it('loses and doubles nothing whatever is appended by whom, also after it was opened again', async () => {
      const { store, log, reopen } = await make();
      const streams = Array.from({ length: 4 }, () => new SampleStream(log));
      const start = await store.head();
      let acknowledged = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 })), { maxLength: 12 }),
          async (turns) => {
            const appends = turns.map(([index, count]) => {
              const sample = streams[index]!;
              const expected = sample.revision;
              acknowledged += count;
              return store.append(sample.stream, expected, sample.next(count));
            });
            await Promise.all(appends);
          },
        ),
        { numRuns: 20 },
      );
      const before = await all(store, start);
      expect(before).toHaveLength(acknowledged);
      for (const sample of streams) {
        const revisions = before.filter(({ stream }) => stream === sample.stream).map(({ revision }) => revision);
        expect(revisions).toEqual(revisions.map((_, index) => index));
      }
      const again = await reopen();
      expect(await all(again, start)).toEqual(before);
      await again.close();
    });

    it('reads everything in order from a position, by type', async () => {
      const { store, log } = await make();
      const [first, second] = [new SampleStream(log), new SampleStream(log)];
      const start = await store.head();
      await store.append(first.stream, NO_STREAM, first.next(3));
      const { position } = await store.append(second.stream, NO_STREAM, second.next(1, { type: 'HelperAssigned' }));
      await store.append(first.stream, 2, first.next(2));
      expect(await all(store, position)).toHaveLength(2);
      expect(await store.countAfter(position)).toBe(2);
      const typed: StoredEvent[] = [];
      for await (const page of store.readAll({
        types: ['HelperAssigned'],
        ...(start !== undefined && { after: start }),
      }))
        typed.push(...page);
      expect(typed.map((event) => event.position)).toEqual([position]);
      const head = (await store.head()) ?? '';
      expect([
        store.comparePositions(position, head),
        store.comparePositions(head, position),
        store.comparePositions(head, head),
      ]).toEqual([-1, 1, 0]);
      expect(await store.countAfter(head)).toBe(0);
      await store.close();
    });

    it('gives pages no larger than asked for, and stops reading when told', async () => {
      const { store, log } = await make();
      const start = await store.head();
      const sample = new SampleStream(log);
      await store.append(sample.stream, NO_STREAM, sample.next(7));
      const stop = new AbortController();
      const sizes: number[] = [];
      const options = { pageSize: 2, signal: stop.signal, ...(start !== undefined && { after: start }) };
      for await (const page of store.readAll(options)) {
        sizes.push(page.length);
        if (sizes.length === 2) stop.abort();
      }
      expect(sizes).toEqual([2, 2]);
      await store.close();
    });

    it('keeps what an event says to the last character', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const data = {
        b: '张三 \u{20BB7}\u0000\u2028"\\/ e\u0301 \uF900',
        a: [0, -1, Number.MAX_SAFE_INTEGER, true, {}, []],
        $ref: 'x',
      };
      const [event] = sample.next(1, { data });
      await store.append(sample.stream, NO_STREAM, [event!]);
      const [stored] = await store.read(sample.stream);
      expect(stored?.body).toBe(event?.body);
      expect(headHash({ log, ...stored!, body: bodyHash(stored!.body) })).toBe(event?.meta['h']);
      await store.close();
    });

    it('refuses an append that mixes what is written with what is not', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const events = sample.next(3);
      await store.append(sample.stream, NO_STREAM, events.slice(0, 2));
      await expect(store.append(sample.stream, NO_STREAM, events)).rejects.toBeInstanceOf(WrongRevision);
      expect((await store.append(sample.stream, 0, events.slice(1, 2))).revision).toBe(1);
      expect(await store.read(sample.stream)).toHaveLength(2);
      await store.close();
    });

    it('refuses events of another stream or revision', async () => {
      const { store, log } = await make();
      const [one, other] = [new SampleStream(log), new SampleStream(log)];
      await expect(store.append(one.stream, NO_STREAM, other.next(1))).rejects.toMatchObject({ name: 'FormatError' });
      await expect(store.append(one.stream, NO_STREAM, one.next(2).slice(1))).rejects.toMatchObject({
        name: 'FormatError',
      });
      await store.close();
    });

    it('gives nothing of a stream whose beginning was cut off, and says what is missing', async () => {
      const { store, log, harm } = await make();
      const [sample, whole] = [new SampleStream(log), new SampleStream(log)];
      for (const one of [sample, whole]) await store.append(one.stream, NO_STREAM, one.next(13));
      await harm.cut(sample.stream, 11);
      const damaged = { name: 'DamagedStream', stream: sample.stream, expected: 0, found: 11 };
      await expect(store.read(sample.stream)).rejects.toMatchObject(damaged);
      await expect(store.read(sample.stream, { limit: 1 })).rejects.toMatchObject(damaged);
      await expect(store.read(sample.stream, { direction: 'backward' })).rejects.toMatchObject(damaged);
      await expect(store.read(sample.stream, { from: 5 })).rejects.toMatchObject({ ...damaged, expected: 5 });
      const newest = await store.read(sample.stream, { direction: 'backward', limit: 2 });
      expect(newest.map(({ revision }) => revision)).toEqual([12, 11]);
      expect(await store.read(whole.stream)).toHaveLength(13);
      await store.close();
    });

    it('does not take a stream for a new one that lost all its events', async () => {
      const { store, log, harm } = await make();
      const sample = new SampleStream(log);
      await store.append(sample.stream, NO_STREAM, sample.next(2));
      await harm.cut(sample.stream, Number.MAX_SAFE_INTEGER);
      const damaged = { name: 'DamagedStream', stream: sample.stream, expected: 0, found: undefined };
      await expect(store.read(sample.stream)).rejects.toMatchObject(damaged);
      await expect(store.read(sample.stream, { limit: 1 })).rejects.toMatchObject(damaged);
      await store.close();
    });

    it('gives nothing over a gap in a stream, where one can be made', async () => {
      const { store, log, harm } = await make();
      const sample = new SampleStream(log);
      await store.append(sample.stream, NO_STREAM, sample.next(5));
      await harm.lose?.(sample.stream, 2);
      const [forward, backward] = [store.read(sample.stream), store.read(sample.stream, { direction: 'backward' })];
      if (harm.lose) {
        const damaged = { name: 'DamagedStream', stream: sample.stream, expected: 2 };
        await expect(forward).rejects.toMatchObject({ ...damaged, found: 3 });
        await expect(backward).rejects.toMatchObject({ ...damaged, found: 1 });
      } else expect([(await forward).length, (await backward).length]).toEqual([5, 5]);
      await store.close();
    });

    it('subscribes to types and tells how far it has looked', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const { position: after } = await store.append(sample.stream, NO_STREAM, sample.next(3));
      await store.append(sample.stream, 2, sample.next(1, { type: 'HelperAssigned' }));
      const { position: last } = await store.append(sample.stream, 3, sample.next(2));
      const stop = new AbortController();
      const seen: number[] = [];
      let far: string | undefined;
      for await (const page of store.subscribe({ after, types: ['HelperAssigned'], signal: stop.signal })) {
        seen.push(...page.events.map(({ revision }) => revision));
        far = page.scanned;
        if (far !== undefined && store.comparePositions(far, last) >= 0) stop.abort();
      }
      expect([seen, far]).toEqual([[3], last]);
      await store.close();
    });

    it('subscribes from a position, catches up, goes on live and ends when told', async () => {
      const { store, log } = await make();
      const sample = new SampleStream(log);
      const start = await store.head();
      await store.append(sample.stream, NO_STREAM, sample.next(3));
      const stop = new AbortController();
      const seen: number[] = [];
      const caughtUp = new Promise<void>((resolve) => {
        void (async () => {
          for await (const { events } of store.subscribe({
            signal: stop.signal,
            ...(start !== undefined && { after: start }),
          })) {
            seen.push(...events.map(({ revision }) => revision));
            if (seen.length === 3) resolve();
            if (seen.length === 5) stop.abort();
          }
          ended();
        })();
      });
      let ended = (): void => undefined;
      const end = new Promise<void>((resolve) => {
        ended = resolve;
      });
      await caughtUp;
      await store.append(sample.stream, 2, sample.next(2));
      await end;
      expect(seen).toEqual([0, 1, 2, 3, 4]);
      await store.close();
    });
  });
};
