// @ts-check
/**
 * Cards and lists read over HTTP with the reading recorded, beside the same process with the recording taken out, in
 * turns;
 * and what a record costs both threads. An office of its own, of 200 households.
 */
const { newUuid } = require('../../libs/kernel/format');
const { Office } = require('../support/office');
const { importHouseholds } = require('../support/register');
const { load, quantile, round, stopwatch } = require('./measure.cjs');

const AREA = '433124110226';
const TURNS = 4;
const SECONDS = 3;

/** @param {any} office @param {number} count */
const fill = async (office, count) => {
  const numbers = Array.from({ length: count }, (_, index) => `${AREA}${String(index).padStart(4, '0')}`);
  const imported = await importHouseholds(
    office.system,
    numbers.map((number) => ({ area: AREA, number, head: '石丁' })),
  );
  return imported.map(({ household }) => household);
};

/** @param {{ say: (...row: string[]) => void }} context */
const reads = async ({ say }) => {
  const office = await Office.open();
  const ids = await fill(office, 200);
  await office.app.listen(0, '127.0.0.1');
  const base = `${await office.app.getUrl()}/api/v1/households`;
  const headers = { authorization: `Bearer ${await office.token('village-1')}` };
  const log = office.system.reads;
  const off = () => Promise.resolve();
  /** @param {string} url @param {number} connections @param {boolean} recording */
  const rate = async (url, connections, recording) => {
    if (recording) Reflect.deleteProperty(log, 'record');
    else log.record = off;
    const { requests, non2xx } = await load({ url, headers, connections, duration: SECONDS });
    if (non2xx > 0) throw new Error(`${non2xx} answers were refusals`);
    return requests.average;
  };
  for (const [what, url, connections] of /** @type {const} */ ([
    ['a card, c=1', `${base}/${ids[0]}`, 1],
    ['a card, c=32', `${base}/${ids[0]}`, 32],
    ['a list of 50, c=32', `${base}?limit=50`, 32],
  ])) {
    const [plain, recorded] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
    for (let turn = 0; turn < TURNS; turn++) {
      plain.push(await rate(url, connections, false));
      recorded.push(await rate(url, connections, true));
    }
    const [without, with_] = [quantile(plain, 0.5), quantile(recorded, 0.5)];
    const cost = 1000 / with_ - 1000 / without;
    say(
      `${what}, reading recorded`,
      `${round(with_)}/s`,
      `not recorded: ${round(without)}/s`,
      `+${((without / with_ - 1) * 100).toFixed(0)} % of its time (${(cost * 1000).toFixed(0)} µs)`,
    );
  }
  Reflect.deleteProperty(log, 'record');
  const read = {
    at: new Date().toISOString(),
    actor: newUuid(),
    purpose: 'work',
    view: 'household-card',
    subjects: [newUuid(), newUuid()],
  };
  const COUNT = 20_000;
  const took = stopwatch();
  const { user, system } = process.cpuUsage();
  await Promise.all(Array.from({ length: COUNT }, () => log.record(read)));
  const cpu = process.cpuUsage({ user, system });
  say(
    'recording alone, fsync included',
    `${round(COUNT / took())}/s`,
    `${((cpu.user + cpu.system) / COUNT).toFixed(0)} µs of processor on both threads`,
  );
  await office.close();
};

module.exports = { reads };
