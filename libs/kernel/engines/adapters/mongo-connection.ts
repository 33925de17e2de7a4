import type { Collection, Db, IndexDescription, MongoClient } from 'mongodb';
import { HeartbeatWatch } from './mongo-heartbeat';

export interface MongoConnection {
  readonly client: MongoClient;
  /** The database that the address names, written with a majority and its journal. */
  readonly db: Db;
  /** For the start's log line. */
  readonly server: string;
  readonly close: () => Promise<void>;
}

export interface MongoOptions {
  /** Takes a single server and an unencrypted line: for tests and for one machine. */
  readonly insecure?: boolean;
  readonly name?: string;
  /** Milliseconds between two looks of the driver at its servers. */
  readonly heartbeat?: number;
}

/** An address that would lose or leak, with every reason. */
export class BadMongoAddress extends Error {
  override readonly name = 'BadMongoAddress';
}

const OLDEST = 5;
const HEARTBEAT = 10_000;
const DATABASE = 'jiandang';
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

interface Address {
  readonly srv: boolean;
  readonly credentials: string;
  readonly hosts: readonly string[];
  /** What stands behind the hosts' slash: the database. */
  readonly path: string;
  readonly options: ReadonlyMap<string, string>;
}

const addressOf = (address: string): Address | undefined => {
  const parts = /^mongodb(\+srv)?:\/\/(?:([^/?]*)@)?([^/?]*)\/?([^?]*)(?:\?(.*))?$/.exec(address);
  if (!parts) return undefined;
  const [, srv, credentials = '', hosts = '', path = '', query] = parts;
  const options = [...new URLSearchParams(query)].map(([key, value]) => [key.toLowerCase(), value] as const);
  return { srv: srv !== undefined, credentials, hosts: hosts.split(','), path, options: new Map(options) };
};

const databaseOf = (address: string): string => {
  const path = addressOf(address)?.path ?? '';
  return path === '' ? DATABASE : path;
};

/** Faults of an address, in words. */
export const mongoFaults = (address: string, { insecure = false }: MongoOptions = {}): readonly string[] => {
  const parts = addressOf(address);
  if (!parts) return ['must begin with mongodb:// or mongodb+srv://'];
  return [...namingFaults(parts), ...writingFaults(parts.options), ...(insecure ? [] : guardFaults(parts))];
};

const namingFaults = ({ credentials, path }: Address): readonly string[] => {
  if (/[@/].*|:.*:/.test(credentials) || path.includes('@'))
    return ['user and password must be percent-encoded (@ is %40, : is %3A, / is %2F)'];
  return /[/\\. "$]/.test(path) ? [`${path} cannot be the name of a database`] : [];
};

const writingFaults = (options: ReadonlyMap<string, string>): readonly string[] => [
  ...(['majority', undefined].includes(options.get('w'))
    ? []
    : ['w must be majority: what one member alone has is lost when it is']),
  ...(options.get('journal') === 'false' ? ['journal=false loses what was acknowledged'] : []),
  ...(['primary', undefined].includes(options.get('readpreference'))
    ? []
    : ['readPreference must be primary: a secondary does not know yet what was just written']),
];

const UNCHECKED = ['tlsinsecure', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames'];

const guardFaults = ({ srv, credentials, hosts, options }: Address): readonly string[] => {
  const tls = options.get('tls') ?? options.get('ssl') ?? String(srv);
  const local = hosts.every((host) => LOCAL.test(host.replace(/:\d+$/, '')));
  const unchecked = UNCHECKED.some((key) => options.get(key) === 'true');
  const named = credentials !== '' || options.get('authmechanism') === 'MONGODB-X509';
  return [
    ...(srv || options.has('replicaset') ? [] : ['replicaSet is missing: a single server has no majority']),
    ...(tls === 'true' || local ? [] : ['tls=true is missing: names and passwords would cross the net in clear']),
    ...(named || local ? [] : ['user and password are missing: whoever reaches the server would read everything']),
    ...(unchecked ? ['certificates must be checked'] : []),
  ];
};

/** One client for the process. @throws BadMongoAddress, and whatever keeps the server from being reached */
export const connectMongo = async (address: string, options: MongoOptions = {}): Promise<MongoConnection> => {
  const faults = mongoFaults(address, options);
  if (faults.length > 0) throw new BadMongoAddress(`The address of MongoDB: ${faults.join('; ')}`);
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(address, {
    appName: options.name ?? 'jiandang',
    ignoreUndefined: true,
    promoteBuffers: true,
    serverSelectionTimeoutMS: 5000,
    heartbeatFrequencyMS: options.heartbeat ?? HEARTBEAT,
    connectTimeoutMS: 5000,
    socketTimeoutMS: 30_000,
  });
  try {
    await client.connect();
    const server = await serverOf(client);
    const db = client.db(databaseOf(address), { writeConcern: { w: 'majority', journal: true } });
    const watch = new HeartbeatWatch(client, options.heartbeat ?? HEARTBEAT);
    const close = async (): Promise<void> => {
      await watch.stop();
      await client.close();
    };
    return { client, db, server, close };
  } catch (error) {
    await client.close();
    throw error;
  }
};

const serverOf = async (client: MongoClient): Promise<string> => {
  const built = (await client.db('admin').command({ buildInfo: 1 })) as { version: string; ferretdbVersion?: string };
  const hello = (await client.db('admin').command({ hello: 1 })) as { setName?: string };
  const major = Number(built.version.split('.')[0]);
  if (major < OLDEST) throw new BadMongoAddress(`MongoDB ${built.version} is too old: ${OLDEST} or newer is needed`);
  const kind = built.ferretdbVersion === undefined ? 'MongoDB' : 'FerretDB, which says MongoDB';
  return (
    `${kind} ${built.version}, ` + (hello.setName === undefined ? 'a single server' : `replica set ${hello.setName}`)
  );
};

/** A unique index or `_id` already has this value. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === 11_000;

/** An upsert that met another of the same document finds it at its second try. */
export const againWhereDuplicate = async <T>(upsert: () => Promise<T>): Promise<T> => {
  try {
    return await upsert();
  } catch (error) {
    if (isDuplicate(error)) return upsert();
    throw error;
  }
};

/** Two processes that make the same document at once: one of them is told that it is there. */
export const ignoringDuplicate = async (made: Promise<unknown>): Promise<void> => {
  await made.catch((error: unknown) => {
    if (!isDuplicate(error)) throw error;
  });
};

/** Makes indexes, one a command: FerretDB breaks when several are there already. */
export const ensureIndexes = async (
  collection: Pick<Collection, 'createIndexes'>,
  indexes: readonly IndexDescription[],
): Promise<void> => {
  for (const index of indexes) await collection.createIndexes([index]);
};
