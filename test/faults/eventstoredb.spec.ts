import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid } from '@kernel/format';
import { NO_STREAM, type StoredEvent } from '@kernel/event-store';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import type { EventstoredbOptions } from '@kernel/event-store/adapters/eventstoredb-options';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { EventStoreDouble } from '../support/eventstoredb/double.cjs';
import { ServedDouble } from '../support/eventstoredb/serving';
import { until } from '../support/until';

jest.setTimeout(60_000);

const LANES = 8;

const opened = (address: string, options: Partial<EventstoredbOptions> = {}): Promise<EventstoredbEventStore> =>
  EventstoredbEventStore.open({
    address,
    digests: new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-faults-'))),
    deadline: 400,
    quiet: 600,
    ...options,
  });

/** Collects what a subscription gives until it is stopped. */
const follow = (store: EventstoredbEventStore) => {
  const stop = new AbortController();
  const events: StoredEvent[] = [];
  const done = (async () => {
    for await (const page of store.subscribe({ signal: stop.signal })) events.push(...page.events);
  })();
  return {
    events,
    done,
    until: (count: number) => until(`${String(count)} events have come`, () => events.length >= count),
    stop: async () => {
      stop.abort();
      await done;
    },
  };
};

/** Appends `count` events to each of some streams at once, each stream one by one. */
const work = (store: EventstoredbEventStore, count: number, each?: () => void): Promise<readonly SampleStream[]> =>
  Promise.all(
    Array.from({ length: LANES }, async () => {
      const sample = new SampleStream(newUuid());
      for (let n = 0; n < count; n++) {
        await store.append(sample.stream, n - 1, sample.next(1));
        each?.();
      }
      return sample;
    }),
  );

const keysOf = (events: readonly StoredEvent[]): readonly string[] =>
  events.map(({ stream, revision }) => `${stream}@${String(revision)}`);

const expectEachOnce = async (
  store: EventstoredbEventStore,
  samples: readonly SampleStream[],
  count: number,
  seen: readonly StoredEvent[],
): Promise<void> => {
  const all: StoredEvent[] = [];
  for await (const page of store.readAll()) all.push(...page);
  const wanted = samples.flatMap(({ stream }) => Array.from({ length: count }, (_, n) => `${stream}@${String(n)}`));
  expect([...keysOf(all)].sort()).toEqual([...wanted].sort());
  expect(keysOf(seen)).toEqual(keysOf(all));
};

