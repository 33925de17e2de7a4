// @ts-check
/** The parts of the benchmark, in the order of its table. Each says its figures; `system` is open on a filled log. */
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { seal, revision, registered, open, receivePaper } = require('./office.cjs');
const { must, round, stopwatch, quantile, inLanes, rawAppends, load, bareHttp } = require('./measure.cjs');
const { verify } = require('./verify.cjs');
const { pack } = require('./pack.cjs');
const { reads } = require('./reads.cjs');
const { sealing } = require('./sealing.cjs');
const { newUuid, ZERO_HASH } = require('../../libs/kernel/format');
const { foldDocument, rebuild } = require('../../libs/kernel/read-models');
const { householdCard, householdEvents } = require('../../libs/domain/household');
const { importRegister } = require('../../libs/system/import-register');
const { demoRegister } = require('../../libs/system/demo/register-csv');

/**
 * @typedef {{ folder: string, data: string, events: number, system: any, ids: string[], password: string, say: (...row:
 * string[]) => void }} Context
 */

const UNBORN = { revision: -1, h: ZERO_HASH };
const caughtUp = async (/** @type {any} */ system) => {
  const head = (await system.store.head()) ?? '';
  must(await system.projector.waitFor(head, { timeout: 3_600_000 }), 'the views have not caught up');
};

/** @param {any} system @param {number} c @param {number} count */
const appends = async (system, c, count) => {
  const sealed = [];
  for (let i = 0; i < count; i++) sealed.push(await seal(system, newUuid(), UNBORN, [revision(newUuid())]));
  return inLanes(sealed, c, (events) => system.store.append(events[0]?.stream ?? '', -1, events));
};

/** @param {Context} context @param {string} on @param {readonly number[]} lanes */
const appendRows = async ({ system, folder, say }, on, lanes) => {
  for (const c of lanes) {
    const raw = rawAppends(folder, 3000);
    const { rate, p99 } = await appends(system, c, c === 1 ? 3000 : 20_000);
    const ratio = `${(rate / raw).toFixed(1)}×`;
    say(
      `append, c=${c}, ${on}`,
      `${round(rate)}/s, p99 ${p99.toFixed(1)} ms`,
      `raw SQLite, one transaction an event: ${round(raw)}/s`,
      ratio,
    );
  }
};

/** @param {Context} context */
const append = (context) => appendRows(context, 'empty log', [1, 32, 256]);

/** @param {Context} context */
const filled = async (context) => {
  await appendRows(context, `${round(context.events)} events`, [32]);
  await caughtUp(context.system);
};

/** @param {Context} context */
const replay = async ({ system, say }) => {
  const id = newUuid();
  const facts = [registered(newUuid()), ...Array.from({ length: 199 }, () => revision(newUuid()))];
  await system.store.append(`household-${id}`, -1, await seal(system, id, UNBORN, facts));
  const times = [];
  for (let i = 0; i < 300; i++) {
    const took = stopwatch();
    foldDocument(householdCard, await system.histories.read(householdEvents, id));
    times.push(took() * 1000);
  }
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)].map((ms) => ms.toFixed(1));
  say('replay of a household of 200 events', `p50 ${p50} ms, p99 ${p99} ms`, '200 parts opened');
};

/** @param {Context} context */
const rebuildCards = async ({ system, say }) => {
  await caughtUp(system);
  const took = stopwatch();
  const { store, models, open } = system;
  const { events, documents, equal } = await rebuild({ store, models, projection: householdCard, open });
  say(
    'rebuild of the cards, one opened part an event',
    `${round(events / took())} events/s`,
    `${round(documents)} cards, equal: ${equal}`,
  );
  must(equal, 'the cards differ from their rebuild');
};

/** @param {Context} context */
const importCsv = async ({ system, folder, say }) => {
  const issued = (/** @type {string} */ cmd) => ({ ...system.issued('import', 'import'), cmd });
  const took = stopwatch();
  const options = { issued, refusedFile: join(folder, 'refused.csv') };
  const { households, persons, refused } = await importRegister(system, Buffer.from(demoRegister(3000)), options);
  say(
    'import of the register',
    `${round(households / took())} households/s`,
    `${round(persons)} persons, ${refused} refused`,
  );
};

/** A server in a process of its own; `BENCH_NODE` gives it options, as `--cpu-prof`. @param {string} data */
const serve = async (data) => {
  const options = ['--max-semi-space-size=64', ...(process.env['BENCH_NODE']?.split(' ') ?? [])];
  const server = spawn(process.execPath, [...options, join(__dirname, 'server.cjs'), data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = /** @type {string[]} */ ([]);
  server.stdout.on('data', (/** @type {Buffer} */ chunk) => lines.push(...chunk.toString().trim().split('\n')));
  const ended = new Promise((resolve) => server.on('exit', resolve));
  while (lines.length === 0) {
    if (server.exitCode !== null) throw new Error('the server did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    return JSON.parse(lines.at(-1) ?? '{}');
  };
  return { url: lines[0] ?? '', stop };
};

/** @param {string} url @param {string} password */
const accessToken = async (url, password) => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ account: 'village-1', password });
  const answer = await fetch(`${url}/api/v1/sessions`, { method: 'POST', headers, body });
  return /** @type {any} */ (await answer.json()).accessToken;
};

/** @param {Context} context */
const http = async (context) => {
  const { data, ids, password, events, say } = context;
  const paper = await receivePaper(context.system);
  await context.system.close();
  const body = JSON.stringify({ ...revision(paper), on: '2026-11-20' });
  const bare = await bareHttp(body);
  const { url, stop } = await serve(data);
  const headers = { authorization: `Bearer ${await accessToken(url, password)}`, 'content-type': 'application/json' };
  const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const setupRequest = (/** @type {any} */ request) => ({
    ...request,
    path: `/api/v1/households/${pick()}/revise-household-profile`,
  });
  const requests = [{ method: 'POST', headers, body, setupRequest }];
  const warm = await load({ url, requests, duration: 6 });
  const result = await load({ url, requests });
  const { rss, cpu } = await stop();
  context.system = await open(data);
  await context.system.start();
  const rate = result['2xx'] / result.duration;
  const measured = `${round(rate)}/s, p99 ${result.latency.p99} ms, ${result.non2xx + result.errors} failed`;
  say(
    `HTTP command, durable, chained, sealed, c=32, ${round(events)} events`,
    measured,
    `bare node:http: ${round(bare)}/s`,
    `${(rate / bare).toFixed(2)}×`,
  );
  say(
    'processor time of that server, all threads',
    `${((cpu / (warm['2xx'] + result['2xx'])) * 1e6).toFixed(0)} µs a command`,
    'projections included',
  );
  say('memory of that server, at most', `${rss} MB`);
};

module.exports = {
  append,
  filled,
  replay,
  verify,
  rebuild: rebuildCards,
  import: importCsv,
  sealing,
  pack,
  http,
  reads,
};
