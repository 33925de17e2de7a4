import { newUuid } from '@kernel/format';
import { Office, type Answer } from '../support/office';
import { importHouseholds } from '../support/register';
import { steps } from '../support/steps';

const VILLAGE = '433124110226';
const ELSEWHERE = '433124110218';
const headers = { 'x-purpose': 'audit 2026' };
const DAY = 86_400_000;
const civil = (days: number): string => new Date(Date.now() + days * DAY + 8 * 3_600_000).toISOString().slice(0, 10);

describe('an inspection', () => {
  const step = steps();
  let office: Office;
  const auditor = { id: newUuid(), login: 'auditor-1' };
  const clerk = { login: 'county-2' };
  const here: string[] = [];
  let there = '';
  let letter = '';

  const read = (path: string, login = auditor.login): Promise<Answer> => office.call(login, 'GET', path, { headers });
  const act = (login: string, inspection: string, command: string, body: object): Promise<Answer> =>
    office.command(
      login,
      'inspection',
      inspection,
      command,
      body,
      login === auditor.login ? { 'x-post': inspection } : {},
    );
  const scope = (more: object = {}) => ({
    kind: 'audit',
    body: '审计署驻长沙特派办',
    area: VILLAGE,
    inspectors: [auditor.id],
    papers: [letter],
    from: civil(-1),
    to: civil(10),
    ...more,
  });
  const open = async (more: object = {}): Promise<string> => {
    const inspection = newUuid();
    const answer = await act('admin-1', inspection, 'OpenInspection', scope(more));
    expect([answer.status, answer.body['code']]).toEqual([201, undefined]);
    await office.system.caughtUp();
    return inspection;
  };

  beforeAll(async () => {
    office = await Office.open();
    const [first, second, third] = await importHouseholds(office.system, [
      { area: VILLAGE, number: `${VILLAGE}1000`, head: '石甲' },
      { area: VILLAGE, number: `${VILLAGE}1001`, head: '龙乙' },
      { area: ELSEWHERE, number: `${ELSEWHERE}1000`, head: '吴丙' },
    ]);
    here.push(first!.household, second!.household);
    there = third!.household;
    letter = String((await office.upload('admin-1', 'other', '检查通知书')).body['subject']);
    await office.command('admin-1', 'account', auditor.id, 'OpenAccount', { account: auditor.login, name: '审计员' });
    await office.system.caughtUp();
    const { body } = await office.call('admin-1', 'POST', `accounts/${auditor.id}/reset-password`);
    (office.passwords as Map<string, string>).set(auditor.login, String(body['password']));
    await office.signInAll();
  }, 60_000);
  afterAll(() => office.close());

  step('lets nobody in before it is opened, and is opened by the administrator, not by themselves', async () => {
    expect(await read(`households/${here[0] ?? ''}`)).toMatchObject({ status: 403, body: { code: 'access/no-post' } });
    for (const login of ['county-1', 'inspector-1', 'village-1'])
      expect(await act(login, newUuid(), 'OpenInspection', scope())).toMatchObject({
        status: 403,
        body: { code: 'access/not-permitted' },
      });
    const own = scope({ inspectors: [await office.account('admin-1')] });
    expect(await act('admin-1', newUuid(), 'OpenInspection', own)).toMatchObject({
      status: 409,
      body: { code: 'inspection/own-access' },
    });
    expect(await act('admin-1', newUuid(), 'OpenInspection', scope({ to: civil(-1) }))).toMatchObject({
      body: { code: 'inspection/period' },
    });
    const elsewhere = await act('admin-1', newUuid(), 'OpenInspection', scope({ area: '433125' }));
    expect(elsewhere.body['code']).toBe('access/outside-area');
  });

  step('opens its scope to those it names, with a purpose, and nothing beside it; then ends by itself', async () => {
    const inspection = await open({ to: civil(1) });
    expect(await office.call(auditor.login, 'GET', `households/${here[0] ?? ''}`)).toMatchObject({
      status: 403,
      body: { code: 'access/purpose-missing' },
    });
    expect((await read(`households/${here[0] ?? ''}`)).body['head']).toBe('石甲');
    expect((await read(`households/${there}`)).status).toBe(404);
    const list = await read('households');
    expect((list.body['items'] as { id: string }[]).map(({ id }) => id).sort()).toEqual([...here].sort());
    expect((await read(`trace?stream=household-${here[0] ?? ''}`)).status).toBe(200);
    expect((await read(`trace?stream=household-${there}`)).status).toBe(404);
    expect((await read('trace?actor=system:import')).body['items']).toHaveLength(2);
    expect((await read('compliance?area=433124&year=2014')).body['villages']).toMatchObject([
      { area: VILLAGE, cases: 2 },
    ]);
    expect(await read(`inspections/${inspection}`)).toMatchObject({
      status: 200,
      body: { access: 'running', status: 'open' },
    });
    office.system.clock.set(new Date(Date.now() + 2 * DAY).toISOString());
    expect(await read(`households/${here[0] ?? ''}`)).toMatchObject({ status: 403, body: { code: 'access/no-post' } });
    const raise = { finding: newUuid(), household: here[0], rule: 'other', severity: 'minor' };
    expect(await act(auditor.login, inspection, 'RaiseInspectionFinding', raise)).toMatchObject({
      status: 403,
      body: { code: 'access/no-post' },
    });
    expect((await read(`inspections/${inspection}`, 'inspector-1')).body['access']).toBe('ended');
    office.system.clock.set(undefined);
  });

  step('may open two households and no third, with the papers that their steps rest on', async () => {
    const [hidden = '', listed = ''] = here;
    const before = office.system.clock;
    before.set(new Date(Date.now() + 3 * DAY).toISOString());
    const inspection = await open({ households: [listed], from: civil(2), to: civil(8) });
    expect((await read(`households/${listed}`)).status).toBe(200);
    expect((await read(`households/${hidden}`)).status).toBe(404);
    expect((await read('households')).body).toMatchObject({ total: 1, items: [{ id: listed }] });
    expect((await read('notices')).body['items']).toEqual([]);
    expect((await read(`inspections/${inspection}`)).body).toMatchObject({
      households: [listed],
      digest: expect.any(String) as string,
    });
    const resting = String((await office.upload('county-1', 'plan', '计划')).body['subject']);
    const other = String((await office.upload('county-1', 'plan', '别的')).body['subject']);
    const plan = { on: civil(0), year: 2026, papers: [resting] };
    expect((await office.command('county-1', 'household', listed, 'PlanExit', plan)).status).toBe(201);
    await office.system.caughtUp();
    expect((await read(`papers/${resting}`)).body['kind']).toBe('plan');
    expect((await read(`papers/${other}`)).status).toBe(404);
    before.set(undefined);
  });

  step('writes findings and nothing else; they are answered, decided, linked and closed', async () => {
    const inspection = await open();
    const [household = ''] = here;
    const finding = newUuid();
    const [event] = await office.system.store.read(`household-${household}`);
    const raise = {
      finding,
      household,
      step: 'review',
      rule: 'evidence-gap',
      severity: 'major',
      events: [event?.id],
      words: '无评议记录',
    };
    expect((await act(auditor.login, inspection, 'RaiseInspectionFinding', raise)).status).toBe(201);
    expect(
      await act(auditor.login, inspection, 'RaiseInspectionFinding', {
        ...raise,
        finding: newUuid(),
        household: there,
      }),
    ).toMatchObject({ status: 409, body: { code: 'inspection/outside-scope' } });
    expect(
      await office.command(auditor.login, 'household', household, 'AbandonExitCase', {
        on: '2026-11-01',
        papers: [letter],
      }),
    ).toMatchObject({ status: 403, body: { code: 'access/not-permitted' } });
    await office.system.caughtUp();
    const linked = await office.system.store.read(`household-${household}`);
    expect(linked.at(-1)).toMatchObject({
      type: 'RecordLinked',
      meta: { actor: auditor.id, post: inspection, via: 'process' },
    });
    expect((await read(`inspections/${inspection}`, 'county-1')).body['findings']).toMatchObject([
      { finding, state: 'raised', words: '无评议记录' },
    ]);
    expect((await read(`inspections/${inspection}`, 'admin-1')).body['findings']).not.toMatchObject([
      { words: '无评议记录' },
    ]);
    const reply = String((await office.upload('county-1', 'minutes', '评议记录')).body['subject']);
    expect((await act('county-1', inspection, 'SubmitRebuttal', { finding, papers: [reply] })).status).toBe(201);
    expect((await act(auditor.login, inspection, 'CloseInspection', {})).body['code']).toBe('inspection/findings-open');
    expect((await act('inspector-1', inspection, 'ConfirmFinding', { finding })).body['code']).toBe(
      'inspection/not-named',
    );
    expect((await act(auditor.login, inspection, 'WithdrawFinding', { finding, ground: 'rebutted' })).status).toBe(201);
    expect((await act(auditor.login, inspection, 'CloseInspection', {})).status).toBe(201);
    await office.system.caughtUp();
    const { body } = await read(`inspections/${inspection}`, 'inspector-1');
    expect(body).toMatchObject({
      status: 'closed',
      access: 'ended',
      findings: [{ state: 'withdrawn', rebuttal: [reply] }],
    });
    const listed = (await read('inspections', 'county-1')).body['items'] as { id: string }[];
    expect(listed.map(({ id }) => id)).toContain(inspection);
    expect((await read(`inspections/${inspection}`, 'inspector-1')).status).toBe(200);
    expect((await read(`inspections/${newUuid()}`, 'inspector-1')).status).toBe(404);
  });

  step('records by the system that a link was refused whose period had ended in between', async () => {
    const inspection = await open();
    const raise = { finding: newUuid(), household: here[0], rule: 'other', severity: 'minor' };
    const within = { ...office.system.issued('x', 'api'), actor: auditor.id, post: inspection };
    const { store } = office.system;
    const append = jest.spyOn(store, 'append').mockImplementationOnce(async (...given) => {
      const receipt = await store.append(...given);
      office.system.clock.set(new Date(Date.now() + 20 * DAY).toISOString());
      return receipt;
    });
    await office.system.commands.carryOut('inspection', inspection, 'RaiseInspectionFinding', raise, within);
    await office.system.caughtUp();
    const stored = await office.system.store.read(`inspection-${inspection}`);
    expect(stored.at(-1)).toMatchObject({ type: 'EffectRefused', meta: { actor: 'system:process' } });
    expect(stored.at(-1)?.body).toContain('access/no-post');
    append.mockRestore();
    office.system.clock.set(undefined);
  });

  step('gives nothing to an official of the inspected side, even where the letter names one', async () => {
    const inspection = await open({ inspectors: [await office.account(clerk.login)] });
    const raise = { finding: newUuid(), household: here[0], rule: 'other', severity: 'minor' };
    expect(await act(clerk.login, inspection, 'RaiseInspectionFinding', raise)).toMatchObject({
      status: 403,
      body: { code: 'access/not-permitted' },
    });
  });

  step('says in the read log who read, and under which inspection', async () => {
    const { body } = await office.call('inspector-1', 'GET', `reads?actor=${auditor.id}&limit=500`, { headers });
    const reads = body['items'] as { view: string; purpose: string; post: string; subjects: string[] }[];
    const card = reads.find(({ view }) => view === 'household-card');
    const opened = await office.system.store.read(`inspection-${card?.post ?? ''}`);
    expect([card?.purpose, opened[0]?.type]).toEqual(['audit 2026', 'InspectionOpened']);
    expect(reads.flatMap(({ subjects }) => subjects)).not.toContain(there);
  });
});
