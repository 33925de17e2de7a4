import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { itOnRealMongo, onMongo } from '../../../../test/support/mongodb';
import { credentialStoreContract } from '../testing/credential-store.contract';
import { EmbeddedCredentialStore } from './embedded-credential-store';
import { MongoCredentialStore } from './mongo-credential-store';

credentialStoreContract('the embedded adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-side-'));
  const open = () => Promise.resolve(new EmbeddedCredentialStore(folder));
  return open().then((side) => ({ side, another: open }));
});

onMongo((database) => {
  credentialStoreContract(
    'the Mongo adapter',
    async () => {
      const db = database();
      return { side: await MongoCredentialStore.open(db), another: () => MongoCredentialStore.open(db) };
    },
    { itCounts: itOnRealMongo },
  );
});

describe('a side store of a release before, which kept passwords under login names', () => {
  const login = { account: 'village-1', subject: 'a', hash: 'h' };

  it('gives them to their accounts: embedded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jd-side-'));
    const old = new Database(join(folder, 'side.db'));
    old.exec('CREATE TABLE logins (account TEXT PRIMARY KEY, subject TEXT NOT NULL, hash TEXT NOT NULL)');
    old.prepare('INSERT INTO logins VALUES (?, ?, ?)').run(login.account, login.subject, login.hash);
    old.close();
    for (const turn of ['first', 'second']) {
      const side = new EmbeddedCredentialStore(folder);
      expect([turn, await side.password('a')]).toEqual([turn, turn === 'first' ? 'h' : 'new']);
      await side.setPassword('a', 'new');
      await side.close();
    }
  });

  onMongo((database) => {
    it('gives them to their accounts', async () => {
      const db = database();
      await db.collection<{ _id: string }>('logins').insertOne({ _id: login.account, ...login });
      expect(await (await MongoCredentialStore.open(db)).password('a')).toBe('h');
      await (await MongoCredentialStore.open(db)).setPassword('a', 'new');
      expect(await (await MongoCredentialStore.open(db)).password('a')).toBe('new');
    });
  });
});
