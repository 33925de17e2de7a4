// @ts-check
/**
 * A system on a folder, for the benchmarks: filled with households whose events have one sealed part, served over HTTP.
 */
require('reflect-metadata');
const { Readable } = require('node:stream');
require('../../tools/register-swc.cjs');
const { readSettings } = require('../../libs/system/settings');
const { System } = require('../../libs/system/system');
const { prepareFirstStart } = require('../../libs/system/first-start');
const { sealEvents } = require('../../libs/kernel/privacy');
const { newUuid, ZERO_HASH } = require('../../libs/kernel/format');
const { householdEvents } = require('../../libs/domain/household');

const AREA = '433124110226';
const EVENTS_EACH = 10;

/** @param {string} data */
const open = async (data) => {
  const system = await System.open(
    readSettings({ JIANDANG_DATA: data, JIANDANG_LOG_LEVEL: 'silent', JIANDANG_RATE_LIMIT: '100000000' }),
  );
  return system;
};

/** About 1.2 KB stored, one sealed part. @param {string} paper */
const revision = (paper) => ({
  year: 2016,
  collector: paper,
  papers: [paper],
  address: `双龙镇十八洞村第${Math.floor(Math.random() * 9)}组${'梨子寨飞虫寨竹子寨当戎寨'.repeat(3)}`,
});

/**
 * Events of one household, sealed and chained from a revision on. @param {any} system @param {string} id @param {any}
 * tip @param {object[]} facts
 */
const seal = (system, id, tip, facts) => {
  const meta = {
    actor: newUuid(),
    auth: 'pwd',
    area: AREA,
    via: 'import',
    recordedAt: '2016-11-23T08:00:00.000Z',
    post: newUuid(),
    validFrom: '2016-10-20',
  };
  const drafts = facts.map((data) => ({
    id: newUuid(),
    type: /** @type {any} */ (
      householdEvents.types.get('year' in data ? 'HouseholdProfileRevised' : 'HouseholdRegistered')
    ),
    data,
    meta: { ...meta, cmd: newUuid() },
  }));
  return sealEvents({ log: system.log, keys: system.keys }, `household-${id}`, tip, drafts);
};

/** @param {string} paper */
const registered = (paper) => {
  const person = newUuid();
  return {
    area: AREA,
    kind: 'legacy',
    status: 'poor',
    head: person,
    members: [{ person, name: '石甲', relation: '01' }],
    evidenceGaps: [],
    papers: [paper],
    householdNo: `${AREA}${String(Math.floor(Math.random() * 1e6))}`,
  };
};

/**
 * Fills the log with whole households until it has that many events. Answers the ids. @param {any} system @param
 * {number} events
 */
const fill = async (system, events) => {
  const paper = newUuid();
  /** @type {string[]} */
  const ids = [];
  while (ids.length * EVENTS_EACH < events) {
    const batch = Array.from({ length: 200 }, () => newUuid());
    await Promise.all(
      batch.map(async (id) => {
        const sealed = await seal(system, id, { revision: -1, h: ZERO_HASH }, [
          registered(paper),
          ...Array.from({ length: EVENTS_EACH - 1 }, () => revision(paper)),
        ]);
        await system.store.append(`household-${id}`, -1, sealed);
      }),
    );
    ids.push(...batch);
  }
  return ids;
};

/** A paper of a page, with its file, for commands and events to name. @param {any} system */
const receivePaper = async (system) => {
  const { items } = await system.models.find('accounts', { where: { account: 'village-1' } });
  const paper = newUuid();
  const stored = await system.papers.store(paper, Readable.from([Buffer.alloc(200_000, paper)]));
  const body = { kind: 'other', area: AREA, mime: 'text/plain', name: 'x', ...stored };
  const issued = { ...system.issued('bench', 'api'), actor: items[0]?.id };
  await system.commands.carryOut('paper', paper, 'ReceivePaper', body, issued);
  return paper;
};

module.exports = { open, receivePaper, fill, seal, revision, registered, prepareFirstStart, AREA };
