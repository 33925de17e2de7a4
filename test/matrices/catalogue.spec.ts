import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLog } from '@kernel/ledger';
import type { EventStore } from '@kernel/event-store';
import { openEvents, type KeyStore } from '@kernel/privacy';
import { foldDocument } from '@kernel/read-models';
import type { FactMeta } from '@kernel/sourcing';
import { features } from '@system/features';
import { LOG, secretOf, type Sample } from '../support/catalogue';

const folder = join(__dirname, '../catalogue');
const samples = readdirSync(folder).map((file) => ({
  file,
  sample: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Sample,
}));
const deciders = new Map(features.flatMap((feature) => feature.deciders).map((decider) => [decider.category, decider]));
const projections = features.flatMap((feature) => feature.projections);

/** The samples' keys: only `secrets` is asked of a key store that opens. */
const keys = {
  secrets: (ids: readonly string[]) => Promise.resolve(ids.map(secretOf)),
} as Partial<KeyStore> as KeyStore;
const categoryOf = ({ stream }: Sample): string => stream.slice(0, stream.indexOf('-'));

type Evolve = (state: unknown, data: object, meta: FactMeta) => unknown;

describe('the catalogue of stored events', () => {
  it('has a sample of every event version that there is', () => {
    const there = new Set(samples.map(({ file }) => file));
    for (const { category, events } of deciders.values()) {
      for (const { type, schema } of events.types.values()) {
        for (let version = 1; version <= schema; version++)
          expect(there).toContain(`${category}.${type}.${String(version)}.json`);
      }
    }
  });

  it.each(samples)('$file verifies, opens and folds', async ({ sample }) => {
    const event = { ...sample, position: 'p' };
    const store = {
      readAll: async function* () {
        yield await Promise.resolve([event]);
      },
    } as Partial<EventStore> as EventStore;
    const { damages } = await verifyLog(store, { log: LOG });
    expect(damages).toEqual([]);
    const decider = deciders.get(categoryOf(sample));
    const [fact] = await openEvents({ log: LOG, keys }, () => decider?.events, [event], 'all');
    expect(fact?.data).toEqual(sample.whole);
    if (!fact || !decider) throw new Error('no fact');
    const evolve = decider.evolve[sample.type] as Evolve;
    expect(() => evolve(decider.initialState, fact.data, fact.meta)).not.toThrow();
    for (const projection of projections.filter(({ from }) => from.category === decider.category))
      expect(() => foldDocument(projection, [fact])).not.toThrow();
  });
});
