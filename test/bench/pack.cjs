// @ts-check
/**
 * An evidence pack of a household of 30 events and a paper out of the whole log, beside the bare container of the same
 * bytes.
 */
const { unzipSync, zipSync } = require('fflate');
const { buildPack } = require('../../libs/system/evidence-packs');
const { newUuid, ZERO_HASH } = require('../../libs/kernel/format');
const { seal, registered, revision, receivePaper } = require('./office.cjs');
const { quantile, stopwatch } = require('./measure.cjs');

const EVENTS = 30;
const ROUNDS = 20;

/** @param {{ system: any, say: (...row: string[]) => void }} context */
const pack = async ({ system, say }) => {
  const household = newUuid();
  const paper = await receivePaper(system);
  const facts = [registered(paper), ...Array.from({ length: EVENTS - 1 }, () => revision(paper))];
  const events = await seal(system, household, { revision: -1, h: ZERO_HASH }, facts);
  await system.store.append(`household-${household}`, -1, events);
  const question = { household, disclosure: /** @type {const} */ ('whole') };
  const first = stopwatch();
  const { zip, treeSize } = await buildPack(system, question, () => true);
  const sealed = first() * 1000;
  const [built, bare] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  const files = unzipSync(zip);
  for (let round = 0; round < ROUNDS; round++) {
    let took = stopwatch();
    await buildPack(system, { ...question, treeSize }, () => true);
    built.push(took() * 1000);
    took = stopwatch();
    zipSync(files, { level: 0 });
    bare.push(took() * 1000);
  }
  const [p50, raw] = [quantile(built, 0.5), quantile(bare, 0.5)];
  say(
    `evidence pack of ${EVENTS} events and a paper, at a checkpoint`,
    `p50 ${p50.toFixed(0)} ms, ${Math.round(zip.length / 1024)} KB`,
    `zip of the same files: ${raw.toFixed(1)} ms`,
    `${(p50 / raw).toFixed(0)}× the time`,
  );
  say('evidence pack when heads are sealed for it', `${sealed.toFixed(0)} ms`);
};

module.exports = { pack };
