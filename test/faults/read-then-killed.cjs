// @ts-check
/**
 * Without a folder: serves an office, reads one card again and again over HTTP, and kills itself in the turn in which an
 * answer arrives. With the folder it said: counts what was recorded of the answered ones.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { writeSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { EmbeddedReadLog } = require('../../libs/kernel/access/adapters/embedded-read-log');
const { Office } = require('../support/office');
const { newUuid } = require('../../libs/kernel/format');

const AREA = '433124110226';

/** @param {string} folder */
const count = async (folder) => {
  const reads = new EmbeddedReadLog(folder);
  const { items } = await reads.list({ view: 'household-card', limit: 500 });
  writeSync(1, JSON.stringify({ recorded: items.length }));
  await reads.close();
};

const readAndDie = async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'jd-read-killed-')), 'data');
  const office = await Office.open(data);
  const [household, person] = [newUuid(), newUuid()];
  const body = {
    on: '2014-04', area: AREA, kind: 'legacy', status: 'poor', head: person, members: [{ person, name: '石丁', relation: '01' }], evidenceGaps: [],
    papers: [], householdNo: `${AREA}0001`,
  }; // prettier-ignore
  const issued = office.system.issued('import', 'import');
  await office.system.commands.execute('household', household, 'RegisterLegacyHousehold', body, issued);
  await office.system.caughtUp();
  await office.token('village-1');
  let answered = 0;
  for (;;) {
    const { status } = await office.call('village-1', 'GET', `households/${household}`);
    if (status !== 200) throw new Error(String(status));
    answered += 1;
    if (answered < 5 + Math.random() * 10) continue;
    writeSync(1, JSON.stringify({ folder: data, answered }));
    process.kill(process.pid, 'SIGKILL');
  }
};

const [, , folder] = process.argv;
(folder === undefined ? readAndDie() : count(folder)).catch((/** @type {Error} */ error) => {
  process.stderr.write(String(error.stack));
  process.exit(1);
});
