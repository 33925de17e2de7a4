import { newUuid } from '@kernel/format';
import { verifyReads } from '@kernel/read-log';
import { Office, type Answer } from '../support/office';
import { importHouseholds } from '../support/register';

const HERE = '433124110226';
const ELSEWHERE = '433124110218';

interface Item {
  readonly id: string;
  readonly actor: string;
  readonly view: string;
  readonly subjects: readonly string[];
  readonly purpose: string;
  readonly terms?: readonly string[];
  readonly glass?: string;
}
const itemsOf = ({ body }: Answer): readonly Item[] => body['items'] as readonly Item[];

describe('the read log over HTTP', () => {
  let office: Office;
  const households = new Map<string, { household: string; person: string }>();
  const AUDIT = { headers: { 'x-purpose': 'yearly audit' } };

  const register = async (area: string, name: string): Promise<void> => {
    const number = `${area}9${String(100 + households.size)}`;
    const [one] = await importHouseholds(office.system, [{ area, number, head: name }]);
    households.set(name, one!);
  };
  const of = (name: string) => households.get(name)!;
  const reads = async (query = ''): Promise<readonly Item[]> =>
    itemsOf(await office.call('inspector-1', 'GET', `reads?limit=500&${query}`, AUDIT));
  const breakGlass = (login: string, body: object, headers: Record<string, string> = {}) =>
    office.call(login, 'POST', 'break-glass', {
      body: { reason: 'emergency-relief', remark: '暴雨转移', ...body },
      headers,
    });

  beforeAll(async () => {
    office = await Office.open();
    await register(HERE, '石乙');
    await register(ELSEWHERE, '龙丙');
    await office.system.caughtUp();
    await office.signInAll();
  });
  afterAll(() => office.close());
  afterEach(() => {
    office.system.clock.set(undefined);
  });

  it('has a record of a card with the household and its members before the answer leaves', async () => {
    const { household, person } = of('石乙');
    expect((await office.call('village-1', 'GET', `households/${household}`)).status).toBe(200);
    const [last] = await reads(`subject=${person}&view=household-card`);
    expect(last).toMatchObject({
      actor: await office.account('village-1'),
      purpose: 'work',
      subjects: [household, person],
    });
  });

  it('has a record of a search, found or not, with its words under a key and never in clear', async () => {
    for (const q of ['石乙', '查无此人']) {
      await office.call('village-1', 'GET', `households?q=${encodeURIComponent(q)}`);
      const [last] = await reads(`view=household-list&actor=${await office.account('village-1')}`);
      expect(last?.terms).toEqual([office.system.keys.keyed('search', q)]);
      expect(JSON.stringify(last)).not.toContain(q);
    }
  });

  it('has a record of whoever reads the read log, and lets nobody but inspectors', async () => {
    await reads(`subject=${of('石乙').household}`);
    expect((await reads('view=reads')).at(0)).toMatchObject({ actor: await office.account('inspector-1') });
    for (const login of ['village-1', 'county-1', 'admin-1'])
      expect((await office.call(login, 'GET', 'reads')).status).toBe(403);
    expect(await office.call('inspector-1', 'GET', 'reads?after=x', AUDIT)).toMatchObject({
      status: 400,
      body: { code: 'request/bad-query' },
    });
  });

  it('refuses a purpose that carries the number of a person', async () => {
    const headers = { 'x-purpose': 'about 433124196805120016' };
    const answer = await office.call('inspector-1', 'GET', `households/${of('石乙').household}`, { headers });
    expect(answer).toMatchObject({ status: 400, body: { code: 'command/invalid' } });
  });

  it('tells the household, and each member, who looked', async () => {
    const { household, person } = of('石乙');
    await office.call('inspector-1', 'GET', `households/${household}/history`, AUDIT);
    const answer = await office.call('village-1', 'GET', `households/${household}/readers`);
    const inspector = await office.account('inspector-1');
    expect(answer.body).toMatchObject({
      subject: household,
      items: expect.arrayContaining([
        expect.objectContaining({
          actor: inspector,
          purposes: ['yearly audit'],
          views: expect.objectContaining({ 'household-history': 1 }) as unknown,
        }),
      ]) as unknown,
      people: { [inspector]: { account: 'inspector-1' } },
    });
    const member = await office.call('village-1', 'GET', `households/${household}/persons/${person}/readers`);
    expect(itemsOf(member).map(({ actor }) => actor)).toContain(inspector);
    expect((await office.call('village-1', 'GET', `households/${household}/persons/${newUuid()}/readers`)).status).toBe(
      404,
    );
    expect((await office.call('sector-1', 'GET', `households/${household}/readers`)).status).toBe(403);
    expect((await office.call('village-1', 'GET', `households/${of('龙丙').household}/readers`)).status).toBe(404);
  });

  it('opens a household elsewhere through a broken glass, marks it, lists it first, and ends by itself', async () => {
    const { household } = of('龙丙');
    expect((await office.call('village-1', 'GET', `households/${household}`)).status).toBe(404);
    const key = newUuid();
    const broken = await breakGlass('village-1', { household }, { 'idempotency-key': key });
    expect(broken).toMatchObject({ status: 201, body: { until: expect.stringMatching(/Z$/) as unknown } });
    expect((await breakGlass('village-1', { household }, { 'idempotency-key': key })).body).toEqual(broken.body);
    expect(await office.call('village-1', 'GET', `households/${household}`)).toMatchObject({
      status: 200,
      body: { head: '龙丙' },
    });
    expect((await office.call('helper-1', 'GET', `households/${household}`)).status).toBe(404);
    await office.call('village-1', 'GET', `households/${of('石乙').household}`);
    const actor = await office.account('village-1');
    const glass = String(broken.body['subject']);
    const mine = await reads(`actor=${actor}`);
    expect(mine[0]).toMatchObject({ glass, view: 'household-card' });
    expect(mine.filter((read) => read.glass !== undefined).every((read) => read.subjects.includes(household))).toBe(
      true,
    );
    expect((await reads(`glass=only&actor=${actor}`)).every((read) => read.glass === glass)).toBe(true);
    const [first] = itemsOf(await office.call('inspector-1', 'GET', `households/${household}/readers`, AUDIT));
    expect(first).toMatchObject({ actor, throughGlass: 1 });
    office.system.clock.set(String(broken.body['until']));
    expect((await office.call('village-1', 'GET', `households/${household}`)).status).toBe(404);
  });

  it('opens a village for lists too', async () => {
    expect(itemsOf(await office.call('village-2', 'GET', `households?area=${ELSEWHERE}`))).toEqual([]);
    await breakGlass('village-2', { area: ELSEWHERE });
    const list = await office.call('village-2', 'GET', `households?area=${ELSEWHERE}`);
    expect(list.body).toMatchObject({ total: 1, items: [{ head: '龙丙' }] });
    expect((await reads(`actor=${await office.account('village-2')}`))[0]).toMatchObject({
      view: 'household-list',
      glass: expect.any(String) as unknown,
    });
  });

  it.each(['admin-1', 'helper-1', 'sector-1', 'archivist-1', 'inspector-1', 'leading-group-1'])(
    'is not opened by %s',
    async (login) => {
      expect(await breakGlass(login, { household: of('龙丙').household })).toMatchObject({
        status: 403,
        body: { code: 'access/not-permitted' },
      });
    },
  );

  it('refuses a glass without reason, words or scope, and over nobody, in words', async () => {
    expect((await breakGlass('village-1', { household: of('龙丙').household, reason: 'curious' })).status).toBe(400);
    expect((await breakGlass('village-1', { household: of('龙丙').household, remark: '' })).status).toBe(400);
    expect(await breakGlass('village-1', {})).toMatchObject({ status: 409, body: { code: 'glass/one-scope' } });
    expect(await breakGlass('village-1', { household: newUuid() })).toMatchObject({
      status: 409,
      body: { code: 'record/unknown-reference' },
    });
  });

  it('is reviewed by another person once it has ended; until then it is shown as work', async () => {
    const { body } = await breakGlass('county-1', { household: of('龙丙').household });
    const glass = String(body['subject']);
    const review = (login: string) =>
      office.command(login, 'break-glass', glass, 'ReviewGlass', { finding: 'justified', remark: '情况属实' });
    const work = async () =>
      itemsOf(await office.call('inspector-1', 'GET', 'break-glass?status=unreviewed', AUDIT)).map(({ id }) => id);
    expect(await work()).toContain(glass);
    expect(await review('county-2')).toMatchObject({ status: 409, body: { code: 'glass/still-open' } });
    office.system.clock.set(String(body['until']));
    expect(await review('county-1')).toMatchObject({ status: 409, body: { code: 'glass/own-review' } });
    expect((await review('village-1')).status).toBe(403);
    expect((await review('county-2')).status).toBe(201);
    await office.system.caughtUp();
    expect(await work()).not.toContain(glass);
    const one = await office.call('county-2', 'GET', `break-glass/${glass}`);
    expect(one.body).toMatchObject({ status: 'justified', open: false, remark: '暴雨转移', reads: [] });
    expect((await office.call('village-2', 'GET', `break-glass/${glass}`)).status).toBe(404);
  });

  it('is sealed day by day in the log of events, and verifies', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000 * 2).toISOString();
    office.system.clock.set(tomorrow);
    expect((await office.system.sealReads()).length).toBeGreaterThan(0);
    expect(await office.system.sealReads()).toEqual([]);
    const { log, store, reads: readLog } = office.system;
    const verified = await verifyReads({ log, store, reads: readLog });
    expect(verified).toMatchObject({ sound: true, sealed: verified.segments });
  });
});
