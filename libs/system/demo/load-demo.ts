import { accounts } from '@kernel/accounts';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { householdCard, type HouseholdCard } from '@domain/household';
import { newUuid } from '@kernel/format';
import { Rejection, type CommandMeta } from '@kernel/sourcing';
import type { FirstLogin } from '../first-start';
import { importRegister } from '../import-register';
import { receivePaper } from '@domain/paper';
import type { System } from '../system';
import { demoRegister } from './register-csv';
import { applyAndVote, identify, VILLAGE, type DemoStage } from './story';
import { consent, prepareExit, wholeExit, approveExit, exit } from './exit-story';

/** Acts directly through commands, on a clock of its own, as the first accounts. */
const stageOf = async (system: System, logins: readonly FirstLogin[]): Promise<DemoStage> => {
  const { items } = await system.models.find(accounts, { limit: 100 });
  const ids = new Map(items.map(({ account, id }) => [account, id]));
  const area = new Map(logins.map((login) => [login.account, login.area.padEnd(12, '0')]));
  const account = (login: string): string => ids.get(login) ?? '';
  const issued = (login: string): CommandMeta => ({
    cmd: newUuid(),
    actor: account(login),
    auth: 'pwd',
    via: 'demo',
    at: system.clock.now(),
  });
  const act: DemoStage['act'] = (login, category, subject, command, body) =>
    system.commands.carryOut(category, subject, command, body, issued(login));
  return {
    account,
    act,
    newId: () => newUuid(),
    on: (day) => {
      system.clock.set(`${day}T02:00:00.000Z`);
    },
    settled: () => system.processes.idle(),
    paper: async (login, kind) => {
      const paper = newUuid();
      const file = Readable.from([Buffer.from(`示例材料 ${kind} ${paper}\n`)]);
      const form = { kind, area: area.get(login) ?? '', mime: 'text/plain', name: `${kind}.txt` };
      await receivePaper(system, file, { paper, form, issued: issued(login) });
      return paper;
    },
  };
};

const person = (name: string, relation: string, more: object = {}) => ({
  person: newUuid(),
  name,
  relation,
  nation: '06',
  ...more,
});

/** A refusal that the demo shows on purpose. */
const refused = async (act: Promise<unknown>): Promise<void> => {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return;
  }
  throw new Error('the demo expected a refusal');
};

const careFor = async (stage: DemoStage, household: string, year: number): Promise<void> => {
  const day = (rest: string): string => `${String(year)}-${rest}`;
  const measure = stage.newId();
  stage.on(day('02-10'));
  await stage.act('county-1', 'household', household, 'AssignHelper', {
    on: day('02-10'),
    helper: stage.account('helper-1'),
    principal: true,
    unit: '县农业局',
    papers: [await stage.paper('county-1', 'approval')],
  });
  await stage.act('helper-1', 'household', household, 'AdoptAssistancePlan', {
    on: day('02-10'),
    year,
    categories: ['01', '05'],
    signedByHousehold: true,
    signedByHelper: true,
    signedByVillage: true,
    needs: '猕猴桃苗木;慢性病送药',
    papers: [await stage.paper('helper-1', 'plan')],
  });
  await stage.act('helper-1', 'household', household, 'StartMeasure', {
    on: day('02-10'),
    measure,
    category: '01',
    unit: '县农业局',
    costFen: 150_000,
    content: '猕猴桃苗 200 株',
  });
  stage.on(day('06-20'));
  await stage.act('helper-1', 'household', household, 'RecordVisit', {
    on: day('06-20'),
    householdPresent: true,
    done: '查看苗木成活',
    papers: [await stage.paper('helper-1', 'visit')],
  });
  await stage.act('helper-1', 'household', household, 'CompleteMeasure', {
    on: day('06-20'),
    measure,
    signedByHousehold: true,
    costFen: 148_000,
    papers: [await stage.paper('helper-1', 'receipt')],
  });
};

const correct = async (stage: DemoStage, system: System, household: string): Promise<void> => {
  const [first] = await system.store.read(`household-${household}`, { limit: 1 });
  stage.on('2015-05-04');
  await stage.act('village-1', 'household', household, 'RequestCorrection', {
    event: first?.id ?? '',
    corrects: 'HouseholdRegistered',
    replaces: { mainCause: '3' },
    reason: 'entry-error',
    papers: [await stage.paper('village-1', 'correction')],
  });
  const request = (await system.store.read(`household-${household}`, { direction: 'backward', limit: 1 }))[0]?.id ?? '';
  stage.on('2015-05-08');
  await stage.act('township-1', 'household', household, 'RecordCorrection', { request });
};

