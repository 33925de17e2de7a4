// @ts-check
/**
 * Copies the log of a folder to an EventStoreDB, slowly, and prints how far it is; its parent kills it in the middle.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { EmbeddedDigests } = require('../../libs/kernel/event-store/adapters/embedded-digests');
const { EmbeddedEventStore } = require('../../libs/kernel/event-store/adapters/embedded-event-store');
const { EventstoredbEventStore } = require('../../libs/kernel/event-store/adapters/eventstoredb-event-store');
const { copyLog } = require('../../libs/kernel/ledger');

const [, , folder = '', address = ''] = process.argv;

const main = async () => {
  const from = EmbeddedEventStore.open({ folder });
  const to = await EventstoredbEventStore.open({ address, digests: new EmbeddedDigests(folder) });
  await copyLog(from, to, { progress: (events) => process.stdout.write(`${String(events)}\n`) });
  process.stdout.write('done\n');
};

void main();
