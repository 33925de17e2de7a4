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
import { closeAll, type Closing } from './closing';
import { mustNotHaveLostItsLog } from './lost-log';
import type { StoreOptions, Stores } from './stores';

/**
 * Files in the data folder and, apart from them, in the key folder; one process holds them. @throws StoreUnavailable,
 * MasterKeyError
 */
export const embeddedStores = async (settings: Settings, options: StoreOptions): Promise<Stores> => {
  mustNotHaveLostItsLog(settings);
  const opened: Closing[] = [];
  try {
    return await openAll(settings, options, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
};

const openAll = async (
  { data, keys: folder, masterKey }: Settings,
  { tolerant = false, onTrouble }: StoreOptions,
  opened: Closing[],
): Promise<Stores> => {
  const kept = <T extends { close(): Promise<void> }>(store: T): T => {
    opened.push(() => store.close());
    return store;
  };
  const store = kept(EmbeddedEventStore.open({ folder: data, tolerant }));
  const begun = (await store.head()) !== undefined;
  const keys = kept(new EmbeddedKeyStore(folder, masterKeys(folder, masterKey, begun), { begun }));
  const credentials = kept(new EmbeddedCredentialStore(folder, { begun }));
  const reads = kept(new EmbeddedReadLog(data));
  const models = kept(new EmbeddedReadModels(data));
  return {
    store,
    keys,
    models,
    credentials,
    reads,
    papers: new EmbeddedPaperFiles(join(data, 'papers'), keys),
    jobs: new EmbeddedJobs(data, onTrouble && { onTrouble }),
    shared: false,
    expireDigests: (at) => {
      store.expireDigests(at);
      return Promise.resolve();
    },
    close: () => closeAll(opened),
  };
};
