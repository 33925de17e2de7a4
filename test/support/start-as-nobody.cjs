// @ts-check
/** Starts offices as somebody without rights, one after the other: prints as JSON how each was refused. */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { System } = require('../../libs/system/system');
const { readSettings } = require('../../libs/system/settings');
require('../../libs/system/stores/embedded-stores');

const NOBODY = 65_534;
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);

/** @param {string} data */
const start = async (data) => {
  try {
    const system = await System.open(readSettings({ JIANDANG_DATA: data }));
    await system.start().finally(() => system.close());
    return { name: 'none', message: '' };
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    return { name, message };
  }
};

const run = async () => {
  const refusals = [];
  for (const data of process.argv.slice(2)) refusals.push(await start(data));
  process.stdout.write(JSON.stringify(refusals));
};
void run();
