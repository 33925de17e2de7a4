// @ts-check
/**
 * Serves an office, reads one card again and again over HTTP, and kills itself in the turn in which an answer arrives; says where
 * and how many were answered.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { writeSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Office } = require('../support/office');
const { newUuid } = require('../../libs/kernel/format');

const AREA = '433124110226';

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

readAndDie().catch((/** @type {Error} */ error) => {
  process.stderr.write(String(error.stack));
  process.exit(1);
});
