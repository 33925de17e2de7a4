import { onMongo } from '../../../../test/support/mongodb';
import { readModelsContract } from '../testing/read-models.contract';
import { MongoReadModels } from './mongo-read-models';

onMongo((database) => {
  readModelsContract('the Mongo adapter', () => {
    const db = database();
    return Promise.resolve({ models: new MongoReadModels(db), reopen: () => Promise.resolve(new MongoReadModels(db)) });
  });
});
