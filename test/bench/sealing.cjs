// @ts-check
/**
 * The ledger: how fast a whole log is sealed anew, taken up again, proved; beside bare SHA-256 over the same entries.
 */
const { createHash } = require('node:crypto');
const { mkdtempSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { round, stopwatch } = require('./measure.cjs');
const { Notary, SigningKeys } = require('../../libs/kernel/ledger');
const { FolderLedgerFiles } = require('../../libs/kernel/ledger/adapters/folder-ledger-files');

/** Two hashes an entry: a leaf and, on average, one node. @param {number} entries */
const bareHashes = (entries) => {
  const [leaf, node] = [Buffer.alloc(74), Buffer.alloc(65)];
  const took = stopwatch();
  for (let i = 0; i < entries; i++) for (const part of [leaf, node]) createHash('sha256').update(part).digest();
  return entries / took();
};

/** @param {{ folder: string, system: any, say: (...row: string[]) => void }} context */
const sealing = async ({ folder, system, say }) => {
  const place = mkdtempSync(join(folder, 'ledger-'));
  const notary = () =>
    new Notary({
      store: system.store,
      log: system.log,
      keys: new SigningKeys(system.settings.keys),
      files: new FolderLedgerFiles(join(place, 'ledger')),
      state: new FolderLedgerFiles(join(place, 'keys'), 0o600),
      command: () => Promise.reject(new Error('the bench seals no heads')),
      onTrouble: (/** @type {string} */ where, /** @type {unknown} */ error) =>
        process.stderr.write(`${where}: ${error}\n`),
    });
  const first = notary();
  first.start();
  const took = stopwatch();
  const { size } = await first.sealer.sealNow();
  const rate = size / took();
  await first.close();
  const bare = bareHashes(Math.min(size, 200_000));
  say(
    `seal a log of ${round(size)} events, tiles durable`,
    `${round(rate)} events/s`,
    `bare SHA-256, two an entry: ${round(bare)}/s`,
    `${(rate / bare).toFixed(2)}×`,
  );

  const second = notary();
  second.start();
  const again = stopwatch();
  await second.sealer.sealNow();
  say('take up sealing again after a restart', `${(again() * 1000).toFixed(0)} ms`, `${round(size)} entries indexed`);

  const proofs = 2000;
  const proving = stopwatch();
  for (let i = 0; i < proofs; i++) await second.ledger.inclusion(Math.floor(Math.random() * size), size);
  say('inclusion proof out of the tiles', `${((proving() / proofs) * 1e6).toFixed(0)} µs`);
  const listing = stopwatch();
  const { streams } = await second.ledger.heads(size);
  say('heads of every stream, with their tree', `${(listing() * 1000).toFixed(0)} ms`, `${round(streams)} streams`);
  await second.close();
  rmSync(place, { recursive: true });
};

module.exports = { sealing };
