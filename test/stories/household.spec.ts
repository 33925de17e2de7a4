import { newUuid } from '@kernel/format';
import { identify, VILLAGE, type DemoStage } from '@system/demo/story';
import { approvePublished, consent, exit, prepareExit, type Exit } from '@system/demo/exit-story';
import { Office } from '../support/office';
import { steps } from '../support/steps';

/** The whole life of one household, over HTTP, by the people of each level. */
describe('a household over HTTP', () => {
  const step = steps();
  let office: Office;
  let stage: DemoStage;
  const household = newUuid();
  const [head, wife] = [newUuid(), newUuid()];
  const members = [
    { person: head, name: '石爬专', relation: '01', idNumber: '433124196805120016', phone: '13900000001' },
    { person: wife, name: '龙秀英', relation: '10', health: ['2'] },
  ];
  const one: Exit = { household, signer: wife, wageFen: 2_000_000 };
  const card = (login = 'village-1', query = '') => office.call(login, 'GET', `households/${household}${query}`);

  beforeAll(async () => {
    office = await Office.open();
    await office.signInAll();
    stage = office.stage();
  });
  afterAll(() => office.close());

  step('is identified step by step, and no step may be left out', async () => {
    stage.on('2015-03-01');
    const survey = await office.command('village-1', 'household', household, 'SurveyHousehold', {
      on: '2015-03-01',
      surveyors: [await office.account('village-1')],
      teamPresent: true,
      papers: [await stage.paper('village-1', 'survey')],
    });
    expect(survey).toMatchObject({ status: 404, body: { code: 'record/not-found' } });
    await identify(stage, { household, members, inFavour: 31, householdNo: `${VILLAGE}0009` }, 2015);
    expect((await card()).body).toMatchObject({
      status: 'poor',
      stage: 'registered',
      members: 2,
      head: '石爬专',
      householdNo: `${VILLAGE}0009`,
      mainCause: '1',
    });
  });

  step('shows each reader what their post opens, and nothing outside their area', async () => {
    expect((await card('sector-1')).body).toMatchObject({ head: '石爬专' });
    expect((await card('sector-1')).body).not.toHaveProperty('perHeadFen');
    const people = (await card('sector-1')).body['people'] as Record<string, unknown>[];
    expect(people[1]).not.toHaveProperty('health');
    expect((await card('helper-1')).status).toBe(404);
    expect((await card('admin-1')).body).toMatchObject({ head: '石**' });
    expect((await card('inspector-1')).body).toMatchObject({ status: 403, code: 'access/purpose-missing' });
    expect((await office.call(undefined, 'GET', `households/${household}`)).status).toBe(401);
  });

  step('exits only with consent: a notice before it is not posted, and says in words for whom', async () => {
    await prepareExit(stage, one, 2016);
    stage.on('2016-11-03');
    const notice = newUuid();
    await stage.act('village-1', 'notice', notice, 'PrepareNotice', {
      kind: 'exit-1',
      area: VILLAGE,
      households: [household],
    });
    const post = { on: '2016-11-03', papers: [await stage.paper('village-1', 'notice')] };
    const refused = await office.command('village-1', 'notice', notice, 'PostNotice', post, {
      'accept-language': 'en',
    });
    expect([refused.status, refused.body['code']]).toEqual([409, 'effects/refused']);
    expect(refused.body['errors']).toMatchObject([
      { path: '', code: 'household/consent-missing', target: `household-${household}` },
    ]);
    expect(String((refused.body['errors'] as { message: string }[])[0]?.message)).toContain(
      'has not accepted its exit',
    );
    expect((await office.system.store.read(`notice-${notice}`)).map(({ type }) => type)).toEqual(['NoticePrepared']);
    await stage.act('township-1', 'notice', notice, 'InvalidateNotice', { defect: 'wrong-list' });
    await consent(stage, one, '2016-11-12');
    expect((await card()).body).toMatchObject({ exitStage: 'consented', status: 'pre-exit' });
  });

  step('is public again after an invalid notice, and no round closes over an open objection', async () => {
    const post = async (on: string): Promise<string> => {
      const notice = newUuid();
      await stage.act('village-1', 'notice', notice, 'PrepareNotice', {
        kind: 'exit-1',
        area: VILLAGE,
        households: [household],
      });
      await stage.act('village-1', 'notice', notice, 'PostNotice', {
        on,
        papers: [await stage.paper('village-1', 'notice')],
      });
      await stage.settled();
      expect((await card()).body).toMatchObject({ exitStage: 'publicity-1' });
      return notice;
    };
    await stage.act('township-1', 'notice', await post('2016-11-12'), 'InvalidateNotice', { defect: 'wrong-list' });
    await stage.settled();
    expect((await card()).body).toMatchObject({ exitStage: 'consented' });

    const notice = await post('2016-11-05');
    const objection = newUuid();
    const papers = [await stage.paper('village-1', 'other')];
    await stage.act('village-1', 'household', household, 'RaiseExitObjection', {
      on: '2016-11-10',
      objection,
      ground: 'income',
      objector: '龙某',
      papers,
    });
    const close = { on: '2016-11-12', objections: 1, papers: [await stage.paper('village-1', 'result')] };
    expect(await office.command('village-1', 'notice', notice, 'CloseNotice', close)).toMatchObject({
      status: 409,
      body: {
        code: 'effects/refused',
        errors: [
          {
            target: `household-${household}`,
            code: 'household/objection-open',
            message: expect.stringContaining('异议') as string,
          },
        ],
      },
    });

    const answer = { on: '2016-11-12', objection, upheld: false, papers };
    expect(await office.command('village-1', 'household', household, 'ResolveExitObjection', answer)).toMatchObject({
      status: 403,
    });
    await stage.act('township-1', 'household', household, 'ResolveExitObjection', answer);
    await stage.act('village-1', 'notice', notice, 'CloseNotice', close);
    await stage.settled();
    expect((await card()).body).toMatchObject({ exitStage: 'published-1', status: 'pre-exit' });
  });

  step('is approved by other people than those who recorded it, in the order of the procedure', async () => {
    stage.on('2016-11-13');
    const approval = {
      on: '2016-11-13',
      inFavour: 9,
      against: 0,
      papers: [await stage.paper('leading-group-1', 'minutes'), await stage.paper('leading-group-1', 'approval')],
    };
    expect(
      await office.command('leading-group-1', 'household', household, 'ApproveExitInCounty', approval),
    ).toMatchObject({ status: 409, body: { code: 'household/step-missing' } });
    expect(await office.command('village-1', 'household', household, 'ApproveExitInCounty', approval)).toMatchObject({
      status: 403,
      body: { code: 'access/not-permitted' },
    });
    await approvePublished(stage, one, 2016);
    await exit(stage, one, 2016);
    expect((await card()).body).toMatchObject({ status: 'exited', exitYear: 2016, lineFen: 314_600 });
  });

  step('has a history of every act: who, in which post, when, on which paper, from what to what', async () => {
    const { status, body } = await office.call('county-1', 'GET', `households/${household}/history`);
    expect(status).toBe(200);
    const items = body['items'] as {
      revision: number;
      type: string;
      actor: string;
      post: string;
      papers: string[];
      changes: { field: string; before?: unknown; after?: unknown }[];
      h: string;
    }[];
    expect(items.map(({ revision }) => revision)).toEqual(items.map((_, index) => index));
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'HouseholdApplicationSubmitted',
        'PublicityOpened',
        'HouseholdRegistered',
        'HouseholdExitConsentGiven',
        'HouseholdExited',
      ]),
    );
    const exited = items.find(({ type }) => type === 'HouseholdExited');
    expect(exited).toMatchObject({ actor: await office.account('county-1'), papers: [expect.any(String)] });
    expect(exited?.post).toMatch(/^[0-9a-f-]{36}$/);
    expect(exited?.changes).toContainEqual({ field: 'status', before: 'pre-exit', after: 'exited' });
  });

  step('answers what was true and what was known on any day, with its basis', async () => {
    expect((await card('county-1', '?asOf=2016-06-30')).body).toMatchObject({ status: 'pre-exit' });
    expect((await card('county-1', '?asOf=2015-12-31')).body).toMatchObject({ status: 'poor' });
    expect((await card('county-1', '?knownAt=2016-12-17T00:00:00.000Z')).body).toMatchObject({
      status: 'pre-exit',
      exitStage: 'announced',
    });
    expect((await card('county-1', '?knownAt=2014-12-17T00:00:00.000Z')).status).toBe(404);
    const { body } = await card('county-1');
    expect(body['basis']).toMatchObject({
      log: office.system.log,
      rev: expect.any(Number) as number,
      h: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(await card('county-1', '?asOf=yesterday')).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/asOf' }] },
    });
  });

  step('is corrected by a second person; the wrong value stays in the history', async () => {
    stage.on('2017-02-01');
    const { body } = await office.call('county-1', 'GET', `households/${household}/history`);
    const registered = (body['items'] as { type: string; id: string }[]).find(
      ({ type }) => type === 'HouseholdRegistered',
    );
    const request = {
      event: registered?.id,
      corrects: 'HouseholdRegistered',
      replaces: { mainCause: '3' },
      reason: 'entry-error',
      papers: [await stage.paper('township-1', 'correction')],
    };
    const asked = await office.command('township-1', 'household', household, 'RequestCorrection', request);
    expect(asked.status).toBe(201);
    const id = (await office.system.store.read(`household-${household}`, { direction: 'backward', limit: 1 }))[0]?.id;
    expect(
      await office.command('township-1', 'household', household, 'RecordCorrection', { request: id }),
    ).toMatchObject({ status: 409, body: { code: 'household/four-eyes' } });
    expect(
      (await office.command('township-2', 'household', household, 'RecordCorrection', { request: id })).status,
    ).toBe(201);
    expect((await card('county-1')).body).toMatchObject({ mainCause: '3', status: 'exited' });
    expect((await card('county-1', '?knownAt=2017-01-01T00:00:00.000Z')).body).toMatchObject({ mainCause: '1' });
  });

  step('relapses, or its exit is revoked by another member of the leading group', async () => {
    stage.on('2018-05-05');
    const papers = [await stage.paper('leading-group-1', 'approval')];
    const body = { on: '2018-05-05', ground: 'procedure', statisticalYear: 2018, papers };
    expect(await office.command('leading-group-1', 'household', household, 'RevokeExit', body)).toMatchObject({
      status: 409,
      body: { code: 'household/four-eyes' },
    });
    expect((await office.command('leading-group-2', 'household', household, 'RevokeExit', body)).status).toBe(201);
    expect((await card('county-1')).body).toMatchObject({ status: 'poor', exitStage: 'none' });
  });

  step('is found by number, name and ID number in the lists of its area', async () => {
    await office.system.caughtUp();
    for (const q of [`${VILLAGE}0009`, '龙秀英', '433124196805120016', '爬']) {
      const { body } = await office.call('village-1', 'GET', `households?q=${encodeURIComponent(q)}`);
      expect(body).toMatchObject({ total: 1, items: [{ id: household, status: 'poor', members: 2 }] });
    }
    expect((await office.call('village-1', 'GET', 'households?status=exited')).body).toMatchObject({
      total: 0,
      items: [],
    });
    expect((await office.call('village-1', 'GET', 'households?colour=red')).status).toBe(400);
  });

  step('leaves a record of everybody who read it, which inspectors list by reader and by subject', async () => {
    const purpose = { headers: { 'x-purpose': 'inspection 2018-7' } };
    expect((await office.call('inspector-1', 'GET', `households/${household}`, purpose)).status).toBe(200);
    const bySubject = await office.call('inspector-1', 'GET', `reads?subject=${household}&limit=1`, purpose);
    expect(bySubject.body).toMatchObject({
      items: [{ actor: await office.account('inspector-1'), purpose: 'inspection 2018-7', view: 'household-card' }],
    });
    expect((await office.call('village-1', 'GET', `reads?subject=${household}`)).status).toBe(403);
  });
});
