// @ts-check
/**
 * The EventStoreDB adapter beside its raw driver in the same run, against the double in a process of its own or the
 * server that EVENTSTOREDB_URL names. The driver corrupts a process that holds it twice and shares its pending answers:
 * raw and adapter take turns.
 */
require('reflect-metadata');
require('../../../tools/register-swc.cjs');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { EventStoreDBClient, jsonEvent } = require('@eventstore/db-client');
const { EmbeddedDigests } = require('../../../libs/kernel/event-store/adapters/embedded-digests');
const { readAddress } = require('../../../libs/kernel/event-store/adapters/eventstoredb-address');
const { storedText } = require('../../../libs/kernel/event-store/adapters/eventstoredb-events');
const { EventstoredbEventStore } = require('../../../libs/kernel/event-store/adapters/eventstoredb-event-store');
const { SampleStream } = require('../../../libs/kernel/event-store/testing/sample-events');
const { newUuid } = require('../../../libs/kernel/format');
const { inLanes, stopwatch } = require('../measure.cjs');

/** @typedef {{ name: string, unit: string, adapter: number, raw: number, ratio: number, cpu: number }} Figure */

const ROUNDS = 3;
const BYTES = 900;

/** A server: the double as a child, or a real one. @returns {Promise<{ address: string, stop: () => void }>} */
const serve = async () => {
  const real = process.env['EVENTSTOREDB_URL'];
  if (real !== undefined) return { address: real, stop: () => undefined };
  const child = spawn(process.execPath, [join(__dirname, '../../support/eventstoredb/serve.cjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { address: String(line).trim(), stop: () => void child.kill('SIGKILL') };
};

/** One new stream of one event of about 1.2 KB for each append, made beforehand. @param {number} count */
const prepared = (count) =>
  Array.from({ length: count }, () => {
    const sample = new SampleStream(newUuid());
    return { stream: sample.stream, events: sample.next(1, { bytes: BYTES }) };
  });

/** @param {{ client: EventStoreDBClient, store: any, c: number, count: number, raw: boolean }} run */
const appendRate = async ({ client, store, c, count, raw }) => {
  const items = prepared(count);
  const append = (/** @type {typeof items[number]} */ { stream, events }) =>
    raw
      ? client.appendToStream(
          stream,
          events.map((event) => {
            const { id, type, meta } = event;
            return jsonEvent({ id, type, data: JSON.parse(storedText(event)), metadata: { ...meta } });
          }),
          { expectedRevision: 'no_stream' },
        )
      : store.append(stream, -1, events);
  return withCpu(count, async () => (await inLanes(items, c, append)).rate);
};

/** @param {EventStoreDBClient} client */
const rawRead = async (client) => {
  const took = stopwatch();
  let count = 0;
  for await (const { event } of client.readAll()) if (event && !event.type.startsWith('$')) count += 1;
  return count / took();
};

/** @param {any} store */
const adapterRead = async (store) => {
  const took = stopwatch();
  let count = 0;
  for await (const page of store.readAll({ pageSize: 1000 })) count += page.length;
  return count / took();
};

/** Best of some rounds in turn; `cpu` = the driver's processor time as a share of the adapter's, which a busy machine
 * moves less.
 * @param {string} name @param {(raw: boolean) => Promise<{ rate: number, cpu: number }>} measure @returns
 * {Promise<Figure>} */
const beside = async (name, measure) => {
  await measure(true);
  await measure(false);
  const best = { raw: { rate: 0, cpu: Infinity }, adapter: { rate: 0, cpu: Infinity } };
  for (let round = 0; round < ROUNDS; round++) {
    for (const who of /** @type {const} */ (['raw', 'adapter'])) {
      const { rate, cpu } = await measure(who === 'raw');
      best[who] = { rate: Math.max(best[who].rate, rate), cpu: Math.min(best[who].cpu, cpu) };
    }
  }
  const { raw, adapter } = best;
  return {
    name,
    unit: '/s',
    adapter: adapter.rate,
    raw: raw.rate,
    ratio: adapter.rate / raw.rate,
    cpu: raw.cpu / adapter.cpu,
  };
};

/**
 * Rate, and microseconds of processor time each. @param {number} count @param {() => Promise<number>} work resolves
 * with the rate
 */
const withCpu = async (count, work) => {
  const before = process.cpuUsage();
  const rate = await work();
  const { user, system } = process.cpuUsage(before);
  return { rate, cpu: (user + system) / count };
};

/**
 * Appends at one and at 32 at once, and reads everything. @param {{ appends?: number }} [options] @returns
 * {Promise<readonly Figure[]>}
 */
const benchEventstoredb = async ({ appends = 2000 } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-bench-esdb-'));
  const { address, stop } = await serve();
  const digests = new EmbeddedDigests(folder);
  const store = await EventstoredbEventStore.open({ address, digests });
  const client = EventStoreDBClient.connectionString(readAddress(address).connection);
  try {
    return [
      await beside('EventStoreDB append, c=1', (raw) => appendRate({ client, store, c: 1, count: appends / 4, raw })),
      await beside('EventStoreDB append, c=32', (raw) => appendRate({ client, store, c: 32, count: appends, raw })),
      await beside('EventStoreDB read all', (raw) => withCpu(1, () => (raw ? rawRead(client) : adapterRead(store)))),
    ];
  } finally {
    await client.dispose();
    await store.close();
    digests.close();
    stop();
    rmSync(folder, { recursive: true });
  }
};

module.exports = { benchEventstoredb };

if (require.main === module)
  void benchEventstoredb().then((figures) => {
    for (const { name, adapter, raw, ratio, cpu } of figures)
      process.stdout.write(
        `${name} | ${adapter.toFixed(0)} | ${raw.toFixed(0)} | ${ratio.toFixed(2)} | ${cpu.toFixed(2)}\n`,
      );
    process.exit(0);
  });