const lives = async (stage: DemoStage, system: System, cards: readonly HouseholdCard[]): Promise<void> => {
  const [a, b, c, d, e, f, g, h, i] = cards.map(({ id, headPerson }) => ({
    household: id,
    signer: headPerson,
    wageFen: 4_000_000,
  }));
  if (!a || !b || !c || !d || !e || !f || !g || !h || !i) return;
  await correct(stage, system, f.household);
  await careFor(stage, a.household, 2015);
  await wholeExit(stage, a, 2016);
  await wholeExit(stage, b, 2016);
  await wholeExit(stage, c, 2016);
  await prepareExit(stage, d, 2016);
  stage.on('2016-11-04');
  await stage.act('village-2', 'household', d.household, 'RefuseExitConsent', {
    on: '2016-11-04',
    signer: d.signer,
    reasons: '收入算多了',
    papers: [await stage.paper('village-2', 'other')],
  });
  const poor = { ...e, wageFen: 100_000 };
  await prepareExit(stage, poor, 2016);
  await consent(stage, poor, '2016-11-04');
  await approveExit(stage, poor, 2016);
  await refused(exit(stage, poor, 2016));
  await stage.act('county-1', 'household', e.household, 'ReturnExitCase', {
    on: '2016-12-18',
    to: 'pre-exit',
    papers: [await stage.paper('county-1', 'opinion')],
  });
  stage.on('2017-06-10');
  await stage.act('leading-group-2', 'household', c.household, 'RevokeExit', {
    on: '2017-06-10',
    ground: 'procedure',
    statisticalYear: 2017,
    papers: [await stage.paper('leading-group-2', 'approval')],
  });
  stage.on('2018-08-20');
  await stage.act('leading-group-1', 'household', b.household, 'RelapseHousehold', {
    on: '2018-08-20',
    causes: ['1'],
    papers: [await stage.paper('leading-group-1', 'approval')],
  });
  const irregular = { surveyed: '08-25', verified: '10-25', exited: '12-11' };
  await wholeExit(stage, { ...i, irregular }, 2017);
  await changeMembers(stage, { from: g.household, to: h.household, person: cards[6]?.people[1]?.person });
};

const changeMembers = async (
  stage: DemoStage,
  { from, to, person: moved }: { from: string; to: string; person: string | undefined },
): Promise<void> => {
  stage.on('2017-09-01');
  const baby = person('石新生', '20', { born: '2017-08-15', sex: 'male' });
  await stage.act('village-1', 'household', to, 'AddHouseholdMember', {
    ...baby,
    why: '1',
    on: '2017-08-15',
    papers: [await stage.paper('village-1', 'certificate')],
  });
  if (moved === undefined) return;
  stage.on('2017-10-09');
  await stage.act('township-1', 'reorganisation', stage.newId(), 'DecideTransfer', {
    on: '2017-10-09',
    from,
    to,
    persons: [moved],
    cause: 'marriage',
    papers: [await stage.paper('township-1', 'approval')],
  });
  await stage.settled();
};

const unfinishedFile = ({ settings }: System): string => join(settings.data, 'demo-unfinished');

/** A demo is a story and cannot be begun in its middle. */
export const isDemoUnfinished = (system: System): boolean => existsSync(unfinishedFile(system));

/** A register of sixty fictional households is taken over, and a dozen of their lives go on: all through commands. */
export const loadDemo = async (system: System, logins: readonly FirstLogin[]): Promise<void> => {
  const unfinished = unfinishedFile(system);
  writeFileSync(unfinished, '');
  const stage = await stageOf(system, logins);
  const csv = demoRegister();
  const file = join(system.settings.data, 'demo-register.csv');
  writeFileSync(file, csv, { mode: 0o600 });
  stage.on('2014-06-03');
  const issued = (cmd: string): CommandMeta => ({ ...system.issued('demo', 'import'), cmd });
  await importRegister(system, Buffer.from(csv), { issued, refusedFile: `${file}.refused.csv` });
  const { items } = await system.models.find(householdCard, {
    where: { area: VILLAGE },
    sort: 'householdNo',
    limit: 12,
  });
  await lives(stage, system, items);
  const members = [person('龙新贫', '01', { idNumber: '433124196805120016' }), person('石小妹', '10')];
  await identify(stage, { household: newUuid(), members, inFavour: 33, householdNo: `${VILLAGE}0101` }, 2017);
  await applyAndVote(
    stage,
    { household: newUuid(), members: [person('吴富余', '01')], inFavour: 5, householdNo: '' },
    2017,
  );
  system.clock.set(undefined);
  await system.caughtUp();
  rmSync(unfinished);
};
