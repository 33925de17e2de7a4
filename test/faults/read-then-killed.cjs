// @ts-check
/**
 * Serves an office, reads one card again and again over HTTP, and kills itself in the turn in which an answer arrives;
 * says where and how many were answered.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { writeSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Office } = require('../support/office');
const { importHouseholds } = require('../support/register');

const AREA = '433124110226';

const readAndDie = async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'jd-read-killed-')), 'data');
  const office = await Office.open(data);
  const [one] = await importHouseholds(office.system, [{ area: AREA, number: `${AREA}0001`, head: '石丁' }]);
  await office.token('village-1');
  let answered = 0;
  for (;;) {
    const { status } = await office.call('village-1', 'GET', `households/${one?.household}`);
    if (status !== 200) throw new Error(String(status));
    answered += 1;
    if (answered < 5 + Math.random() * 10) continue;
    writeSync(1, JSON.stringify({ folder: data, answered }));
    process.kill(process.pid, 'SIGKILL');
  }
};

readAndDie().catch((/** @type {Error} */ error) => {
  process.stderr.write(String(error.stack));
  process.exit(1);
});
