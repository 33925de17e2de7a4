// @ts-check
/** How the benchmarks measure: rates, quantiles, and the raw baselines beside which each figure stands. */
const { createServer } = require('node:http');
const { join } = require('node:path');
const autocannon = require('autocannon');
const Database = require('../../libs/kernel/engines/adapters/sqlite.cjs');
const { newUuid } = require('../../libs/kernel/format');

const round = (/** @type {number} */ n) => Math.round(n).toLocaleString('en');
const stopwatch = () => {
  const began = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - began) / 1e9;
};
const quantile = (/** @type {number[]} */ times, /** @type {number} */ q) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
};

/** A figure of something that is wrong is none: the run fails. @param {unknown} holds @param {string} otherwise */
const must = (holds, otherwise) => {
  if (!holds) throw new Error(otherwise);
};

/**
 * Works through items in `c` lanes. @template T @param {readonly T[]} items @param {number} c @param {(item: T) =>
 * Promise<unknown>} work
 */
const inLanes = async (items, c, work) => {
  const times = /** @type {number[]} */ ([]);
  const took = stopwatch();
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const item = /** @type {T} */ (items[next++]);
      const each = stopwatch();
      await work(item);
      times.push(each() * 1000);
    }
  };
  await Promise.all(Array.from({ length: c }, lane));
  return { rate: items.length / took(), p99: quantile(times, 0.99) };
};

/** SQLite itself, one transaction an event. @param {string} folder @param {number} count */
const rawAppends = (folder, count) => {
  const db = new Database(join(folder, 'raw.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(
    'CREATE TABLE IF NOT EXISTS e (p INTEGER PRIMARY KEY, s TEXT, r INTEGER, d TEXT);' +
      'CREATE UNIQUE INDEX IF NOT EXISTS u ON e (s, r)',
  );
  const add = db.prepare('INSERT INTO e (s, r, d) VALUES (?, ?, ?)');
  const text = 'x'.repeat(1200);
  const took = stopwatch();
  for (let i = 0; i < count; i++) add.run(newUuid(), 0, text);
  const rate = count / took();
  db.close();
  return rate;
};

/** @param {any} options @returns {Promise<any>} */
const load = (options) =>
  new Promise((resolve, reject) =>
    autocannon({ duration: 8, connections: 32, ...options }, (error, result) =>
      error ? reject(error) : resolve(result),
    ),
  );

/** node:http itself: the body parsed, one field answered. @param {string} body */
const bareHttp = async (body) => {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => response.end(JSON.stringify({ ok: JSON.parse(text).year })));
  }).listen(0);
  const { port } = /** @type {any} */ (server.address());
  const result = await load({ url: `http://127.0.0.1:${port}`, method: 'POST', body });
  server.close();
  return result.requests.average;
};

module.exports = { must, round, stopwatch, quantile, inLanes, rawAppends, load, bareHttp };
