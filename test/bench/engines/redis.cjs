// @ts-check
/** The BullMQ adapter beside BullMQ itself in the same run, on a redis-server of its own with an append-only file. */
require('reflect-metadata');
require('../../../tools/register-swc.cjs');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Queue, Worker } = require('bullmq');
const { Redis } = require('ioredis');
const { BullmqJobs } = require('../../../libs/kernel/jobs/adapters/bullmq-jobs');
const { EmbeddedJobs } = require('../../../libs/kernel/jobs/adapters/embedded-jobs');
const { RedisServer } = require('../../support/redis');
const { inLanes, stopwatch } = require('../measure.cjs');

/** @typedef {{ name: string, unit: string, adapter: number, raw: number, ratio: number }} Figure */

const ROUNDS = 3;
const LANES = 32;
const numbers = (/** @type {number} */ count) => Array.from({ length: count }, (_, n) => n);

/** Asks for jobs, then lets them be done. @param {any} jobs @param {number} count */
const throughPort = async (jobs, count) => {
  const { rate: asked } = await inLanes(numbers(count), LANES, (n) =>
    jobs.enqueue({ id: `j-${String(n)}`, name: 'count', data: { n } }),
  );
  let left = count;
  const took = stopwatch();
  await new Promise((resolve) => {
    jobs.handle({ name: 'count', run: async () => void (--left === 0 && resolve(undefined)) });
    void jobs.start();
  });
  const done = count / took();
  await jobs.close();
  return { asked, done };
};

/** The same with the driver alone. @param {string} url @param {number} count @param {number} round */
const raw = async (url, count, round) => {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue('jobs', { connection, prefix: `raw-${String(round)}` });
  const { rate: asked } = await inLanes(numbers(count), LANES, (n) =>
    queue.add('count', { n }, { jobId: `j-${String(n)}`, removeOnComplete: { age: 3600 } }),
  );
  let left = count;
  const took = stopwatch();
  /** @type {any} */
  let worker;
  await new Promise((resolve) => {
    const work = async () => void (--left === 0 && resolve(undefined));
    worker = new Worker('jobs', work, { connection, prefix: `raw-${String(round)}`, concurrency: 4 });
  });
  const done = count / took();
  await worker.close();
  await queue.close();
  connection.disconnect();
  return { asked, done };
};

/** The better of some rounds, taken in turns. @returns {Promise<readonly Figure[]>} */
const benchRedis = async ({ count = 2000 } = {}) => {
  const server = await RedisServer.start();
  const best = { adapter: { asked: 0, done: 0 }, raw: { asked: 0, done: 0 }, embedded: { asked: 0, done: 0 } };
  const keep = (
    /** @type {keyof typeof best} */ of,
    /** @type {{ asked: number, done: number }} */ { asked, done },
  ) => {
    best[of] = { asked: Math.max(best[of].asked, asked), done: Math.max(best[of].done, done) };
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      keep('raw', await raw(server.url, count, round));
      keep(
        'adapter',
        await throughPort(await BullmqJobs.open({ url: server.url, name: `bench-${String(round)}` }), count),
      );
      const folder = mkdtempSync(join(tmpdir(), 'jd-bench-jobs-'));
      keep('embedded', await throughPort(new EmbeddedJobs(folder), count));
      rmSync(folder, { recursive: true });
    }
  } finally {
    await server.stop();
  }
  const figure = (
    /** @type {string} */ name,
    /** @type {'asked' | 'done'} */ which,
    /** @type {'adapter' | 'embedded'} */ of,
  ) => ({
    name,
    unit: '/s',
    adapter: best[of][which],
    raw: best.raw[which],
    ratio: best[of][which] / best.raw[which],
  });
  return [
    figure('Redis jobs asked for, 32 at once', 'asked', 'adapter'),
    figure('Redis jobs done, 4 at a time', 'done', 'adapter'),
    figure('embedded jobs asked for, beside the same raw BullMQ', 'asked', 'embedded'),
    figure('embedded jobs done, beside the same raw BullMQ', 'done', 'embedded'),
  ];
};

module.exports = { benchRedis };
