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
import { closeInTurn, type Closing } from './closing';
import type { StoreOptions, Stores } from './stores';

/** Files in the data folder and, apart from them, in the key folder; one process holds them. @throws StoreUnavailable, MasterKeyError */
export const embeddedStores = async (settings: Settings, options: StoreOptions): Promise<Stores> => {
  const opened: Closing[] = [];
  try {
    return openAll(settings, options, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
};

/** The log last: its lock keeps others from the rest. */
const closeAll = (opened: Closing[]): Promise<void> => closeInTurn(opened.splice(0).reverse());

const openAll = (settings: Settings, { tolerant = false, onTrouble }: StoreOptions, opened: Closing[]): Stores => {
  const kept = <T extends { close: () => Promise<void> }>(one: T): T => {
    opened.push(() => one.close());
    return one;
  };
  const store = kept(EmbeddedEventStore.open({ folder: settings.data, tolerant }));
  const keys = kept(new EmbeddedKeyStore(settings.keys, masterKeys(settings.keys, settings.masterKey)));
  const credentials = kept(new EmbeddedCredentialStore(settings.keys));
  const reads = kept(new EmbeddedReadLog(settings.data));
  const models = kept(new EmbeddedReadModels(settings.data));
  return {
    store,
    keys,
    models,
    credentials,
    reads,
    papers: new EmbeddedPaperFiles(join(settings.data, 'papers'), keys),
    jobs: new EmbeddedJobs(settings.data, onTrouble && { onTrouble }),
    shared: false,
    claimLog: (id) => Promise.resolve(id),
    expireDigests: (at) => {
      store.expireDigests(at);
      return Promise.resolve();
    },
    close: () => closeAll(opened),
  };
};
