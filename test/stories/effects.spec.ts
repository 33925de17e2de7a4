import { householdDecider } from '@domain/household';
import { newUuid } from '@kernel/format';
import { VILLAGE } from '@system/demo/story';
import { Office, type Answer } from '../support/office';
import { importHouseholds } from '../support/register';

const ELSEWHERE = '433124102200';

describe('a decision about several households, over HTTP', () => {
  let office: Office;
  let households = 0;

  /** A household as the old register had it, with its head and one more. */
  const registered = async (area = VILLAGE): Promise<{ id: string; head: string; member: string }> => {
    const number = `${VILLAGE}${String(++households).padStart(4, '0')}`;
    const [taken] = await importHouseholds(office.system, [{ area, number, head: '石爬专', others: ['龙秀英'] }]);
    const { household: id, person: head, others } = taken!;
    return { id, head, member: others[0]! };
  };

  const decide = async (
    [from, to, persons]: readonly [from: string, to: string, persons: readonly string[]],
    headers: Record<string, string> = { 'accept-language': 'en' },
  ): Promise<Answer & { readonly id: string }> => {
    const on = office.system.clock.now().slice(0, 10);
    const papers = [await office.stage().paper('township-1', 'approval')];
    const id = newUuid();
    const body = { on, from, to, persons, cause: 'other', papers };
    return { ...(await office.command('township-1', 'reorganisation', id, 'DecideTransfer', body, headers)), id };
  };

  const types = async (stream: string): Promise<readonly string[]> =>
    (await office.system.store.read(stream)).map(({ type }) => type);

  /** What happens between the trial of a decision and its record. */
  const beforeNextAppend = (act: () => Promise<void>) => {
    const { store } = office.system;
    const append = store.append.bind(store);
    jest.spyOn(store, 'append').mockImplementationOnce(async (...given) => {
      await act();
      return append(...given);
    });
  };

  beforeAll(async () => {
    office = await Office.open();
    await office.signInAll();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => office.close());

  it('is carried out in each of them', async () => {
    const [from, to] = [await registered(), await registered()];
    expect((await decide([from.id, to.id, [from.member]])).status).toBe(201);
    await office.system.processes.idle();
    expect(await types(`household-${from.id}`)).toEqual(['HouseholdRegistered', 'MembersReleased', 'RecordLinked']);
    expect(await types(`household-${to.id}`)).toEqual(['HouseholdRegistered', 'MembersReceived']);
  });

  it('is refused before it is recorded, with the place, the code and the words of whoever would refuse', async () => {
    const [from, to, far] = [await registered(), await registered(), await registered(ELSEWHERE)];
    const refused = async ({ id, status, body }: Answer & { readonly id: string }, error: object): Promise<void> => {
      expect([status, body['code']]).toEqual([409, 'effects/refused']);
      expect(body['errors']).toMatchObject([error]);
      expect(await types(`reorganisation-${id}`)).toEqual([]);
    };
    await refused(await decide([from.id, to.id, [from.head]]), {
      path: '/from',
      target: `household-${from.id}`,
      code: 'household/head-leaves',
      message: expect.stringContaining('head') as string,
    });
    await refused(await decide([from.id, to.id, [from.head]], { 'accept-language': 'zh' }), {
      message: expect.stringContaining('户主') as string,
    });
    await refused(await decide([from.id, far.id, [from.member]]), { path: '/to', code: 'record/not-found' });
    expect((await decide([from.id, to.id, [from.member]])).status).toBe(201);
    await office.system.processes.idle();
    await refused(await decide([from.id, to.id, [from.member]]), { path: '/from', code: 'household/not-a-member' });
    for (const { id } of [from, to, far]) expect((await types(`household-${id}`)).length).toBeLessThan(4);
  });

  it('names every household on which a meeting cannot vote, and records no vote at all', async () => {
    const voted = [await registered(), await registered()];
    const meeting = newUuid();
    const stage = office.stage();
    const papers = [await stage.paper('village-1', 'minutes'), await stage.paper('village-1', 'ballots')];
    const on = office.system.clock.now().slice(0, 10);
    const held = { area: VILLAGE, kind: 'representatives', eligible: 42, present: 36, women: 14, papers, on };
    await stage.act('village-1', 'meeting', meeting, 'HoldMeeting', held);
    const votes = voted.map(({ id }) => ({ household: id, inFavour: 31, against: 3, abstained: 2, recused: 0 }));
    const answer = await office.command('village-1', 'meeting', meeting, 'VoteOnApplications', { votes });
    expect([answer.status, answer.body['code']]).toEqual([409, 'effects/refused']);
    expect(answer.body['errors']).toMatchObject([
      { path: '/votes/0/household', code: 'household/step-missing' },
      { path: '/votes/1/household', code: 'household/step-missing' },
    ]);
    expect(await types(`meeting-${meeting}`)).toEqual(['MeetingHeld']);
  });

  it('that something else overtook is refused in its own stream, which is work for a person and degrades nothing', async () => {
    const [from, to] = [await registered(), await registered()];
    const certificate = [await office.stage().paper('village-1', 'certificate')];
    const on = office.system.clock.now().slice(0, 10);
    const remove = { on, person: from.member, why: '99', papers: certificate };
    const papers = [await office.stage().paper('township-1', 'approval')];
    beforeNextAppend(async () => {
      await office.stage().act('village-1', 'household', from.id, 'RemoveHouseholdMember', remove);
    });
    const decided = newUuid();
    const body = { on, from: from.id, to: to.id, persons: [from.member], cause: 'other', papers };
    expect((await office.command('township-1', 'reorganisation', decided, 'DecideTransfer', body)).status).toBe(201);
    await office.system.processes.idle();
    const stored = await office.system.store.read(`reorganisation-${decided}`);
    expect(stored.map(({ type }) => type)).toEqual(['TransferDecided', 'EffectRefused']);
    expect(stored[1]?.body).toContain('household/not-a-member');
    expect((await office.call(undefined, 'GET', '/health/ready')).body['degraded']).toEqual([]);
  });

  it('that cannot be carried out is parked: operations, ready and metrics say so, others go on, a retry mends it', async () => {
    const [from, to, other] = [await registered(), await registered(), await registered()];
    const decideTable = householdDecider.decide as { LinkRecord: unknown };
    const link = decideTable.LinkRecord;
    const papers = [await office.stage().paper('township-1', 'approval')];
    const on = office.system.clock.now().slice(0, 10);
    const body = { on, from: from.id, to: to.id, persons: [from.member], cause: 'other', papers };
    const { store } = office.system;
    const append = store.append.bind(store);
    jest.spyOn(store, 'append').mockImplementation(async (...given) => {
      if (given[2][0]?.type === 'MembersReceived')
        decideTable.LinkRecord = () => {
          throw new TypeError('石爬专 does not link');
        };
      return append(...given);
    });
    expect((await office.command('township-1', 'reorganisation', newUuid(), 'DecideTransfer', body)).status).toBe(201);
    await office.system.processes.idle();
    jest.restoreAllMocks();

    const operations = async () => (await office.call('admin-1', 'GET', 'operations')).body;
    const { effects } = (await operations()) as { effects: { id: string }[] };
    expect(effects).toMatchObject([
      { process: 'reception', type: 'MembersReceived', target: `household-${from.id}`, command: 'LinkRecord' },
    ]);
    expect(JSON.stringify(effects)).not.toContain('石');
    const ready = await office.call(undefined, 'GET', '/health/ready');
    expect(ready).toMatchObject({ status: 200, body: { degraded: [{ code: 'effects-parked', count: 1 }] } });
    expect((await office.call(undefined, 'GET', '/metrics')).body['text']).toContain('jiandang_effects_parked 1');

    const id = effects[0]?.id ?? '';
    const retry = (login = 'admin-1') => office.call(login, 'POST', `operations/effects/${id}/retry`);
    expect((await retry('county-1')).status).toBe(403);
    expect(await retry()).toMatchObject({ status: 409, body: { code: 'operations/effect-impossible' } });
    decideTable.LinkRecord = link;
    expect((await decide([other.id, to.id, [other.member]])).status).toBe(201);
    await office.system.processes.idle();
    expect(await types(`household-${other.id}`)).toContain('RecordLinked');
    expect(await retry()).toMatchObject({ status: 200, body: { id, status: 'settled' } });
    expect(await types(`household-${from.id}`)).toContain('RecordLinked');
    expect(await operations()).toMatchObject({ effects: [] });
    expect((await retry()).body['code']).toBe('operations/effect-not-parked');
  });
});
