import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid } from '@kernel/format';
import { NO_STREAM } from '@kernel/event-store';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { EventStoreDouble } from '../support/eventstoredb/double.cjs';
import { until } from '../support/until';

jest.setTimeout(60_000);

/**
 * Events between two that match: the double tells how far it is at every 3,200 of them, several times within the quiet.
 */
const STRETCH = 40_000;
const QUIET = 1000;

it('an EventStoreDB that holds nothing yet names no place, and what comes after its line was cut is followed', async () => {
  const double = await EventStoreDouble.start();
  const digests = new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-nothing-')));
  const store = await EventstoredbEventStore.open({ address: double.address, digests, quiet: QUIET });
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const { events } of store.subscribe({ signal: stop.signal })) {
    if (double.begun.length < 2) {
      await until('it says how far it is', () => double.checkpoints > 0);
      // Nothing tells that what it said has arrived.
      await sleep(50);
      double.breakStreams();
      await until('the search is begun again', () => double.begun.length > 1);
      const sample = new SampleStream(newUuid());
      await store.append(sample.stream, NO_STREAM, sample.next(2));
    }
    seen.push(...events.map(({ revision }) => revision));
    if (seen.length === 2) stop.abort();
  }
  expect([seen, double.begun]).toEqual([
    [0, 1],
    [-1, -1],
  ]);
  await store.close();
  double.stop();
});

describe('an EventStoreDB that searches a long way for what matches', () => {
  let double: EventStoreDouble;
  let store: EventstoredbEventStore;
  let troubles: string[];
  let sample: SampleStream;

  beforeEach(async () => {
    troubles = [];
    double = await EventStoreDouble.start();
    store = await EventstoredbEventStore.open({
      address: double.address,
      digests: new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-stretch-'))),
      quiet: QUIET,
      patience: QUIET,
      onTrouble: (error) => void troubles.push(String(error)),
    });
    sample = new SampleStream(newUuid());
    await wanted();
    idle(STRETCH);
    await wanted();
    await store.head();
    double.faults.scan = 15;
  });
  afterEach(async () => {
    double.recover();
    await store.close();
    double.stop();
  });

  /** What a server writes for itself while nobody works. */
  const idle = (count: number): void => {
    double.log.writeSystemEvent('$stats-127.0.0.1', '$statsCollected', { count });
  };

  const wanted = (): Promise<unknown> =>
    store.append(sample.stream, sample.revision, sample.next(1, { type: 'HelperAssigned' }));

  /** Until the server has said so often how far it is; of the last word one cannot know that it arrived. */
  const passed = (count: number): Promise<boolean> => {
    const before = double.checkpoints;
    return until('it says how far it is', () => double.checkpoints > before + count, { every: 5 });
  };

  const readTyped = async (): Promise<readonly number[]> => {
    const revisions: number[] = [];
    for await (const page of store.readAll({ types: ['HelperAssigned'] })) {
      expect(page.length).toBeGreaterThan(0);
      revisions.push(...page.map(({ revision }) => revision));
    }
    return revisions;
  };

  it('is waited for as long as it says how far it is: the search is begun once', async () => {
    const began = Date.now();
    expect(await readTyped()).toEqual([0, 1]);
    expect(Date.now() - began).toBeGreaterThan(QUIET);
    expect([double.begun, troubles]).toEqual([[-1], []]);
  });

  it('and whose search is cut off goes on where it was, whatever matched before', async () => {
    const reading = readTyped();
    for (let cut = 1; cut <= 3; cut++) {
      await passed(2);
      double.breakStreams();
      await until('the search is begun again', () => double.begun.length > cut, { every: 5 });
    }
    expect(await reading).toEqual([0, 1]);
    expect(double.begun).toHaveLength(4);
    expect(double.begun.every((place, index) => place > (double.begun[index - 1] ?? -2))).toBe(true);
  });

  it('is followed over it: the one subscription is not taken for a silent one, and goes on from where it was', async () => {
    const reader = await EventstoredbEventStore.open({
      address: double.address,
      readonly: true,
      digests: new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-stretch-'))),
      quiet: QUIET,
      onTrouble: (error) => void troubles.push(String(error)),
    });
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { events } of reader.subscribe({ signal: stop.signal, types: ['HelperAssigned'] }))
        seen.push(...events.map(({ revision }) => revision));
    })();
    await until('both have come', () => seen.length === 2);
    const place = double.log.end;
    idle(STRETCH);
    await passed(2);
    double.breakStreams();
    double.begun = [];
    await until('the search is begun again', () => double.begun.length > 0);
    expect(double.begun[0]).toBeGreaterThan(place);
    await wanted();
    await until('the third has come', () => seen.length === 3);
    expect(seen).toEqual([0, 1, 2]);
    expect(troubles.filter((words) => !words.includes('UNAVAILABLE'))).toEqual([]);
    stop.abort();
    await following;
    await reader.close();
  });
});