describe('an EventStoreDB that fails', () => {
  let double: EventStoreDouble;
  let store: EventstoredbEventStore;
  beforeEach(async () => {
    double = await EventStoreDouble.start();
    store = await opened(double.address);
  });
  afterEach(async () => {
    double.recover();
    await store.close();
    double.stop();
  });

  it.each(['silence', 'unavailable'] as const)(
    'whose answer is lost (%s) after the append happened is asked again, and answers the first receipt',
    async (lostAs) => {
      const sample = new SampleStream(newUuid());
      double.faults = { ...double.faults, loseAnswers: 1, lostAs };
      const receipt = await store.append(sample.stream, NO_STREAM, sample.next(3), { digest: 'd' });
      const stored = await store.read(sample.stream);
      expect(receipt).toEqual({ revision: 2, position: stored.at(-1)?.position });
      expect([stored.length, double.calls.append, await store.digestAt(receipt.position)]).toEqual([3, 2, 'd']);
    },
  );

  it('is not believed when the answer was lost and what stands there has the same ids but another content', async () => {
    const sample = new SampleStream(newUuid());
    const [event] = sample.next(1);
    const forged = { ...event!, meta: { ...event!.meta, h: 'f'.repeat(64) } };
    double.faults = { ...double.faults, loseAnswers: 1 };
    await store.append(sample.stream, NO_STREAM, [event!]);
    await expect(store.append(sample.stream, NO_STREAM, [forged])).rejects.toMatchObject({
      name: 'WrongRevision',
      actual: 0,
    });
  });

  const SWITCHES: readonly (readonly [what: string, on: () => void, ms: number])[] = [
    ['is frozen', () => (double.faults.frozen = true), 1500],
    [
      'refuses every call',
      () => {
        double.faults.unavailable = true;
        double.breakStreams();
      },
      1500,
    ],
    [
      'ends every stream without an error',
      () => {
        double.closeStreams();
      },
      200,
    ],
    [
      'breaks every stream',
      () => {
        double.breakStreams();
      },
      200,
    ],
    ['answers more slowly than the deadline', () => (double.faults.slow = 700), 1500],
    ['says after a restart that it is not ready', () => (double.faults.notReady = 20), 200],
    ['does and delivers everything twice', () => (double.faults.duplicate = true), 800],
    [
      'falls silent on its subscriptions',
      () => {
        double.faults.silent = true;
        double.closeStreams();
      },
      2000,
    ],
    ['loses the answers of many appends', () => (double.faults.loseAnswers = 15), 200],
  ];

  it.each(SWITCHES)(
    'and %s in the middle of work: nothing is lost, nothing doubled, and it goes on by itself',
    async (_what, on, ms) => {
      const following = follow(store);
      const count = 12;
      let done = 0;
      const recovered = { at: undefined as NodeJS.Timeout | undefined };
      const samples = await work(store, count, () => {
        done += 1;
        if (done !== LANES * 3) return;
        on();
        recovered.at = setTimeout(() => {
          double.recover();
        }, ms);
      });
      await following.until(LANES * count);
      await following.stop();
      clearTimeout(recovered.at);
      double.recover();
      await expectEachOnce(store, samples, count, following.events);
    },
    40_000,
  );

  it('and does not come back in time: the outcome is called unknown, and the same append tells later', async () => {
    await store.close();
    store = await opened(double.address, { patience: 700 });
    const sample = new SampleStream(newUuid());
    const events = sample.next(1);
    double.faults = { ...double.faults, loseAnswers: 1_000 };
    await expect(store.append(sample.stream, NO_STREAM, events)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      reason: 'unknown',
    });
    double.recover();
    expect((await store.append(sample.stream, NO_STREAM, events)).revision).toBe(0);
    expect(await store.read(sample.stream)).toHaveLength(1);
  });

  it.each([
    ['cannot be read any more', { loseAnswers: 1 }, { unreadable: true }],
    ['refuses its user from then on', { loseAnswers: 1 }, { denied: true }],
  ])(
    'and %s after an append was written: the outcome is called unknown, never failed, and the same append tells later',
    async (_what, before, then) => {
      await store.close();
      const onTrouble = (): void => void Object.assign(double.faults, then);
      store = await opened(double.address, { patience: 700, onTrouble });
      const sample = new SampleStream(newUuid());
      const events = sample.next(2);
      Object.assign(double.faults, before);
      const outcome = store.append(sample.stream, NO_STREAM, events);
      await expect(outcome).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'unknown' });
      await expect(outcome).rejects.toThrow('the same command again tells');
      double.recover();
      expect(double.log.readable(sample.stream)).toHaveLength(2);
      expect((await store.append(sample.stream, NO_STREAM, events)).revision).toBe(1);
    },
  );

  it('and refuses its user from the first has written nothing, and says so', async () => {
    double.faults.denied = true;
    const sample = new SampleStream(newUuid());
    const refused = store.append(sample.stream, NO_STREAM, sample.next(1));
    await expect(refused).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'io' });
    await expect(refused).rejects.toThrow('user or password');
  });

  it('and was reset is not followed in silence: whoever follows is told', async () => {
    const sample = new SampleStream(newUuid());
    const following = follow(store);
    await store.append(sample.stream, NO_STREAM, sample.next(5));
    await following.until(5);
    const { port } = double;
    double.stop();
    double = await EventStoreDouble.start({ port });
    await expect(following.done).rejects.toThrow('reset or restored');
  });
});

describe('an EventStoreDB in a process of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-served-'));

  it.each([
    [
      'killed three times',
      async (server: ServedDouble) => {
        await server.kill();
        // How long it is away.
        await sleep(300);
        await server.start();
      },
    ],
    [
      'stopped like a machine that hangs',
      async (server: ServedDouble) => {
        server.freeze();
        // Longer than a deadline and the quiet of a subscription.
        await sleep(1500);
        server.thaw();
      },
    ],
  ] as const)(
    '%s loses nothing acknowledged and doubles nothing',
    async (what, hurt) => {
      const server = new ServedDouble(join(folder, `${what}.jsonl`));
      await server.start();
      const store = await opened(server.address, { deadline: 1000 });
      try {
        const following = follow(store);
        const count = 30;
        let done = 0;
        let hurting = Promise.resolve();
        const samples = await work(store, count, () => {
          done += 1;
          if (done % 60 === 40) hurting = hurting.then(() => hurt(server));
        });
        await hurting;
        await following.until(LANES * count);
        await following.stop();
        await expectEachOnce(store, samples, count, following.events);
      } finally {
        await store.close();
        await server.kill();
      }
    },
    60_000,
  );
});
