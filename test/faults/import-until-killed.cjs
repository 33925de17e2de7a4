// @ts-check
/**
 * Opens the system of a folder, imports the demo's register and prints how far it is; its parent kills it in the
 * middle.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { readSettings } = require('../../libs/system/settings');
const { System } = require('../../libs/system/system');
const { prepareFirstStart } = require('../../libs/system/first-start');
const { importRegister } = require('../../libs/system/import-register');
const { demoRegister } = require('../../libs/system/demo/register-csv');

const [, , data = '', households = '300'] = process.argv;

const main = async () => {
  const system = await System.open(readSettings({ JIANDANG_DATA: data }));
  await system.start();
  await prepareFirstStart(system);
  const issued = (/** @type {string} */ cmd) => ({ ...system.issued('import', 'import'), cmd });
  const progress = (/** @type {number} */ done) => process.stdout.write(`${String(done)}\n`);
  const result = await importRegister(system, Buffer.from(demoRegister(Number(households))), {
    issued,
    progress,
    refusedFile: `${data}/refused.csv`,
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await system.close();
};

main().catch((error) => {
  process.stderr.write(String(error.stack));
  process.exit(1);
});
