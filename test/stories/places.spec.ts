import { imports } from '@domain/register-import';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { householdDecider } from '@domain/household';
import { PostAuthorizer } from '@kernel/accounts';
import { CommandRunner } from '@kernel/commanding';
import { derivedUuid, newUuid } from '@kernel/format';
import { AtLevel, defineCommands } from '@kernel/sourcing';
import { EVERYWHERE } from '@kernel/sourcing/testing/specification';
import { features, permissions } from '@system/features';
import { recordAreas } from '@system/first-start';
import { importRegister } from '@system/import-register';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { verify } from '../../apps/cli/src/verbs/verify';
import { Office, type Answer } from '../support/office';
import { importHouseholds, type Imported } from '../support/register';
import { runVerb } from '../support/verbs';
import { officeFolder } from '../support/folders';

const HERE = '433124110226';
const IN_ANOTHER_TOWNSHIP = '433124102200';
const AUDIT = { headers: { 'x-purpose': 'audit' } };
/**
 * No village of the directory: nowhere, nobody's, a province, another county, a township, a village that there is not.
 */
const NO_VILLAGES = ['999999999999', '000000000000', '430000000000', '433125001001', '433124110000', '433124110999'];

const data = join(mkdtempSync(join(tmpdir(), 'jd-places-')), 'data');
const settings = readSettings({ JIANDANG_DATA: data, JIANDANG_LOG_LEVEL: 'silent' });

const { classes } = householdDecider.commands;
class RelocateAnywhere extends classes.RelocateHousehold {}
AtLevel('province', 'prefecture', 'county', 'township', 'village')(RelocateAnywhere.prototype, 'to');

/** Decides as the program did before it looked at areas and at what is corrected. */
const asBefore = (system: System): CommandRunner => {
  const { log, store, keys, clock } = system;
  const asked = (_: unknown, { reason, ...fact }: { reason: string }) => [
    { type: 'CorrectionRequested', data: fact, reason },
  ];
  const decide = { ...householdDecider.decide, RequestCorrection: asked };
  const commands = defineCommands({ ...classes, RelocateHousehold: RelocateAnywhere });
  const deciders = [...features.flatMap((feature) => feature.deciders), { ...householdDecider, commands, decide }];
  return new CommandRunner({
    log,
    store,
    keys,
    clock,
    deciders,
    rules: { current: () => system.rules },
    places: { current: () => EVERYWHERE },
    authorizer: (commands) => new PostAuthorizer(commands, permissions),
  });
};

interface Old {
  readonly households: readonly Imported[];
  readonly displaced: readonly string[];
  readonly request: string;
}

/**
 * A folder of the program of before: households were moved out of everybody's reach, and a correction of a status
 * waits.
 */
const oldFolder = async (): Promise<Old> => {
  await officeFolder('new', settings.data);
  const system = await System.open(settings);
  await system.start();
  const entry = (number: number, kind?: string) => ({
    area: HERE,
    number: `${HERE}${String(number)}`,
    head: '石爬专',
    ...(kind !== undefined && { kind }),
  });
  const households = await importHouseholds(system, [
    ...NO_VILLAGES.map((_, index) => entry(1000 + index)),
    entry(2000),
    entry(2001, '脱贫户'),
  ]);
  const before = asBefore(system);
  const issued = {
    ...system.issued('x', 'api'),
    actor: derivedUuid(system.log, 'account/township-1'),
    auth: 'pwd',
  } as const;
  const act = (subject: string, command: string, body: object) =>
    before.carryOut('household', subject, command, body, { ...issued, cmd: newUuid() });
  const paper = newUuid();
  const file = {
    kind: 'correction',
    area: HERE,
    mime: 'text/plain',
    name: 'x',
    bytes: 1,
    sha256: '0'.repeat(64),
    sm3: '0'.repeat(64),
  };
  await before.execute('paper', paper, 'ReceivePaper', file, { ...issued, cmd: newUuid() });
  const displaced = households.slice(0, NO_VILLAGES.length).map(({ household }) => household);
  const on = issued.at.slice(0, 10);
  for (const [index, to] of NO_VILLAGES.entries())
    await act(displaced[index]!, 'RelocateHousehold', { on, to, kind: 'move', papers: [paper] });
  const { household = '' } = households[NO_VILLAGES.length] ?? {};
  const [registered] = await system.store.read(`household-${household}`);
  const replaces = { status: 'exited' };
  await act(household, 'RequestCorrection', {
    event: registered!.id,
    corrects: 'HouseholdRegistered',
    replaces,
    reason: 'entry-error',
    papers: [paper],
  });
  const request = (await system.store.read(`household-${household}`)).at(-1)!.id;
  await system.caughtUp();
  await system.close();
  return { households, displaced, request };
};

