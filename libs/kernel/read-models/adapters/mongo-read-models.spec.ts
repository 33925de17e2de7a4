import { NotTheWriter } from '@kernel/engines';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { newUuid } from '@kernel/format';
import { NO_STREAM } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { itOnOwnServer, itOnRealMongo, onMongo } from '../../../../test/support/mongodb';
import { Projector, Lease, type ViewDefinition } from '..';
import { eventOf, open, projectorContract, total } from '../testing/projector.contract';
import { readModelsContract } from '../testing/read-models.contract';
import type { VersionRow } from '@kernel/engines/adapters/mongo-leases';
import { sortable } from './mongo-query';
import { MongoReadModels } from './mongo-read-models';
import { until } from '../../../../test/support/until';

const view: ViewDefinition = { name: 'cards', version: 1, indexes: ['area'] };
const put = (id: string, area: string, checkpoint: string) => ({
  puts: new Map([[id, { id, area }]]),
  deletes: [],
  checkpoint,
});

onMongo((database, server) => {
  readModelsContract('the Mongo adapter', () => {
    const db = database();
    return Promise.resolve({ models: new MongoReadModels(db), reopen: () => Promise.resolve(new MongoReadModels(db)) });
  });

  const databases = new Map<string, Db>();
  projectorContract('the Mongo adapter', (where) => {
    const db = databases.get(where) ?? database();
    databases.set(where, db);
    return new MongoReadModels(db);
  });

  const versions = (db: Db) => db.collection<VersionRow>('view-versions');
  const two = async () => {
    const db = database();
    const [first, second] = [new MongoReadModels(db, { lease: 60_000 }), new MongoReadModels(db, { lease: 60_000 })];
    await first.prepare(view);
    await first.write(view, put('a', 'old', '5'), 1);
    const close = () => Promise.all([first.close(), second.close()]);
    return { db, first, second, close };
  };
  /** As if its holder had been silent for longer than its lease, without knowing. */
  const expire = (db: Db) => versions(db).updateMany({}, { $set: { until: new Date(0) } });

  describe('of two processes', () => {
    it('only the one that holds the lease writes; the other takes over when it is given back', async () => {
      const { first, second, close } = await two();
      await expect(second.write(view, put('a', 'new', '6'), 1)).rejects.toBeInstanceOf(NotTheWriter);
      await expect(second.clear(view)).rejects.toBeInstanceOf(NotTheWriter);
      await expect(second.swap(view)).rejects.toBeInstanceOf(NotTheWriter);
      expect(await second.get(view, 'a')).toEqual({ id: 'a', area: 'old' });
      await first.close();
      await second.claim(view);
      await second.write(view, put('a', 'new', '6'), 1);
      expect(await second.checkpoint(view)).toEqual({ position: '6', events: 2 });
      await close();
    });

    it('one that waits for its turn stops waiting when it is told to', async () => {
      const { second, close } = await two();
      const stop = new AbortController();
      const waiting = second.claim(view, stop.signal);
      stop.abort();
      await expect(waiting).resolves.toBeUndefined();
      await close();
    });

    it('a writer that froze and was replaced changes no document, moves no checkpoint, and learns of it', async () => {
      const { db, first, second, close } = await two();
      await expire(db);
      await second.write(view, { ...put('a', 'new', '9'), deletes: ['gone'] }, 4);
      const late = {
        puts: new Map([
          ['a', { id: 'a', area: 'stale' }],
          ['gone', { id: 'gone', area: 'stale' }],
        ]),
        deletes: [],
        checkpoint: '7',
      };
      await expect(first.write(view, late, 2)).rejects.toBeInstanceOf(NotTheWriter);
      expect(await second.get(view, 'a')).toEqual({ id: 'a', area: 'new' });
      expect(await second.get(view, 'gone')).toBeUndefined();
      expect(await second.checkpoint(view)).toEqual({ position: '9', events: 5 });
      await expect(first.write(view, late, 2)).rejects.toBeInstanceOf(NotTheWriter);
      await close();
    });

    it('one has a turn and the other waits; the replaced may not keep it, even when it is free', async () => {
      const db = database();
      const [first, second] = [new MongoReadModels(db, { lease: 60_000 }), new MongoReadModels(db, { lease: 60_000 })];
      const [sealing, waiting] = [new Lease(first, 'sealing'), new Lease(second, 'sealing')];
      const { signal } = new AbortController();
      await sealing.take(signal);
      await waiting.take(AbortSignal.timeout(200));
      await expect(waiting.keep()).rejects.toBeInstanceOf(NotTheWriter);
      await sealing.keep();
      await expire(db);
      await waiting.take(signal);
      await expect(sealing.keep()).rejects.toBeInstanceOf(NotTheWriter);
      await waiting.keep();
      await second.close();
      await expect(sealing.keep()).rejects.toBeInstanceOf(NotTheWriter);
      await first.close();
    });

    it('a late one writes into nothing after the view was emptied', async () => {
      const { db, first, second, close } = await two();
      await expire(db);
      await second.clear(view);
      await expect(first.write(view, put('b', 'stale', '7'), 1)).rejects.toBeInstanceOf(NotTheWriter);
      expect(await second.count(view, {})).toBe(0);
      expect(await second.checkpoint(view)).toEqual({ events: 0 });
      await close();
    });
  });

  describe('what a crash leaves between documents and checkpoint', () => {
    const run = async (
      db: Db,
      log: string,
      steps: (add: (id: string, revision: number, type: string, data: object) => Promise<string>) => Promise<string>,
    ) => {
      const store = EmbeddedEventStore.open({ folder: log, tolerant: true });
      const models = new MongoReadModels(db);
      const projector = new Projector({ store, models, projections: [total()], open });
      const last = await steps(async (id, revision, type, data) => {
        const event = eventOf(id, revision, type, data);
        return (await store.append(event.stream, revision === 0 ? NO_STREAM : revision - 1, [event])).position;
      });
      await projector.start();
      expect(await projector.waitFor(last, { timeout: 20_000 })).toBe(true);
      const documents = await models.find(total(), {});
      await projector.stop();
      await models.close();
      await store.close();
      return documents.items;
    };

    it('is not folded twice, wherever the next batch begins and ends', async () => {
      const db = database();
      const log = mkdtempSync(join(tmpdir(), 'jd-log-'));
      const [a, b] = [newUuid(), newUuid()];
      await run(db, log, async (add) => {
        await add(a, 0, 'Counted', { by: 1 });
        await add(b, 0, 'Counted', { by: 10 });
        return add(a, 1, 'Counted', { by: 2 });
      });
      for (const position of ['1', '2', null]) {
        await versions(db).updateOne({ _id: 'total@1' }, { $set: { position, at: sortable(position ?? '') } });
        const items = await run(db, log, async (add) => add(newUuid(), 0, 'Counted', { by: 7 }));
        expect(items).toContainEqual({ id: a, total: 3 });
        expect(items).toContainEqual({ id: b, total: 10 });
      }
    });
  });

  it('remembers a deleted document until no batch can be repeated, then sweeps it', async () => {
    const db = database();
    const models = new MongoReadModels(db, { keep: 20 });
    await models.prepare(view);
    await models.write(view, put('a', 'x', '5'), 1);
    await models.write(view, { puts: new Map(), deletes: ['a'], checkpoint: '12' }, 1);
    expect(await models.load(view, ['a'])).toEqual([{ upTo: '12' }]);
    expect(await models.count(view, {})).toBe(0);
    const swept = async () => {
      await models.sweep();
      return (await models.load(view, ['a']))[0]?.upTo === undefined;
    };
    await until('it is swept', swept);
    expect(await models.load(view, ['a'])).toEqual([{}]);
    await models.close();
  });

  it('keeps the replaced version until no reader is at it, also of another process', async () => {
    const db = database();
    const [writer, reader] = [new MongoReadModels(db, { keep: 600_000 }), new MongoReadModels(db)];
    await writer.prepare(view);
    await writer.write(view, put('a', 'old', '5'), 1);
    expect(await reader.count(view, {})).toBe(1);
    const next = { ...view, version: 2 };
    await writer.prepare(next);
    await writer.swap(next);
    expect(await writer.count(view, {})).toBe(0);
    expect(await reader.count(view, {})).toBe(1);
    await until('the other process has seen it', async () => (await reader.count(view, {})) === 0);
    await versions(db).updateMany({ version: 1 }, { $set: { retired: new Date(0) } });
    await writer.sweep();
    expect(
      (await db.listCollections().toArray()).map(({ name }) => name).filter((name) => name.startsWith('cards')),
    ).toEqual(['cards_v2']);
    await writer.close();
    await reader.close();
  });

  it.each([
    ['9', '10'],
    ['99', '100'],
    ['00000000000000000009/00000000000000000009', '00000000000000000010/00000000000000000001'],
    ['9007199254740992', '9007199254740993'],
    ['9223372036854775807', '18446744073709551615'],
  ])('the position %s lies before %s as text', (one, other) => {
    expect(sortable(one) < sortable(other)).toBe(true);
  });

  itOnOwnServer(
    'goes on after the server was killed in the middle of batches: nothing lost, nothing doubled',
    async () => {
      const db = database();
      const models = new MongoReadModels(db, { lease: 500 });
      await models.prepare(view);
      const again = async (at: number): Promise<void> => {
        const ids = ['a', 'b', 'c'].map((id) => [id, { id, area: String(at) }] as const);
        for (;;) {
          try {
            const { position = '0' } = await models.checkpoint(view);
            if (Number(position) >= at) return;
            await models.write(view, { puts: new Map(ids), deletes: [], checkpoint: String(at) }, 1);
            return;
          } catch {
            await sleep(100);
          }
        }
      };
      let reached = 0;
      const written = (async () => {
        for (let at = 1; at <= 40; at++) {
          await again(at);
          reached = at;
        }
      })();
      await until('some are written', () => reached >= 5, { every: 1 });
      await server().kill();
      await server().up();
      await written;
      expect(await models.checkpoint(view)).toEqual({ position: '40', events: 40 });
      expect(await models.count(view, { where: { area: '40' } })).toBe(3);
      await models.close();
    },
    60_000,
  );

  itOnRealMongo('takes documents with dots and dollars in their keys', async () => {
    const models = new MongoReadModels(database());
    await models.prepare(view);
    const odd = { id: 'a', area: 'x', counts: { 'a.b': 1, $c: 2 } };
    await models.write(view, { puts: new Map([['a', odd]]), deletes: [], checkpoint: '1' }, 1);
    expect(await models.get(view, 'a')).toEqual(odd);
    await models.close();
  });
});
