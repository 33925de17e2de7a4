// @ts-check
/**
 * The MongoDB read models beside the raw driver in the same run, against the server that MONGODB_URL names, else
 * FerretDB: that one looks at every document for each write by `_id`, so that its figures say how the two compare and
 * nothing of what a county can do.
 */
require('reflect-metadata');
require('../../../tools/register-swc.cjs');
const { connectMongo } = require('../../../libs/kernel/engines/adapters/mongo-connection');
const { MongoReadModels } = require('../../../libs/kernel/read-models/adapters/mongo-read-models');
const { MongoServer } = require('../../support/mongo-server');
const { stopwatch } = require('../measure.cjs');

/** @typedef {{ name: string, unit: string, adapter: number, raw: number, ratio: number }} Figure */

const ROUNDS = 3;
const INDEXES = ['area', 'head', 'members', 'papers[]', 'status'];
const LEASE = { lease: 600_000 };

/** A household's card of about 1.5 KB. @param {number} at @param {number} turn */
const card = (at, turn) => ({
  id: `card-${String(at).padStart(6, '0')}`,
  area: `4331241102${String(at % 90).padStart(2, '0')}`,
  head: `石${String(at)}`,
  members: (at % 7) + turn,
  papers: [`paper-${String(at)}`, `paper-${String(at + 1)}`],
  status: 'identified',
  people: Array.from({ length: 5 }, (_, person) => ({
    person: `01999999-0000-7000-8000-${String(at * 10 + person).padStart(12, '0')}`,
    name: `人${String(person)}`,
    relation: '01',
    born: 1950 + person,
    income: { wages: 120_000 + turn, farming: 34_500, transfers: 20_100 },
  })),
});

/** @param {number} count @param {number} turn */
const cards = (count, turn) => Array.from({ length: count }, (_, at) => card(at, turn));

/** @param {readonly { id: string }[]} documents @param {number} checkpoint */
const batch = (documents, checkpoint) => ({
  puts: new Map(documents.map((document) => [document.id, document])),
  deletes: [],
  checkpoint: String(checkpoint),
});

/** @param {import('mongodb').Db} db @param {string} name */
const rawCollection = async (db, name) => {
  const collection = db.collection(name);
  for (const field of INDEXES) await collection.createIndexes([{ key: { [field.replace('[]', '')]: 1, _id: 1 } }]);
  return collection;
};

/**
 * Documents a second into an empty version. @param {import('mongodb').Db} db @param {number} count @param {string} name
 * @param {boolean} raw
 */
const rebuildRate = async (db, count, name, raw) => {
  const documents = cards(count, 0);
  if (raw) {
    const collection = await rawCollection(db, `raw-${name}`);
    const took = stopwatch();
    await collection.insertMany(documents.map(({ id, ...rest }) => ({ _id: /** @type {any} */ (id), ...rest })));
    return count / took();
  }
  const models = new MongoReadModels(db, LEASE);
  const view = { name: `view-${name}`, version: 1, indexes: INDEXES };
  await models.prepare(view);
  await models.claim(view);
  const took = stopwatch();
  await models.write(view, batch(documents, 1), count);
  const rate = count / took();
  await models.close();
  return rate;
};

/**
 * Documents a second that are read, changed and written again. @param {import('mongodb').Db} db @param {number} count
 * @param {string} name @param {boolean} raw
 */
const upsertRate = async (db, count, name, raw) => {
  const [before, after] = [cards(count, 0), cards(count, 1)];
  const ids = before.map(({ id }) => id);
  if (raw) {
    const collection = await rawCollection(db, `raw-${name}`);
    await collection.insertMany(before.map(({ id, ...rest }) => ({ _id: /** @type {any} */ (id), ...rest })));
    const took = stopwatch();
    await collection.find({ _id: { $in: /** @type {any} */ (ids) } }).toArray();
    const writes = after.map(({ id, ...replacement }) => ({
      replaceOne: { filter: { _id: /** @type {any} */ (id) }, replacement, upsert: true },
    }));
    await collection.bulkWrite(writes, { ordered: false });
    return count / took();
  }
  const models = new MongoReadModels(db, LEASE);
  const view = { name: `view-${name}`, version: 1, indexes: INDEXES };
  await models.prepare(view);
  await models.write(view, batch(before, 1), count);
  const took = stopwatch();
  await models.load(view, ids);
  await models.write(view, batch(after, 2), count);
  const rate = count / took();
  await models.close();
  return rate;
};

/**
 * The best of some rounds, in turns. @param {string} name @param {(raw: boolean, round: string) => Promise<number>}
 * measure @returns {Promise<Figure>}
 */
const beside = async (name, measure) => {
  let [raw, adapter] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    raw = Math.max(raw, await measure(true, String(round)));
    adapter = Math.max(adapter, await measure(false, String(round)));
  }
  return { name, unit: '/s', adapter, raw, ratio: adapter / raw };
};

/** @param {{ documents?: number }} [options] @returns {Promise<readonly Figure[]>} */
const benchMongodb = async ({ documents = process.env['MONGODB_URL'] === undefined ? 80 : 20_000 } = {}) => {
  const server = await MongoServer.start();
  const { client, close } = await connectMongo(server.url, { insecure: true });
  const db = client.db(server.database(), { writeConcern: { w: 'majority', journal: true } });
  try {
    return [
      await beside('MongoDB rebuild, documents', (raw, round) => rebuildRate(db, documents, `rebuild-${round}`, raw)),
      await beside('MongoDB load and upsert', (raw, round) => upsertRate(db, documents, `upsert-${round}`, raw)),
    ];
  } finally {
    await db.dropDatabase();
    await close();
    await server.stop();
  }
};

module.exports = { benchMongodb };

if (require.main === module)
  void benchMongodb().then((figures) => {
    for (const { name, adapter, raw, ratio } of figures)
      process.stdout.write(`${name} | ${adapter.toFixed(0)} | ${raw.toFixed(0)} | ${ratio.toFixed(2)}\n`);
  });
