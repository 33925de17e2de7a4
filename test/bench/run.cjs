// @ts-check
/** `npm run bench`: each figure beside its raw baseline in the same run. BENCH_EVENTS = size of the filled log (500000). */
const { spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const autocannon = require('autocannon');
const Database = require('better-sqlite3');
const { open, fill, seal, revision, registered, prepareFirstStart } = require('./office.cjs');
const { newUuid, ZERO_HASH } = require('../../libs/kernel/format');
const { verifyLog } = require('../../libs/kernel/ledger');
const { verifyBoxes } = require('../../libs/kernel/privacy');
const { foldDocument, rebuild } = require('../../libs/kernel/read-models');
const { householdCard, householdEvents } = require('../../libs/domain/household');
const { importRegister } = require('../../libs/standalone/import-register');
const { demoRegister } = require('../../libs/standalone/demo/register-csv');

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 500_000);
const folder = mkdtempSync(join(tmpdir(), 'jd-bench-'));
const data = join(folder, 'data');
/** @type {(readonly [string, string, string, string])[]} */
const rows = [];
const say = (/** @type {readonly [string, string, string, string]} */ row) => {
  rows.push(row);
  process.stdout.write(`${row.join(' | ')}\n`);
};
const round = (/** @type {number} */ n) => Math.round(n).toLocaleString('en');
const seconds = (/** @type {bigint} */ since) => Number(process.hrtime.bigint() - since) / 1e9;
const quantile = (/** @type {number[]} */ sorted, /** @type {number} */ q) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

