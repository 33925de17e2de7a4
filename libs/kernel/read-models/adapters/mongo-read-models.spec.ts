import { connectMongo, type MongoConnection } from '@kernel/event-store/adapters/mongo-connection';
import { BUILD, describeOnMongo, MongoServer } from '../../../../test/support/mongodb';
import { readModelsContract } from '../testing/read-models.contract';
import { MongoReadModels } from './mongo-read-models';

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

  readModelsContract('the Mongo adapter', () => {
    const db = connection.client.db(server.database());
    return Promise.resolve({ models: new MongoReadModels(db), reopen: () => Promise.resolve(new MongoReadModels(db)) });
  });
});
