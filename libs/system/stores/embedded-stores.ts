import { join } from 'node:path';
import { EmbeddedPaperFiles } from '@domain/paper/adapters/embedded-paper-files';
import { EmbeddedReadLog } from '@kernel/read-log/adapters/embedded-read-log';
import { EmbeddedCredentialStore } from '@kernel/accounts/adapters/embedded-credential-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { EmbeddedJobs } from '@kernel/jobs/adapters/embedded-jobs';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import type { Settings } from '../settings';
import type { StoreOptions, Stores } from './stores';

/** Files in the data folder and, apart from them, in the key folder; one process holds them. @throws StoreUnavailable, MasterKeyError */
export const embeddedStores = async (
  settings: Settings,
  { tolerant = false, onTrouble }: StoreOptions,
): Promise<Stores> => {
  const store = EmbeddedEventStore.open({ folder: settings.data, tolerant });
  try {
    return besideLog(settings, store, onTrouble);
  } catch (error) {
    await store.close();
    throw error;
  }
};

const besideLog = (settings: Settings, store: EmbeddedEventStore, onTrouble: StoreOptions['onTrouble']): Stores => {
  const keys = new EmbeddedKeyStore(settings.keys, masterKeys(settings.keys, settings.masterKey));
  const models = new EmbeddedReadModels(settings.data);
  const credentials = new EmbeddedCredentialStore(settings.keys);
  const reads = new EmbeddedReadLog(settings.data);
  const papers = new EmbeddedPaperFiles(join(settings.data, 'papers'), keys);
  const jobs = new EmbeddedJobs(settings.data, onTrouble && { onTrouble });
  return {
    store,
    keys,
    models,
    credentials,
    reads,
    papers,
    jobs,
    shared: false,
    claimLog: (id) => Promise.resolve(id),
    expireDigests: (at) => {
      store.expireDigests(at);
      return Promise.resolve();
    },
    close: async () => {
      await models.close();
      await reads.close();
      await credentials.close();
      await keys.close();
      await store.close();
    },
  };
};
