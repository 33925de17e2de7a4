import type { Collection, Db, IndexDescription, MongoClient } from 'mongodb';

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
}

/** An address that would lose or leak, with every reason. */
export class BadMongoAddress extends Error {
  override readonly name = 'BadMongoAddress';
}

const OLDEST = 5;
const DATABASE = 'jiandang';
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Faults of an address, in words. */
export const mongoFaults = (address: string, { insecure = false }: MongoOptions = {}): readonly string[] => {
  const [, scheme, rest = ''] = /^(mongodb(?:\+srv)?):\/\/(.*)$/.exec(address) ?? [];
  if (scheme === undefined) return ['must begin with mongodb:// or mongodb+srv://'];
  const [, authority = '', path = '', query = ''] = /^([^/?]*)(\/[^?]*)?(?:\?(.*))?$/.exec(rest) ?? [];
  const credentials = authority.includes('@') ? authority.slice(0, authority.lastIndexOf('@')) : '';
  const options = new Map([...new URLSearchParams(query)].map(([key, value]) => [key.toLowerCase(), value]));
  const srv = scheme === 'mongodb+srv';
  return [
    ...(/[@/]/.test(credentials) || credentials.split(':').length > 2
      ? ['user and password must be percent-encoded (@ is %40, : is %3A, / is %2F)']
      : []),
    ...(/[/\\. "$]/.test(path.slice(1)) ? [`${path.slice(1)} cannot be the name of a database`] : []),
    ...writingFaults(options),
    ...(insecure ? [] : guardFaults(authority.slice(credentials.length), srv, options)),
  ];
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

const guardFaults = (hosts: string, srv: boolean, options: ReadonlyMap<string, string>): readonly string[] => {
  const tls = options.get('tls') ?? options.get('ssl') ?? String(srv);
  const names = hosts.replace('@', '').split(',');
  const local = names.every((host) => LOCAL.test(host.replace(/:\d+$/, '')));
  return [
    ...(srv || options.has('replicaset') ? [] : ['replicaSet is missing: a single server has no majority']),
    ...(tls === 'true' || local ? [] : ['tls=true is missing: names and passwords would cross the net in clear']),
    ...(['tlsinsecure', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames'].some(
      (key) => options.get(key) === 'true',
    )
      ? ['certificates must be checked']
      : []),
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
    connectTimeoutMS: 5000,
    socketTimeoutMS: 30_000,
  });
  try {
    await client.connect();
    const server = await serverOf(client);
    const named = /^[^?]*\/\/[^/]*\/([^?]+)/.exec(address)?.[1];
    const db = client.db(named ?? DATABASE, { writeConcern: { w: 'majority', journal: true } });
    return { client, db, server, close: () => client.close() };
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
  return `${kind} ${built.version}, ${hello.setName === undefined ? 'a single server' : `replica set ${hello.setName}`}`;
};

/** A unique index or `_id` already has this value. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === 11_000;

/** Makes indexes, one a command: FerretDB breaks when several are there already. */
export const ensureIndexes = async (
  collection: Pick<Collection, 'createIndexes'>,
  indexes: readonly IndexDescription[],
): Promise<void> => {
  for (const index of indexes) await collection.createIndexes([index]);
};
