import { isUnavailable } from '../unavailable';
import { once } from 'node:events';
import { BUILD, describeOnMongo, MongoServer } from '../../../../test/support/mongodb';
import { TcpProxy } from '../../../../test/support/tcp-proxy';
import { BadMongoAddress, connectMongo, mongoFaults } from './mongo-connection';
import { until } from '../../../../test/support/until';

const SET = 'mongodb://user:word@h1,h2,h3/jiandang?replicaSet=rs0&tls=true';

describe('an address of MongoDB', () => {
  it.each([
    [SET],
    ['mongodb+srv://user:p%40ss@cluster.example/jiandang'],
    ['mongodb://user:p%40ss@h1,h2/jiandang?replicaSet=rs0&tls=true&w=majority&readPreference=primary'],
    ['mongodb://h/jiandang?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509'],
    ['mongodb://127.0.0.1:27017,localhost:27018/?replicaSet=rs0'],
  ])('%s is good', (address) => {
    expect(mongoFaults(address)).toEqual([]);
  });

  it.each([
    ['http://h', 'mongodb://'],
    ['mongodb://h/jiandang?tls=true', 'replicaSet is missing'],
    ['mongodb://h/jiandang?replicaSet=rs0', 'tls=true is missing'],
    ['mongodb://h/jiandang?replicaSet=rs0&tls=true', 'user and password are missing'],
    ['mongodb+srv://h/jiandang?tls=false', 'tls=true is missing'],
    [`${SET}&tlsAllowInvalidCertificates=true`, 'certificates must be checked'],
    [`${SET}&w=1`, 'w must be majority'],
    [`${SET}&w=0`, 'w must be majority'],
    [`${SET}&journal=false`, 'journal=false'],
    [`${SET}&readPreference=secondaryPreferred`, 'readPreference must be primary'],
    ['mongodb://user:p@ss@h/jiandang?replicaSet=rs0&tls=true', 'percent-encoded'],
    ['mongodb://user:p:ss@h/jiandang?replicaSet=rs0&tls=true', 'percent-encoded'],
    ['mongodb://user:p/ss@h/jiandang?replicaSet=rs0&tls=true', 'percent-encoded'],
    ['mongodb://h/a.b?replicaSet=rs0&tls=true', 'name of a database'],
  ])('%s is refused: %s', (address, words) => {
    expect(mongoFaults(address).join('; ')).toContain(words);
  });

  it('may be a single server without TLS only where that is said', () => {
    expect(mongoFaults('mongodb://127.0.0.1/', { insecure: true })).toEqual([]);
    expect(mongoFaults('mongodb://127.0.0.1/?w=1', { insecure: true })).toHaveLength(1);
  });

  it('is examined before anything is sent, and its password is in no word of the refusal', async () => {
    const refused = connectMongo('mongodb://user:geheim@h/jiandang?w=1');
    await expect(refused).rejects.toBeInstanceOf(BadMongoAddress);
    await expect(refused).rejects.not.toThrow('geheim');
  });
});

/** What the driver keeps inside: the monitor of its one server. */
interface Inside {
  readonly topology: {
    readonly s: { readonly servers: ReadonlyMap<string, { readonly monitor: { connection: unknown } }> };
  };
}

describeOnMongo('a line to MongoDB', () => {
  let server: MongoServer;
  beforeAll(async () => {
    server = await MongoServer.start();
  }, BUILD);
  afterAll(() => server.stop());

  it('is connected anew when a monitor waits for ever on a socket that broke while it wrote', async () => {
    const line = await TcpProxy.start(Number(new URL(server.url.replace('mongodb', 'http')).port));
    const { db, client, close } = await connectMongo(`mongodb://127.0.0.1:${String(line.port)}/x`, {
      insecure: true,
      heartbeat: 500,
    });
    const [{ monitor } = { monitor: { connection: undefined } }] = (
      client as unknown as Inside
    ).topology.s.servers.values();
    const stuck = {
      closed: false,
      helloOk: true,
      destroy: () => undefined,
      command: () => new Promise(() => undefined),
      exhaustCommand: () => undefined,
    };
    monitor.connection = stuck;
    await once(client, 'serverHeartbeatStarted');
    line.cut();
    expect(isUnavailable(await db.command({ ping: 1 }).catch((error: unknown) => error))).toBe(true);
    line.mend();
    const answered = () => db.command({ ping: 1 }).catch(() => undefined);
    expect(await until('it answers again', answered)).toMatchObject({ ok: 1 });
    await close();
    await line.stop();
  }, 40_000);
});
