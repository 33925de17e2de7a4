import { Office, type Answer } from '../support/office';
import { until } from '../support/until';

const HELPER = 'helper-1';

describe('operations over HTTP', () => {
  let office: Office;
  let helper = '';
  beforeAll(async () => {
    office = await Office.open();
    helper = await office.account(HELPER);
  });
  afterAll(() => office.close());

  const operations = async (): Promise<Answer['body']> => (await office.call('admin-1', 'GET', 'operations')).body;
  const retry = (what: string, login = 'admin-1', headers = {}) =>
    office.call(login, 'POST', `operations/${what}/retry`, { headers });
  const becomes = (status: string): Promise<boolean> =>
    until(status, async () => (await office.system.jobs.get('frail-1'))?.status === status);

  it('are for the administrator of the county alone', async () => {
    expect((await office.call('admin-1', 'GET', 'operations')).status).toBe(200);
    for (const login of ['county-1', 'inspector-1', 'village-1'])
      for (const answer of [
        await office.call(login, 'GET', 'operations'),
        await retry('jobs/x', login),
        await retry('parked/accounts/x', login),
      ])
        expect([answer.status, answer.body['code']]).toEqual([403, 'access/not-permitted']);
    expect((await office.call(undefined, 'GET', 'operations')).status).toBe(401);
  });

  it('say in both languages that nothing of a name has failed or is parked', async () => {
    const job = await retry('jobs/no-such-job');
    expect([job.status, job.body['code']]).toEqual([404, 'operations/no-failed-job']);
    expect(job.body['title']).toContain('no-such-job');
    const parked = await retry(`parked/accounts/${helper}`, 'admin-1', { 'accept-language': 'en' });
    expect([parked.status, parked.body['code']]).toEqual([404, 'operations/not-parked']);
    expect(parked.body['title']).toBe(`The view accounts has not parked ${helper}`);
  });

  it('show a job that failed for good, and run it again', async () => {
    let disk = 'full';
    let runs = 0;
    office.system.jobs.handle({
      name: 'frail',
      attempts: 1,
      run: () => {
        runs += 1;
        return disk === 'full' ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
      },
    });
    await office.system.jobs.enqueue({ id: 'frail-1', name: 'frail', data: { day: '2016-01-01' } });
    await becomes('failed');
    expect(await operations()).toMatchObject({
      jobs: { failed: 1 },
      failed: [{ id: 'frail-1', attempts: 1, error: 'the disk is full', data: { day: '2016-01-01' } }],
    });
    disk = 'free';
    expect(await retry('jobs/frail-1')).toMatchObject({ status: 202, body: { id: 'frail-1', status: 'waiting' } });
    await becomes('done');
    expect(runs).toBe(2);
    expect(await operations()).toMatchObject({ jobs: { failed: 0 }, failed: [] });
    expect((await retry('jobs/frail-1')).status).toBe(404);
  });

  it('show a document that was parked, and fold it anew when its cause is mended', async () => {
    const accounts = office.system.projections.find(({ name }) => name === 'accounts')!;
    const on = accounts.on as Record<string, unknown>;
    const folds = on['AccountSuspended'];
    on['AccountSuspended'] = ({ name }: { name: string }) => JSON.parse(name) as object;
    const suspended = await office.command('admin-1', 'account', helper, 'SuspendAccount', { reason: 'left' });
    expect(suspended.status).toBe(201);
    await office.system.caughtUp();
    const { parked, lag } = (await operations()) as { parked: object[]; lag: { events: number }[] };
    expect(parked).toMatchObject([
      { view: 'accounts', key: helper, stream: `account-${helper}`, type: 'AccountSuspended' },
    ]);
    expect(JSON.stringify(parked)).not.toContain('彭');
    expect(lag.every(({ events }) => events === 0)).toBe(true);

    const again = await retry(`parked/accounts/${helper}`);
    expect([again.status, again.body['code']]).toEqual([409, 'operations/does-not-fold']);
    expect(await operations()).toMatchObject({ parked: [{ key: helper, tried: expect.any(String) as string }] });

    on['AccountSuspended'] = folds;
    expect(await retry(`parked/accounts/${helper}`)).toMatchObject({ status: 200, body: { status: 'folded' } });
    expect(await operations()).toMatchObject({ parked: [] });
    expect(await office.system.models.get(accounts, helper)).toMatchObject({ status: 'suspended' });
    expect((await retry(`parked/accounts/${helper}`)).status).toBe(404);
  });
});
