import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
