// @ts-check
/** Verifying the log: two threads over the stored bytes, beside the exact examination of every event on one thread. */
const { join } = require('node:path');
const { verifyEmbedded } = require('../../libs/kernel/ledger/adapters/embedded-verification');
const { FolderLedgerFiles } = require('../../libs/kernel/ledger/adapters/folder-ledger-files');
const { verifyLog } = require('../../libs/kernel/ledger');
const { must, round, stopwatch } = require('./measure.cjs');

/** @param {any} context */
const verify = async ({ system, say }) => {
  const { data, keys: folder } = system.settings;
  const options = {
    folder: data,
    files: new FolderLedgerFiles(join(data, 'ledger')),
    state: new FolderLedgerFiles(folder, 0o600),
  };
  let took = stopwatch();
  const { events, sound } = await verifyEmbedded(options);
  must(sound, 'the log is damaged');
  const rate = events / took();
  took = stopwatch();
  await verifyLog(system.store);
  const naive = events / took();
  say(
    'verify without keys: rows, chains, tree, checkpoints, on two threads',
    `${round(rate)} events/s`,
    `one by one on one thread: ${round(naive)} events/s`,
    `${(rate / naive).toFixed(1)}×`,
  );
  took = stopwatch();
  const { parts } = await verifyEmbedded({ ...options, keys: system.keys });
  const opened = parts / took();
  took = stopwatch();
  await verifyLog(system.store, { keys: system.keys });
  const alone = parts / took();
  say(
    'verify with keys: every box opened as well',
    `${round(opened)} parts/s`,
    `one by one on one thread: ${round(alone)} parts/s`,
    `${(opened / alone).toFixed(1)}×`,
  );
};

module.exports = { verify };
