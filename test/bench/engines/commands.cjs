// @ts-check
/**
 * Whole commands (authorised, decided, sealed, chained, appended), with views and processes in the same process, on
 * both sets of stores.
 */
require('reflect-metadata');
require('../../../tools/register-swc.cjs');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { newUuid } = require('../../../libs/kernel/format');
const { readSettings } = require('../../../libs/system/settings');
const { System } = require('../../../libs/system/system');
const { inLanes } = require('../measure.cjs');

/** @param {any} settings @param {number} count */
const commandRate = async (settings, count) => {
  const system = await System.open(settings);
  await system.start();
  const subjects = Array.from({ length: count }, () => newUuid());
  const open = (/** @type {string} */ id) =>
    system.commands.carryOut(
      'account',
      id,
      'OpenAccount',
      { account: `a-${id.slice(-12)}`, name: '石清远' },
      system.issued('setup'),
    );
  await inLanes(subjects.slice(0, count / 10), 8, open);
  const { rate } = await inLanes(subjects.slice(count / 10), 32, open);
  await system.caughtUp();
  await system.close();
  return rate;
};

const benchCommands = async ({ count = 400 } = {}) => {
  const { Engines } = require('../../support/engines');
  const folder = mkdtempSync(join(tmpdir(), 'jd-bench-commands-'));
  const embedded = await commandRate(readSettings({ JIANDANG_DATA: join(folder, 'data') }), count * 5);
  const engines = await Engines.start();
  const scaled = await commandRate(engines.settings, count);
  await engines.stop();
  rmSync(folder, { recursive: true });
  return [
    {
      name: 'commands, 32 at once: on engines beside embedded',
      unit: '/s',
      adapter: scaled,
      raw: embedded,
      ratio: scaled / embedded,
    },
  ];
};

module.exports = { benchCommands };
