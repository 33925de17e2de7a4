import { newUuid } from '@kernel/format';
import { Office } from '../support/office';
import { importHouseholds } from '../support/register';

const PLACE = { area: '433124110226' };

describe('the API', () => {
  let office: Office;
  let serial = 0;
  beforeAll(async () => {
    office = await Office.open();
  });
  afterAll(() => office.close());

  const prepare = (household: string | undefined = newUuid()) => ({
    ...PLACE,
    kind: 'exit-1',
    households: [household],
  });
  /** A household that a notice may name. */
  const registered = async () => {
    serial += 1;
    const [one] = await importHouseholds(office.system, [
      { ...PLACE, number: `${PLACE.area}${String(9000 + serial)}`, head: '石甲' },
    ]);
    return one?.household;
  };

  it('answers a repeated command id with its first receipt, and refuses the id with another body', async () => {
    const [notice, key, household] = [newUuid(), newUuid(), await registered()];
    const headers = { 'idempotency-key': key };
    const first = await office.command('village-1', 'notice', notice, 'PrepareNotice', prepare(household), headers);
    expect(first).toMatchObject({
      status: 201,
      body: { subject: notice, revision: 0 },
      headers: { etag: '"0"', 'idempotency-key': key },
    });
    expect(
      (await office.command('village-1', 'notice', notice, 'PrepareNotice', prepare(household), headers)).body,
    ).toEqual(first.body);
    const other = { ...prepare(household), kind: 'exit-2' };
    expect(await office.command('village-1', 'notice', notice, 'PrepareNotice', other, headers)).toMatchObject({
      status: 409,
      body: { code: 'command/reused' },
    });
    expect(await office.system.store.read(`notice-${notice}`)).toHaveLength(1);
  });

  it('shows what a receipt tells of in lists and sheets, and says so when it cannot yet', async () => {
    const [notice, household] = [newUuid(), await registered()];
    const { body } = await office.command('village-1', 'notice', notice, 'PrepareNotice', prepare(household));
    const atLeast = `atLeast=${String(body['position'])}`;
    for (const path of [`notices/${notice}`, 'notices', `households/${household}`, 'households'])
      expect(await office.call('village-1', 'GET', `${path}?${atLeast}`)).toMatchObject({ status: 200 });
    const { body: list } = await office.call('village-1', 'GET', `notices?limit=500&${atLeast}`);
    expect((list['items'] as { id: string }[]).map(({ id }) => id)).toContain(notice);
    expect(await office.call('village-1', 'GET', 'notices?atLeast=999999999')).toMatchObject({
      status: 503,
      body: { code: 'system/view-behind' },
      headers: { 'retry-after': '2' },
    });
  }, 30_000);

  it('makes a command id and says it when the caller gave none', async () => {
    const answer = await office.command('village-1', 'notice', newUuid(), 'PrepareNotice', prepare(await registered()));
    expect(answer.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('respects If-Match: a stale revision is 412 and nothing is written', async () => {
    const notice = newUuid();
    await office.command('village-1', 'notice', notice, 'PrepareNotice', prepare(await registered()));
    const stale = await office.command(
      'township-1',
      'notice',
      notice,
      'InvalidateNotice',
      { defect: 'wrong-list' },
      { 'if-match': '"7"' },
    );
    expect(stale).toMatchObject({ status: 412, body: { code: 'record/stale', details: { expected: 7, actual: 0 } } });
    const right = await office.command(
      'township-1',
      'notice',
      notice,
      'InvalidateNotice',
      { defect: 'wrong-list' },
      { 'if-match': '"0"' },
    );
    expect(right).toMatchObject({ status: 201, body: { revision: 1 } });
  });

  it.each([
    ['an unmet field', { ...PLACE, kind: 'x', households: [] }, ['/kind', '/households']],
    ['a surplus field', { ...PLACE, kind: 'exit-1', households: [newUuid()], colour: 1 }, ['/colour']],
    ['a missing field', { kind: 'exit-1', households: [newUuid()] }, ['/area']],
  ])('refuses %s with its place', async (_what, body, paths) => {
    const answer = await office.command('village-1', 'notice', newUuid(), 'PrepareNotice', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'command/invalid', status: 400 } });
    const found = (answer.body['errors'] as { path: string }[]).map(({ path }) => path);
    for (const path of paths) expect(found).toContain(path);
  });

  it('refuses a command that names what does not exist', async () => {
    const answer = await office.command('village-1', 'notice', newUuid(), 'PrepareNotice', prepare());
    expect(answer).toMatchObject({ status: 409, body: { code: 'record/unknown-reference' } });
  });

  it('says what is wrong and how to mend it, in Chinese and in English', async () => {
    const ask = (language: string) =>
      office.command(
        'village-1',
        'notice',
        newUuid(),
        'PostNotice',
        { on: '2016-01-01', papers: [newUuid()] },
        { 'accept-language': language },
      );
    expect(await ask('zh-CN')).toMatchObject({
      status: 404,
      headers: { 'content-type': expect.stringContaining('application/problem+json') as string },
    });
    expect((await ask('zh-CN')).body['mend']).toContain('请');
    expect((await ask('en-GB')).body['mend']).toMatch(/^[\x20-\x7e]+$/);
  });

  it.each([
    ['no token', {}, 401],
    ['a token that is not ours', { authorization: 'Bearer abc.def.ghi' }, 401],
  ])('refuses %s', async (_what, headers, status) => {
    expect(await office.call(undefined, 'GET', 'me', { headers })).toMatchObject({
      status,
      body: { code: 'access/not-authenticated' },
    });
  });

  it('refuses broken JSON, an unknown address and a bad id as problems', async () => {
    const token = await office.token('village-1');
    const broken = await office.app.inject({
      method: 'POST',
      url: `/api/v1/notices/${newUuid()}/prepare-notice`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      payload: '{"a":',
    });
    expect([broken.statusCode, broken.json<{ code: string }>().code]).toEqual([400, 'request/malformed']);
    expect(await office.call('village-1', 'GET', 'nowhere')).toMatchObject({
      status: 404,
      body: { code: 'request/no-such-route' },
    });
    expect(await office.command('village-1', 'notice', 'NOT-A-UUID', 'PrepareNotice', prepare())).toMatchObject({
      status: 400,
    });
  });

  it('keeps a village out of another village', async () => {
    const elsewhere = { area: '433124110218', kind: 'exit-1', households: [await registered()] };
    expect(await office.command('village-1', 'notice', newUuid(), 'PrepareNotice', elsewhere)).toMatchObject({
      status: 403,
      body: { code: 'access/outside-area' },
    });
  });

  it('rotates refresh tokens; a token used twice ends the session', async () => {
    const begun = await office.call(undefined, 'POST', 'sessions', {
      body: { account: 'county-2', password: office.passwords.get('county-2') },
    });
    expect(begun).toMatchObject({ status: 201, body: { expiresIn: 900 } });
    const renew = (refreshToken: unknown) =>
      office.call(undefined, 'POST', 'sessions/refresh', { body: { refreshToken } });
    const second = await renew(begun.body['refreshToken']);
    expect(second.status).toBe(201);
    expect((await renew(begun.body['refreshToken'])).status).toBe(401);
    expect((await renew(second.body['refreshToken'])).status).toBe(401);
    const headers = { authorization: `Bearer ${String(second.body['accessToken'])}` };
    expect((await office.call(undefined, 'GET', 'me', { headers })).status).toBe(401);
  });

  it('opens an account for a new colleague: by the administrator, with a post and a random password', async () => {
    const id = newUuid();
    expect(
      await office.command('county-1', 'account', id, 'OpenAccount', { account: 'village-9', name: '新同事' }),
    ).toMatchObject({ status: 403 });
    expect(
      (await office.command('admin-1', 'account', id, 'OpenAccount', { account: 'village-9', name: '新同事' })).status,
    ).toBe(201);
    const post = { post: newUuid(), role: 'village', area: '433124110226', from: '2020-01-01' };
    expect((await office.command('admin-1', 'account', id, 'AssignPost', post)).status).toBe(201);
    expect(await office.command('admin-1', 'account', id, 'AssignPost', { ...post, role: 'inspector' })).toMatchObject({
      body: { code: 'account/incompatible-posts' },
    });
    await office.system.caughtUp();
    expect((await office.call('county-1', 'POST', `accounts/${id}/reset-password`)).status).toBe(403);
    const { body } = await office.call('admin-1', 'POST', `accounts/${id}/reset-password`);
    expect(await office.call(undefined, 'POST', 'sessions', { body })).toMatchObject({ status: 201 });
  });

  it('ends a session at once when its person signs out', async () => {
    const { body } = await office.call(undefined, 'POST', 'sessions', {
      body: { account: 'county-1', password: office.passwords.get('county-1') },
    });
    const headers = { authorization: `Bearer ${String(body['accessToken'])}` };
    expect((await office.call(undefined, 'DELETE', 'sessions/current', { headers })).status).toBe(204);
    expect((await office.call(undefined, 'GET', 'me', { headers })).status).toBe(401);
  });

  it('throttles wrong passwords and never says whether the account exists', async () => {
    const wrong = (account: string) =>
      office.call(undefined, 'POST', 'sessions', { body: { account, password: 'wrong' } });
    expect((await wrong('nobody-1')).body).toEqual((await wrong('village-2')).body);
    const answers = [];
    for (let attempt = 0; attempt < 6; attempt++) answers.push((await wrong('sector-1')).status);
    expect(answers.slice(0, 4)).toEqual([401, 401, 401, 401]);
    expect(answers).toContain(429);
  });

  it('keeps a paper encrypted and gives it back as it was', async () => {
    const { status, body } = await office.upload('village-1', 'application', '申请书正文');
    expect([status, body['sha256']]).toEqual([201, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await office.system.caughtUp();
    const id = String(body['subject']);
    expect((await office.call('village-2', 'GET', `papers/${id}`)).body).toMatchObject({
      kind: 'application',
      mime: 'text/plain',
      sm3: body['sm3'],
    });
    expect((await office.call('village-2', 'GET', `papers/${id}/content`)).body).toEqual({ text: '申请书正文' });
    expect((await office.call('admin-1', 'GET', `papers/${id}/content`)).status).toBe(403);
    expect(await office.upload('village-1', 'no-such-kind', 'x')).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/kind' }] },
    });
  });

  it('names no file, no statement and no address in what it answers to a fault', async () => {
    const faults = [
      Object.assign(new Error("EACCES: permission denied, open '/var/lib/jiandang/data-keys/keys.db'"), {
        code: 'EACCES',
        path: '/var/lib/jiandang',
      }),
      Object.assign(new Error('near "SELECT": syntax error in SELECT wrapped FROM keys'), {
        name: 'SqliteError',
        code: 'SQLITE_ERROR',
      }),
      Object.assign(new Error('no space left, write /var/lib/jiandang'), { code: 'ENOSPC' }),
      Object.assign(new Error("ENOENT: no such file '/var/lib/jiandang/papers/x'"), { code: 'ENOENT' }),
      Object.assign(new Error('connect ECONNREFUSED mongodb://user:secret@10.0.0.1'), { name: 'MongoNetworkError' }),
      new TypeError("Cannot read properties of undefined (reading 'wrapped') at /srv/app/keys.js"),
    ];
    for (const fault of faults) {
      const find = jest.spyOn(office.system.models, 'find').mockRejectedValue(fault);
      const store = jest.spyOn(office.system.papers, 'receive').mockRejectedValue(fault);
      const answers = [
        await office.call('county-1', 'GET', 'households'),
        await office.call('village-1', 'GET', 'notices'),
        await office.upload('village-1', 'application', '申请书'),
      ];
      for (const spy of [find, store]) spy.mockRestore();
      for (const { status, body } of answers) {
        expect([500, 503]).toContain(status);
        expect(['system/fault', 'system/unavailable']).toContain(body['code']);
        expect(JSON.stringify(body)).not.toMatch(/var|lib\/|srv|SELECT|keys|secret|mongodb|E[A-Z]{4,}|TypeError/);
      }
    }
  });

  it('documents every route with an example', async () => {
    const { body } = await office.call(undefined, 'GET', '/docs/openapi.json');
    const paths = body['paths'] as Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { schema: unknown; examples?: unknown }> } }>
    >;
    expect(Object.keys(paths)).toContain('/api/v1/households/{id}/give-exit-consent');
    for (const [path, methods] of Object.entries(paths)) {
      const content = methods['post']?.requestBody?.content['application/json'];
      if (path.includes('{id}') && methods['post']?.requestBody)
        expect([path, content?.examples]).toEqual([path, expect.anything()]);
    }
  });

  it('is live, ready with its lag, and measured', async () => {
    expect((await office.call(undefined, 'GET', '/health/live')).body).toEqual({ status: 'live' });
    await office.system.caughtUp();
    expect((await office.call(undefined, 'GET', '/health/ready')).body).toMatchObject({ status: 'ready', parked: 0 });
    expect((await office.call(undefined, 'GET', '/metrics')).body['text']).toContain('jiandang_projection_lag_events');
  });
});
