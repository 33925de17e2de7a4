import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@kernel/format';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { onMongo } from '../../../../test/support/mongodb';
import { masterKeys } from '../master-key';
import { keyStoreContract } from '../testing/key-store.contract';
import { EmbeddedKeyStore } from './embedded-key-store';
import { MongoKeyStore } from './mongo-key-store';

keyStoreContract('the embedded adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-keys-'));
  return Promise.resolve({
    open: async (masters) => Promise.resolve(new EmbeddedKeyStore(folder, masters)),
    bytes: () => Promise.resolve(Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))))),
    damage: async (id) => {
      const db = new Database(join(folder, 'keys.db'));
      db.prepare('UPDATE keys SET wrapped = ? WHERE id = ?').run(randomBytes(60), id);
      await Promise.resolve(db.close());
    },
  });
});

onMongo((database) => {
  keyStoreContract('the Mongo adapter', () => {
    const db = database();
    return Promise.resolve({
      open: (masters) => MongoKeyStore.open(db, masters, { grace: 0 }),
      bytes: async () => {
        const documents = await db.collection<{ wrapped: Buffer | null }>('keys').find().toArray();
        return Buffer.concat(documents.flatMap(({ wrapped }) => wrapped ?? []));
      },
      damage: (id) =>
        db.collection<{ _id: string }>('keys').updateOne({ _id: id }, { $set: { wrapped: randomBytes(60) } }),
    });
  });

  describe('the Mongo key store of several processes', () => {
    const masters = masterKeys('', `1:${Buffer.alloc(32, 1).toString('base64url')}`);

    it('are asked for by a log that is in use, and made for none; who examines it opens without them', async () => {
      const db = database();
      await expect(MongoKeyStore.open(db, masters, { begun: true })).rejects.toThrow('backup of the keys');
      await MongoKeyStore.open(db, masters, { begun: true, tolerant: true });
      expect(await db.collection('keys').countDocuments()).toBe(0);
      await MongoKeyStore.open(db, masters);
      await expect(MongoKeyStore.open(db, masters, { begun: true })).resolves.toBeDefined();
    });

    const owner = () => ({ subject: newUuid(), class: 'health' as const });

    it('makes one key for an owner and one for the indexes, whichever processes race', async () => {
      const db = database();
      const processes = await Promise.all([1, 2, 3].map(() => MongoKeyStore.open(db, masters)));
      const who = owner();
      const made = await Promise.all(processes.map((keys) => keys.currentOrNew([who])));
      expect(new Set(made.map(([key]) => key?.secret.toString('hex'))).size).toBe(1);
      expect(new Set(processes.map((keys) => keys.keyed('search', 'x'))).size).toBe(1);
    });

    it('gives processes that ask for many owners the same keys, those there and those just made', async () => {
      const db = database();
      const [here, there] = [await MongoKeyStore.open(db, masters), await MongoKeyStore.open(db, masters)];
      const owners = Array.from({ length: 12 }, owner);
      const known = await here.currentOrNew(owners.slice(0, 3));
      const [one, other] = await Promise.all([
        here.currentOrNew(owners.slice(0, 9)),
        there.currentOrNew([...owners].reverse()),
      ]);
      expect(one).toEqual([...other].reverse().slice(0, 9));
      expect(one.slice(0, 3)).toEqual(known);
    });

    it('never seals with a key that another process destroyed', async () => {
      const db = database();
      const [here, there] = [await MongoKeyStore.open(db, masters), await MongoKeyStore.open(db, masters)];
      const who = owner();
      const [key] = await here.currentOrNew([who]);
      await there.destroy([key!.id]);
      expect((await here.currentOrNew([who]))[0]?.id).not.toBe(key?.id);
    });

    it('keeps a key that was swept from its owner for as long as another process may be sealing with it', async () => {
      const db = database();
      const [api, worker] = [await MongoKeyStore.open(db, masters), await MongoKeyStore.open(db, masters)];
      const who = owner();
      const [key] = await api.currentOrNew([who]);
      expect(await worker.sweepOrphans(() => false, '9999')).toBe(0);
      expect((await api.currentOrNew([who]))[0]?.id).not.toBe(key?.id);
      expect(await worker.sweepOrphans(() => true, '9999')).toBe(0);
      expect(await worker.secrets([key!.id])).toEqual([key?.secret]);
    });
  });
});