/** @param {any} system @param {number} c @param {number} count */
const appends = async (system, c, count) => {
  const lanes = await Promise.all(
    Array.from({ length: count }, async () => {
      const id = newUuid();
      return { id, sealed: await seal(system, id, { revision: -1, h: ZERO_HASH }, [revision(newUuid())]) };
    }),
  );
  const times = /** @type {number[]} */ ([]);
  const began = process.hrtime.bigint();
  let next = 0;
  await Promise.all(
    Array.from({ length: c }, async () => {
      while (next < lanes.length) {
        const lane = lanes[next++];
        const at = process.hrtime.bigint();
        await system.store.append(`household-${lane?.id}`, -1, lane?.sealed);
        times.push(seconds(at) * 1000);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return { rate: count / seconds(began), p99: quantile(times, 0.99) };
};

const rawAppends = (/** @type {number} */ count) => {
  const db = new Database(join(folder, 'raw.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE e (p INTEGER PRIMARY KEY, s TEXT, r INTEGER, d TEXT); CREATE UNIQUE INDEX u ON e (s, r)');
  const add = db.prepare('INSERT INTO e (s, r, d) VALUES (?, ?, ?)');
  const text = 'x'.repeat(1200);
  const began = process.hrtime.bigint();
  for (let i = 0; i < count; i++) add.run(newUuid(), 0, text);
  const rate = count / seconds(began);
  db.close();
  return rate;
};

const load = (/** @type {any} */ options) =>
  new Promise((resolve, reject) =>
    autocannon({ duration: 8, connections: 32, ...options }, (error, result) =>
      error ? reject(error) : resolve(result),
    ),
  );

const bareHttp = async (/** @type {string} */ body) => {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => response.end(JSON.stringify({ ok: JSON.parse(text).year })));
  }).listen(0);
  const { port } = /** @type {any} */ (server.address());
  const result = /** @type {any} */ (await load({ url: `http://127.0.0.1:${port}`, method: 'POST', body }));
  server.close();
  return result.requests.average;
};

const http = async (/** @type {string[]} */ ids, /** @type {string} */ paper, /** @type {string} */ password) => {
  const server = spawn(process.execPath, ['--max-semi-space-size=64', join(__dirname, 'server.cjs'), data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = /** @type {string[]} */ ([]);
  server.stdout.on('data', (/** @type {Buffer} */ chunk) => lines.push(...chunk.toString().trim().split('\n')));
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const url = lines[0] ?? '';
  const { accessToken } = /** @type {any} */ (
    await (
      await fetch(`${url}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ account: 'village-1', password }),
      })
    ).json()
  );
  const body = JSON.stringify({ ...revision(paper), on: '2026-11-20' });
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const requests = [
    {
      method: 'POST',
      headers,
      body,
      setupRequest: (/** @type {any} */ request) => ({
        ...request,
        path: `/api/v1/households/${pick()}/revise-household-profile`,
      }),
    },
  ];
  const result = /** @type {any} */ (await load({ url, requests }));
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  const rss = JSON.parse(lines.at(-1) ?? '{}').rss;
  return { rate: result['2xx'] / 8, p99: result.latency.p99, bad: result.non2xx + result.errors, rss };
};

const main = async () => {
  const system = await open(data);
  await system.start();
  const logins = await prepareFirstStart(system);
  const raw = rawAppends(3000);
  for (const c of [1, 32, 256]) {
    const { rate, p99 } = await appends(system, c, c === 1 ? 3000 : 20_000);
    say([
      `append, c=${c}, empty log`,
      `${round(rate)}/s, p99 ${p99.toFixed(1)} ms`,
      `raw SQLite, one transaction an event: ${round(raw)}/s`,
      `${(rate / raw).toFixed(1)}×`,
    ]);
  }
  let began = process.hrtime.bigint();
  const ids = await fill(system, EVENTS);
  say([
    'seal and append while filling',
    `${round((ids.length * 10) / seconds(began))} events/s`,
    `log of ${round(EVENTS)}`,
    '',
  ]);
  await system.projector.waitFor((await system.store.head()) ?? '', { timeout: 600_000 });
  const { rate, p99 } = await appends(system, 32, 20_000);
  say([
    `append, c=32, ${round(EVENTS)} events`,
    `${round(rate)}/s, p99 ${p99.toFixed(1)} ms`,
    `raw: ${round(raw)}/s`,
    `${(rate / raw).toFixed(1)}×`,
  ]);

  const long = newUuid();
  await system.store.append(
    `household-${long}`,
    -1,
    await seal(system, long, { revision: -1, h: ZERO_HASH }, [
      registered(newUuid()),
      ...Array.from({ length: 199 }, () => revision(newUuid())),
    ]),
  );
  const times = [];
  for (let i = 0; i < 300; i++) {
    const at = process.hrtime.bigint();
    foldDocument(householdCard, await system.histories.read(householdEvents, long));
    times.push(seconds(at) * 1000);
  }
  times.sort((a, b) => a - b);
  say([
    'replay of a household of 200 events',
    `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`,
    '200 parts opened',
    '',
  ]);

  began = process.hrtime.bigint();
  const { events } = await verifyLog(system.store);
  say(['verify without keys', `${round(events / seconds(began))} events/s`, '', '']);
  began = process.hrtime.bigint();
  let parts = 0;
  const boxes = (/** @type {any} */ page) => {
    parts += page.reduce((/** @type {number} */ n, /** @type {any} */ e) => n + e.boxes.length, 0);
    return verifyBoxes({ log: system.log, keys: system.keys }, page);
  };
  await verifyLog(system.store, { boxes });
  say(['verify with keys', `${round(parts / seconds(began))} parts/s`, '', '']);

  await system.projector.waitFor((await system.store.head()) ?? '', { timeout: 600_000 });
  began = process.hrtime.bigint();
  const rebuilt = await rebuild({
    store: system.store,
    models: system.models,
    projection: householdCard,
    open: system.open,
  });
  say([
    'rebuild of the cards, one opened part an event',
    `${round(rebuilt.events / seconds(began))} events/s`,
    `${round(rebuilt.documents)} cards, equal: ${rebuilt.equal}`,
    '',
  ]);

  const issued = (/** @type {string} */ cmd) => ({ ...system.issued('import', 'import'), cmd });
  began = process.hrtime.bigint();
  const imported = await importRegister(system, Buffer.from(demoRegister(3000)), {
    issued,
    refusedFile: join(folder, 'refused.csv'),
  });
  say([
    'import of the register',
    `${round(imported.households / seconds(began))} households/s`,
    `${round(imported.persons)} persons, ${imported.refused} refused`,
    '',
  ]);

  const county = /** @type {any} */ (await system.models.find('accounts', { where: { account: 'village-1' } }));
  const paper = newUuid();
  const stored = { bytes: 1, sha256: '0'.repeat(64), sm3: '0'.repeat(64) };
  await system.commands.execute(
    'paper',
    paper,
    'ReceivePaper',
    { kind: 'other', area: '433124110226', mime: 'text/plain', name: 'x', ...stored },
    { ...system.issued('bench', 'api'), actor: county.items[0]?.id },
  );
  await system.close();

  const password = logins.find((/** @type {any} */ one) => one.account === 'village-1')?.password ?? '';
  const bare = await bareHttp(JSON.stringify(revision(paper)));
  const served = await http(ids, paper, password);
  say([
    `HTTP command, durable, chained, sealed, c=32, ${round(EVENTS)} events`,
    `${round(served.rate)}/s, p99 ${served.p99} ms, ${served.bad} failed`,
    `bare node:http: ${round(bare)}/s`,
    `${(served.rate / bare).toFixed(2)}×`,
  ]);
  say(['memory of that server, at most', `${served.rss} MB`, '', '']);

  const docs = join(__dirname, '../../docs/benchmarks.md');
  const table = [
    '| what | measured | baseline | ratio |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
  const [head = ''] = readFileSync(docs, 'utf8').split('<!-- table -->');
  writeFileSync(docs, `${head}<!-- table -->\n\n${table}\n`);
  rmSync(folder, { recursive: true });
};
main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