describe('a place', () => {
  let office: Office;
  let old: Old;
  let found: {
    sound?: boolean;
    damages?: readonly { kind: string; stream: string; revision: number; detail: string }[];
  } = {};
  let exit = -1;
  let displaced: number | undefined;
  const today = new Date().toISOString().slice(0, 10);
  const paper = async (kind: string, login = 'township-1'): Promise<string> =>
    String((await office.upload(login, kind, newUuid())).body['subject']);
  const relocate = async (login: string, household: string, to: string): Promise<Answer> =>
    office.command(login, 'household', household, 'RelocateHousehold', {
      on: today,
      to,
      kind: 'move',
      papers: [await paper('approval', login)],
    });
  const lengthOf = async (household: string): Promise<number> =>
    (await office.system.store.read(`household-${household}`)).length;
  const statusFor = async (login: string, household: string): Promise<number> =>
    (await office.call(login, 'GET', `households/${household}`, AUDIT)).status;
  const degraded = async () =>
    ((await office.call(undefined, 'GET', '/health/ready')).body['degraded'] as { code: string; count: number }[]).find(
      ({ code }) => code === 'households-displaced',
    )?.count;
  /** A household that nobody has moved. */
  const settled = (): string => old.households[NO_VILLAGES.length]!.household;

  beforeAll(async () => {
    old = await oldFolder();
    ({ exit, said: found } = await runVerb(settings, (context) => verify(context, { views: true })));
    office = await Office.open(data);
    await office.signInAll();
    displaced = await degraded();
  }, 60_000);
  afterAll(() => office.close());

  it.each(NO_VILLAGES)('that is no village of the directory takes no household: %s', async (to) => {
    const before = await lengthOf(settled());
    const refused = await relocate('township-1', settled(), to);
    const level = ['430000000000', '433124110000'].includes(to);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: level ? 'area/wrong-level' : 'area/unknown',
        details: { area: to },
        errors: [{ path: '/to' }],
        detail: expect.stringContaining(to) as string,
        mend: expect.stringContaining('请') as string,
      },
    });
    expect(await lengthOf(settled())).toBe(before);
  });

  it('is refused wherever a command names it', async () => {
    const papers = [await paper('minutes')];
    const from = today;
    const parameter = { key: 'backdate.days', kind: 'number', value: '30', from };
    const inspection = {
      kind: 'audit',
      body: '县审计局',
      inspectors: [await office.account('inspector-1')],
      papers,
      from,
      to: '2099-01-01',
    };
    const post = { post: newUuid(), role: 'village', from };
    const glass = { reason: 'disaster', remark: '暴雨' };
    for (const [login, category, command, body, code, subject = newUuid()] of [
      [
        'township-1',
        'notice',
        'PrepareNotice',
        { kind: 'exit-1', area: '433124110999', households: [settled()] },
        'area/unknown',
      ],
      [
        'village-1',
        'notice',
        'PrepareNotice',
        { kind: 'exit-1', area: '000000000000', households: [settled()] },
        'area/unknown',
      ],
      ['admin-1', 'parameter', 'EnactParameter', { ...parameter, area: '433124110999' }, 'area/unknown'],
      ['admin-1', 'parameter', 'EnactParameter', { ...parameter, area: '4331241' }, 'area/unknown'],
      ['admin-1', 'inspection', 'OpenInspection', { ...inspection, area: '433124110999' }, 'area/unknown'],
      [
        'admin-1',
        'account',
        'AssignPost',
        { ...post, area: '433124110999' },
        'area/unknown',
        await office.account('village-1'),
      ],
    ] as const) {
      const answer = await office.command(login, category, subject, command, body);
      expect([command, answer.status, answer.body['code']]).toEqual([command, 409, code]);
    }
    for (const area of ['433124000000', '433124110999'])
      expect(
        (await office.call('village-1', 'POST', 'break-glass', { body: { ...glass, area } })).body['code'],
      ).toMatch(/^area\//);
  });

  it('is known as soon as it is recorded, for as long as it exists, and in the county of the log alone', async () => {
    const [household = '', fresh] = [old.displaced[5], '433124110998'];
    await expect(recordAreas(office.system, '433125001001,外县的村')).rejects.toMatchObject({
      code: 'area/other-county',
    });
    expect((await relocate('county-1', household, fresh)).body['code']).toBe('area/unknown');
    await recordAreas(office.system, `${fresh},新村`, { from: '2016-01-01' });
    expect((await relocate('county-1', household, fresh)).status).toBe(201);
    expect(await recordAreas(office.system, `${fresh},新村`)).toMatchObject({ recorded: 0 });
    await recordAreas(office.system, `${fresh},新村`, { to: today });
    expect((await relocate('county-1', settled(), fresh)).body['code']).toBe('area/unknown');
  });

  it('may lie in another township of the county', async () => {
    const { household } = old.households.at(-1)!;
    expect((await relocate('township-1', household, IN_ANOTHER_TOWNSHIP)).status).toBe(201);
    expect(await statusFor('township-1', household)).toBe(404);
    expect(await statusFor('county-1', household)).toBe(200);
  });

  it('in which nobody could reach a household is named by verify --views, and counted on ready', () => {
    expect([exit, found.sound]).toEqual([1, false]);
    expect(found.damages?.map(({ kind, stream }) => [kind, stream]).sort()).toEqual(
      old.displaced.map((household) => ['place', `household-${household}`]).sort(),
    );
    for (const [index, area] of NO_VILLAGES.entries()) {
      const damage = found.damages?.find(({ stream }) => stream === `household-${old.displaced[index] ?? ''}`);
      expect(damage).toMatchObject({ revision: 1, detail: expect.stringContaining(area) as string });
    }
    expect(displaced).toBe(NO_VILLAGES.length);
  });

  it('does not keep a household from being proved: its pack is issued by the county', async () => {
    const [household = ''] = old.displaced;
    const pack = await office.raw('county-1', 'POST', `households/${household}/evidence-packs`, {
      body: { disclosure: 'masked' },
    });
    expect(pack.status).toBe(201);
  });

  it.each(NO_VILLAGES.slice(0, 4).map((area, index) => [area, index] as const))(
    'outside the county is the county’s own: a household in %s is read, listed and brought back by it alone',
    async (area, index) => {
      const household = old.displaced[index] ?? '';
      for (const login of ['village-1', 'township-1']) {
        expect([login, await statusFor(login, household)]).toEqual([login, 404]);
        const refused = await relocate(login, household, HERE);
        expect([login, refused.status]).toEqual([login, login === 'village-1' ? 403 : 404]);
      }
      const listed = async (login: string) =>
        (
          (await office.call(login, 'GET', `households?limit=500&area=${area}`, AUDIT)).body['items'] as {
            id: string;
          }[]
        ).map(({ id }) => id);
      expect(await listed('township-1')).toEqual([]);
      for (const login of ['county-1', 'inspector-1']) expect(await listed(login)).toEqual([household]);
      const card = await office.call('county-1', 'GET', `households/${household}`);
      expect(card.body).toMatchObject({ area, head: '石爬专' });
      expect((await office.call('sector-1', 'GET', `households/${household}`)).body['head']).toBe('石爬专');
      expect((await office.call('inspector-1', 'GET', `trace?household=${household}`, AUDIT)).status).toBe(200);
      const before = (await degraded()) ?? 0;
      expect((await relocate('county-1', household, HERE)).status).toBe(201);
      await office.system.caughtUp();
      expect(await statusFor('village-1', household)).toBe(200);
      expect((await degraded()) ?? 0).toBe(before - 1);
    },
  );

  describe('and what else a correction never changes', () => {
    const correct = async (corrects: string, replaces: object): Promise<Answer> => {
      const events = await office.system.store.read(`household-${settled()}`);
      const event = events.find(({ type }) => type === corrects)?.id;
      const body = { event, corrects, replaces, reason: 'entry-error', papers: [await paper('correction')] };
      return office.command('township-1', 'household', settled(), 'RequestCorrection', body);
    };

    it.each<[string, object, string]>([
      ['status', { status: 'exited' }, 'status'],
      ['area', { area: '433124110218' }, 'area'],
      ['head', { head: newUuid() }, 'head'],
      ['ids of members', { members: [{ person: newUuid(), name: '石', relation: '01' }] }, 'members'],
      ['gaps', { evidenceGaps: [] }, 'evidenceGaps'],
    ])('refuses one of the %s, in words, and appends nothing', async (_what, replaces, field) => {
      const before = await lengthOf(settled());
      expect(await correct('HouseholdRegistered', replaces)).toMatchObject({
        status: 409,
        body: { code: 'household/not-correctable', details: { field }, mend: expect.stringContaining('请') as string },
      });
      expect(await lengthOf(settled())).toBe(before);
    });

    it('refuses an area that there is not before anything else', async () => {
      const { body } = await correct('HouseholdRegistered', { area: '999999999999' });
      expect(body).toMatchObject({ code: 'area/unknown', errors: [{ path: '/replaces/area' }] });
    });

    it('records nothing of what was asked for before, and lets it be refused', async () => {
      const { request } = old;
      const asked = await office.command('township-2', 'household', settled(), 'RecordCorrection', { request });
      expect(asked).toMatchObject({ status: 409, body: { code: 'household/not-correctable' } });
      const refused = { request, papers: [await paper('opinion')] };
      expect((await office.command('township-2', 'household', settled(), 'RefuseCorrection', refused)).status).toBe(
        201,
      );
      expect((await office.call('county-1', 'GET', `households/${settled()}`)).body['status']).toBe('poor');
    });
  });

  describe('in the old register', () => {
    const [household, person] = [newUuid(), newUuid()];
    const body = {
      on: '2014-04',
      area: HERE,
      kind: 'legacy',
      status: 'exited',
      head: person,
      members: [{ person, name: '石', relation: '01' }],
      evidenceGaps: [],
      papers: [],
      householdNo: `${HERE}9999`,
    };

    it('is entered by an import alone: nobody is exited by one request', async () => {
      const batch = (await office.system.models.find(imports, {})).items[0]!;
      const asked = { ...body, import: batch.id, papers: [batch.paper] };
      for (const login of ['county-1', 'village-1', 'admin-1'])
        expect(await office.command(login, 'household', household, 'RegisterLegacyHousehold', asked)).toMatchObject({
          status: 404,
          body: { code: 'request/no-such-route' },
        });
      const county = { ...office.system.issued('x'), actor: await office.account('county-1') };
      for (const issued of [
        { ...county, via: 'web' },
        { ...county, via: 'import', causation: batch.startedEvent },
      ] as const)
        await expect(
          office.system.commands.carryOut('household', household, 'RegisterLegacyHousehold', asked, issued),
        ).rejects.toMatchObject({ code: 'household/import-only' });
      expect(await lengthOf(household)).toBe(0);
    });

    it('is refused for a village that there is not, and taken over by the same file once it is recorded', async () => {
      const csv = Buffer.from(`乡,行政村,户编号,姓名,与户主关系\n双龙镇,后来村,${HERE}7777,石后来,户主\n`);
      const again = () =>
        importRegister(office.system, csv, {
          issued: (cmd) => ({ ...office.system.issued('import', 'import'), cmd }),
          refusedFile: join(mkdtempSync(join(tmpdir(), 'jd-refused-')), 'refused.csv'),
        });
      expect(await again()).toMatchObject({ accepted: 0, refused: 1 });
      await recordAreas(office.system, '433124110997,后来村');
      expect(await again()).toMatchObject({ accepted: 1, refused: 0 });
      const events = await office.system.store.countAfter(undefined);
      expect(await again()).toMatchObject({ accepted: 0, unchanged: 1, refused: 0 });
      expect(await office.system.store.countAfter(undefined)).toBe(events);
    });

    it('shows that the procedure of an exit is not on record', async () => {
      const exited = old.households.at(-1)!.household;
      const { body: judged } = await office.call('county-1', 'GET', `compliance/households/${exited}`);
      const [identification] = judged['items'] as { findings: { rule: string; step: string }[] }[];
      expect(identification?.findings).toContainEqual(expect.objectContaining({ rule: 'evidence-gap', step: 'exit' }));
    });
  });
});
