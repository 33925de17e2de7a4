import { MongoPaperFiles } from '@domain/paper/adapters/mongo-paper-files';
import { MongoReadLog } from '@kernel/read-log/adapters/mongo-read-log';
import { MongoCredentialStore } from '@kernel/accounts/adapters/mongo-credential-store';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { connectMongo } from '@kernel/engines/adapters/mongo-connection';
import { MongoDigests } from '@kernel/event-store/adapters/mongo-digests';
import { stampEngines } from '@kernel/engines/adapters/mongo-layout';
import { LOG_LAYOUT } from '@kernel/event-store/adapters/schema';
import { BullmqJobs } from '@kernel/jobs/adapters/bullmq-jobs';
import { masterKeys } from '@kernel/privacy';
import { MongoKeyStore } from '@kernel/privacy/adapters/mongo-key-store';
import { MongoReadModels } from '@kernel/read-models/adapters/mongo-read-models';
import type { EngineSettings, Settings } from '../settings';
import { closeAll, type Closing } from './closing';
import type { StoreOptions, Stores } from './stores';

/** `insecure=true` in the address says that a single server and a plain line are meant; the driver does not know it. */
const mongoAddress = (address: string): { readonly address: string; readonly insecure: boolean } => {
  const [front = '', query = ''] = address.split('?');
  const options = query.split('&').filter((option) => option !== '' && option !== 'insecure=true');
  const insecure = query.split('&').includes('insecure=true');
  return { address: options.length === 0 ? front : `${front}?${options.join('&')}`, insecure };
};

/**
 * Stores on EventStoreDB, MongoDB and Redis, shared by all processes. @throws StoreUnavailable, BadAddress,
 * BadMongoAddress, JobsUnavailable, MasterKeyError
 */
export const scaledStores = async (
  settings: Settings,
  engines: EngineSettings,
  options: StoreOptions,
): Promise<Stores> => {
  const opened: Closing[] = [];
  try {
    return await openAll(settings, engines, options, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
};

const openAll = async (
  settings: Settings,
  engines: EngineSettings,
  { tolerant = false, onTrouble, onWarning, onNote }: StoreOptions,
  opened: Closing[],
): Promise<Stores> => {
  const { address, insecure } = mongoAddress(engines.mongodb);
  const mongo = await connectMongo(address, { insecure, name: 'jiandang' });
  opened.push(mongo.close);
  const { db } = mongo;
  await stampEngines(db, LOG_LAYOUT);
  const digests = await MongoDigests.open(db);
  const store = await EventstoredbEventStore.open({
    address: engines.eventstoredb,
    setting: 'JIANDANG_EVENTSTOREDB',
    digests,
    onTrouble: (error) => onTrouble?.('eventstoredb', error),
  });
  opened.push(() => store.close());
  onNote?.(`EventStoreDB ${store.serverVersion} ${store.address}`);
  const begun = (await store.head()) !== undefined;
  const keys = await MongoKeyStore.open(db, masterKeys(settings.keys, settings.masterKey, begun), { begun, tolerant });
  opened.push(() => keys.close());
  const credentials = await MongoCredentialStore.open(db);
  opened.push(() => credentials.close());
  const reads = await MongoReadLog.open(db);
  opened.push(() => reads.close());
  const models = new MongoReadModels(db);
  opened.push(() => models.close());
  const jobs = await BullmqJobs.open({ url: engines.redis, name: settings.name, onTrouble, onWarning });
  return {
    store,
    keys,
    credentials,
    reads,
    models,
    papers: new MongoPaperFiles(db, keys),
    jobs,
    shared: true,
    limits: jobs.redis,
    expireDigests: (at) => digests.expire(at),
    close: () => closeAll(opened),
  };
};
