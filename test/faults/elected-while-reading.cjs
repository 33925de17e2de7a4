// @ts-check
/**
 * Two readings of one client end one after the other while there is no leader: the driver waits for the channel of the
 * second by itself, and nobody waits for the driver. Prints `alive` when the process has outlived that.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { setTimeout: sleep } = require('node:timers/promises');
const { Connection } = require('../../libs/kernel/event-store/adapters/eventstoredb-client');
const { EventStoreDouble } = require('../support/eventstoredb/double.cjs');

const main = async () => {
  const cluster = await EventStoreDouble.startCluster(3);
  const hosts = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const { client } = await Connection.open(`esdb://${hosts}?tls=false&maxDiscoverAttempts=3`);
  const follow = () =>
    new Promise((resolve) => {
      const reading = client.subscribeToAll();
      reading.on('data', () => undefined);
      reading.on('error', resolve);
      reading.on('caughtUp', resolve);
    });
  await Promise.all([follow(), follow()]);
  const [node] = cluster.nodes;
  cluster.leader = undefined;
  node?.breakStreams(1);
  await sleep(50);
  const failed = follow();
  await sleep(50);
  node?.breakStreams();
  process.stdout.write(`${String(await failed)}\n`);
  await sleep(50);
  process.stdout.write('alive\n');
  process.exit(0);
};

void main();
