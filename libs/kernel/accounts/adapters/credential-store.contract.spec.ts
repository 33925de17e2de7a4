import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itOnRealMongo, onMongo } from '../../../../test/support/mongodb';
import { sideStoreContract } from '../testing/credential-store.contract';
import { EmbeddedSideStore } from './embedded-credential-store';
import { MongoSideStore } from './mongo-credential-store';

sideStoreContract('the embedded adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-side-'));
  const open = () => Promise.resolve(new EmbeddedSideStore(folder));
  return open().then((side) => ({ side, another: open }));
});

onMongo((database) => {
  sideStoreContract(
    'the Mongo adapter',
    async () => {
      const db = database();
      return { side: await MongoSideStore.open(db), another: () => MongoSideStore.open(db) };
    },
    { itCounts: itOnRealMongo },
  );
});
