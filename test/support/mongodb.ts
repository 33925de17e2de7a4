import type { Db } from 'mongodb';
import { connectMongo, type MongoConnection } from '@kernel/engines/adapters/mongo-connection';
import { BUILD, canServe, given, MongoServer, WHY } from './mongo-server';

export { BUILD, MongoServer } from './mongo-server';

/** `describe`, or a skipped one that says why. */
export const describeOnMongo: jest.Describe = canServe ? describe : describe.skip;
if (!canServe) process.stderr.write(`skipped: everything on MongoDB, ${WHY}\n`);

/** What FerretDB cannot do, by name: docs/engines-mongodb.md lists these. They run where MONGODB_URL names a server. */
export const itOnRealMongo: jest.It = given === undefined ? it.skip : it;

/** What only a server of our own can suffer: to be killed or frozen. */
export const itOnOwnServer: jest.It = given === undefined ? it : it.skip;

/** A suite on a server of its own; `database` gives an empty one. */
export const onMongo = (suite: (database: () => Db, server: () => MongoServer) => void): void => {
  describeOnMongo('on MongoDB', () => {
    let server: MongoServer;
    let connection: MongoConnection;

    beforeAll(async () => {
      server = await MongoServer.start();
      connection = await connectMongo(server.url, { insecure: true });
    }, BUILD);
    afterAll(async () => {
      await connection.close();
      await server.stop();
    });

    suite(
      () => connection.client.db(server.database(), { writeConcern: { w: 'majority', journal: true } }),
      () => server,
    );
  });
};
