import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onMongo } from '../../../../test/support/mongodb';
import { commandDigestsContract } from '../testing/command-digests.contract';
import { EmbeddedDigests } from './embedded-digests';
import { MongoDigests } from './mongo-digests';

commandDigestsContract('the embedded adapter', () =>
  Promise.resolve(new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-digests-')))),
);

onMongo((database) => {
  commandDigestsContract('the Mongo adapter', () => MongoDigests.open(database()));
});
