import { connectMongo } from '@kernel/engines/adapters/mongo-connection';
import { BUILD, describeOnMongo, MongoServer } from '../../../../test/support/mongodb';
import { chainOf, readLogContract, sampleRead } from '../testing/read-log.contract';
import { chainedHash, FIRST_PREV } from '../read-chain';
import { MongoReadLog } from './mongo-read-log';

describeOnMongo('reads in MongoDB', () => {
  let server: MongoServer;
  const open: (() => Promise<void>)[] = [];
  const database = async () => {
    const { db, close } = await connectMongo(`${server.url}${server.database()}`, { insecure: true });
    open.push(close);
    return db;
  };
  beforeAll(async () => {
    server = await MongoServer.start();
  }, BUILD);
  afterAll(async () => {
    for (const close of open) await close();
    await server.stop();
  });

  readLogContract('the MongoDB adapter', async () => {
    const db = await database();
    return { reads: await MongoReadLog.open(db), reopen: () => MongoReadLog.open(db) };
  });

  it('keeps one chain although several processes write it at once', async () => {
    const db = await database();
    const logs = await Promise.all([1, 2, 3].map(() => MongoReadLog.open(db)));
    const all = Array.from({ length: 60 }, (_, second) => sampleRead('2016-06-01', second));
    await Promise.all(all.map((read, index) => logs[index % 3]!.record(read)));
    const chain = await chainOf(logs[0]!, '2016-06-01');
    expect(chain.map(({ index }) => index)).toEqual(all.map((_, index) => index));
    let prev = FIRST_PREV;
    for (const { text, h } of chain) {
      expect(h).toBe(chainedHash(prev, text));
      prev = h;
    }
  }, 60_000);

  it('lets no process write into a day that another one has closed', async () => {
    const db = await database();
    const [one, other] = [await MongoReadLog.open(db), await MongoReadLog.open(db)];
    await other.record(sampleRead('2016-06-01'));
    await one.closeThrough('2016-06-02');
    await other.record(sampleRead('2016-06-01', 1));
    await other.record(sampleRead('2016-06-02', 1));
    expect(await one.segments()).toEqual([
      { day: '2016-06-01', count: 1, closed: true },
      { day: '2016-06-03', count: 2, closed: false },
    ]);
  }, 60_000);
});
