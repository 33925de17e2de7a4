import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountEvents } from '@kernel/accounts';
import { newUuid } from '@kernel/format';
import type { Context } from '../../apps/cli/src/context';
import { listAccounts, openAdministrator, reopenAdministrator } from '../../apps/cli/src/verbs/accounts';
import { Office, type Answer } from '../support/office';

const TOWNSHIP = '433124110';
const VILLAGE = '433124110226';
const ELSEWHERE = '433124105';

describe('accounts over HTTP', () => {
  const data = join(mkdtempSync(join(tmpdir(), 'jd-accounts-')), 'data');
  let office: Office;
  let logins = 0;
  beforeAll(async () => {
    office = await Office.open(data);
    await office.signInAll();
  });
  afterAll(() => office.close());

  const act = (login: string, subject: string, command: string, body: object = {}): Promise<Answer> =>
    office.command(login, 'account', subject, command, body);
  const outcome = ({ status, body }: Answer): readonly unknown[] => [status, body['code']];
  const signIn = (account: unknown, password: unknown): Promise<Answer> =>
    office.call(undefined, 'POST', 'sessions', { body: { account, password } });
  const reset = (login: string, subject: string, headers = {}) =>
    office.call(login, 'POST', `accounts/${subject}/reset-password`, { headers });
  const suspend = (login: string, subject: string): Promise<Answer> =>
    act(login, subject, 'SuspendAccount', { reason: 'other' });
  const newLogin = (): string => `colleague-${String(++logins)}`;
  const assign = (role: string, area: string, more = {}) => ({
    post: newUuid(),
    role,
    area,
    from: '2014-01-01',
    ...more,
  });

  /** A colleague with a post, signed in under a login of their own. */
  const colleague = async (
    role: string,
    area: string,
    more = {},
  ): Promise<{ id: string; login: string; post: string }> => {
    const [id, login, post] = [newUuid(), newLogin(), assign(role, area, more)];
    expect(outcome(await act('admin-1', id, 'OpenAccount', { account: login, name: '同事' }))).toEqual([
      201,
      undefined,
    ]);
    expect(outcome(await act('admin-1', id, 'AssignPost', post))).toEqual([201, undefined]);
    const { body } = await reset('admin-1', id);
    expect(body['account']).toBe(login);
    (office.passwords as Map<string, string>).set(login, String(body['password']));
    await office.system.caughtUp();
    await office.token(login);
    return { id, login, post: post.post };
  };
  const session = async (login: string): Promise<{ access: string; refresh: string }> => {
    const { body } = await signIn(login, office.passwords.get(login));
    return { access: String(body['accessToken']), refresh: String(body['refreshToken']) };
  };
  /** What a session is good for: whom it speaks for, and whether it goes on. */
  const tried = async ({ access, refresh }: { access: string; refresh: string }): Promise<readonly number[]> => {
    const me = await office.call(undefined, 'GET', 'me', { headers: { authorization: `Bearer ${access}` } });
    const more = await office.call(undefined, 'POST', 'sessions/refresh', { body: { refreshToken: refresh } });
    return [me.status, more.status];
  };

  describe('a login', () => {
    it('is never given twice, nor the person who has it locked out by it', async () => {
      const twin = newUuid();
      const taken = await act('admin-1', twin, 'OpenAccount', { account: 'village-1', name: '另一人' });
      expect(outcome(taken)).toEqual([409, 'account/login-taken']);
      expect(outcome(await reset('admin-1', twin))).toEqual([404, 'record/not-found']);
      expect((await signIn('village-1', office.passwords.get('village-1'))).status).toBe(201);
      expect(outcome(await act('admin-1', twin, 'OpenAccount', { account: newLogin(), name: '另一人' }))[0]).toBe(201);
    });

    it('stays taken when its account is suspended', async () => {
      const gone = await colleague('village', VILLAGE);
      expect((await suspend('admin-1', gone.id)).status).toBe(201);
      const again = await act('admin-1', newUuid(), 'OpenAccount', { account: gone.login, name: '后来人' });
      expect(outcome(again)).toEqual([409, 'account/login-taken']);
    });

    it('goes to one of those who open accounts with it at the same moment', async () => {
      const login = newLogin();
      const ids = Array.from({ length: 8 }, () => newUuid());
      const answers = await Promise.all(
        ids.map((id) => act('admin-1', id, 'OpenAccount', { account: login, name: '同时' })),
      );
      const opened = answers.filter(({ status }) => status === 201);
      expect(opened).toHaveLength(1);
      expect(answers.filter(({ body }) => body['code'] === 'account/login-taken')).toHaveLength(7);
      const [winner = ''] = ids.filter((_, at) => answers[at]!.status === 201);
      const repeated = await act('admin-1', winner, 'OpenAccount', { account: login, name: '同时' });
      expect(outcome(repeated)).toEqual([409, 'account/open']);
      expect((await reset('admin-1', winner)).body['account']).toBe(login);
    });

    it('is free again when its account was refused, and a while after a process was killed with its claim', async () => {
      const { credentials } = office.system.stores;
      const [refused, forsaken, open] = [newLogin(), newLogin(), newUuid()];
      expect((await act('admin-1', open, 'OpenAccount', { account: newLogin(), name: '甲' })).status).toBe(201);
      expect(outcome(await act('admin-1', open, 'OpenAccount', { account: refused, name: '甲' }))).toEqual([
        409,
        'account/open',
      ]);
      expect((await act('admin-1', newUuid(), 'OpenAccount', { account: refused, name: '乙' })).status).toBe(201);
      const claim = (at: number) => credentials.claim({ key: `login/${forsaken}`, holder: newUuid(), at });
      const { holder, key } = await claim(Date.now());
      const tryIt = () => act('admin-1', newUuid(), 'OpenAccount', { account: forsaken, name: '丙' });
      expect(outcome(await tryIt())).toEqual([409, 'account/login-taken']);
      await credentials.release(key, holder);
      await claim(Date.now() - 3_600_000);
      expect((await tryIt()).status).toBe(201);
    });

    it('was given twice by a release before: the first keeps it, the second is named on ready and in operations', async () => {
      const { credentials } = office.system.stores;
      const first = await colleague('village', VILLAGE);
      await credentials.release(`login/${first.login}`, first.id);
      const second = newUuid();
      await act('admin-1', second, 'OpenAccount', { account: first.login, name: '第二人' });
      for (const { key, holder } of [
        ...(await credentials.claimsOf(second)),
        (await credentials.claimed('logins/through'))!,
      ])
        await credentials.release(key, holder);
      await office.close();
      office = await Office.open(data);
      (office.passwords as Map<string, string>).set(first.login, 'x');
      expect(await office.system.logins.loginOf(first.id)).toBe(first.login);
      expect(outcome(await reset('admin-1', second))).toEqual([409, 'account/login-not-own']);
      expect((await reset('admin-1', first.id)).body['account']).toBe(first.login);
      const ready = async () => (await office.call(undefined, 'GET', '/health/ready')).body['degraded'];
      expect(await ready()).toMatchObject([{ code: 'logins-doubled', count: 1 }]);
      expect((await office.call('admin-1', 'GET', 'operations')).body['doubled']).toEqual([second]);
      expect((await suspend('admin-1', second)).status).toBe(201);
      expect(await ready()).toEqual([]);
    });
  });

  describe('an administrator of a township', () => {
    let admin = { id: '', login: '', post: '' };
    beforeAll(async () => {
      admin = await colleague('admin', TOWNSHIP);
    });

    it('reaches nobody whose posts lie wider, beside, or at the same level', async () => {
      const beside = await colleague('township', ELSEWHERE);
      const peer = await colleague('admin', TOWNSHIP);
      const wider = await colleague('village', VILLAGE, { from: '2014-01-01' });
      await act('admin-1', wider.id, 'AssignPost', assign('county', '433124', { from: '2999-01-01' }));
      const others = [
        await office.account('admin-1'),
        await office.account('leading-group-1'),
        beside.id,
        peer.id,
        wider.id,
      ];
      for (const target of others)
        for (const answer of [
          await suspend(admin.login, target),
          await reset(admin.login, target),
          await act(admin.login, target, 'ReinstateAccount'),
          await act(admin.login, target, 'AssignPost', assign('village', VILLAGE)),
          await act(admin.login, target, 'EndPost', { post: newUuid(), on: '2020-01-01' }),
        ])
          expect(outcome(answer)).toEqual([403, 'access/outside-area']);
      for (const login of ['admin-1', 'leading-group-1']) expect((await session(login)).access).not.toBe('undefined');
    });

    it('appoints nobody wider than itself, nor to its own level', async () => {
      const clerk = await colleague('village', VILLAGE);
      const wider = [
        assign('county', '433124'),
        assign('village', '433124105201'),
        assign('county', '433124', { to: '2015-01-01' }),
        assign('admin', TOWNSHIP),
      ];
      for (const post of wider)
        expect(outcome(await act(admin.login, clerk.id, 'AssignPost', post))).toEqual([403, 'access/outside-area']);
      expect((await act(admin.login, clerk.id, 'AssignPost', assign('township', TOWNSHIP))).status).toBe(201);
    });

    it('administers the clerks of its own area, from their account to their last post', async () => {
      const [id, login, post] = [newUuid(), newLogin(), assign('village', VILLAGE)];
      expect((await act(admin.login, id, 'OpenAccount', { account: login, name: '村干部' })).status).toBe(201);
      expect((await reset(admin.login, id)).status).toBe(201);
      expect((await act(admin.login, id, 'AssignPost', post)).status).toBe(201);
      const { body } = await reset(admin.login, id);
      expect((await signIn(login, body['password'])).status).toBe(201);
      expect((await suspend(admin.login, id)).status).toBe(201);
      expect((await act(admin.login, id, 'ReinstateAccount')).status).toBe(201);
      expect((await act(admin.login, id, 'EndPost', { post: post.post, on: '2020-01-01' })).status).toBe(201);
      expect((await suspend(admin.login, id)).status).toBe(201);
    });

    it('has no hand on an account that somebody else opened, before it holds a post', async () => {
      const id = newUuid();
      await act('admin-1', id, 'OpenAccount', { account: newLogin(), name: '新人' });
      for (const answer of [
        await reset(admin.login, id),
        await act(admin.login, id, 'AssignPost', assign('village', VILLAGE)),
      ])
        expect(outcome(answer)).toEqual([409, 'account/out-of-reach']);
    });
  });

  it('nobody without a post of administration resets a password, not by a command id that was used before either', async () => {
    const clerk = await colleague('village', VILLAGE);
    const headers = { 'idempotency-key': newUuid() };
    expect((await reset('admin-1', clerk.id, headers)).status).toBe(201);
    const stored = await office.system.store.read(`account-${clerk.id}`);
    const [last] = stored.slice(-1);
    expect(last).toMatchObject({
      type: 'PasswordSet',
      body: '{"data":{},"seals":[]}',
      meta: { actor: await office.account('admin-1') },
    });
    for (const login of ['county-1', clerk.login, 'inspector-1'])
      for (const key of [headers['idempotency-key'], last!.meta['cmd']!])
        expect((await reset(login, clerk.id, { 'idempotency-key': key })).status).toBe(
          login === clerk.login ? 401 : 403,
        );
    expect((await office.call('admin-1', 'POST', `accounts/${clerk.id}/set-password`)).status).toBe(404);
  });

  it('nobody acts on the own account', async () => {
    const own = await office.account('admin-1');
    for (const answer of [
      await suspend('admin-1', own),
      await reset('admin-1', own),
      await act('admin-1', own, 'ReinstateAccount'),
      await act('admin-1', own, 'AssignPost', assign('admin', '433124')),
      await act('admin-1', own, 'EndPost', { post: newUuid(), on: '2020-01-01' }),
    ])
      expect(outcome(answer)).toEqual([409, 'account/own']);
  });

  it('every session ends at once when a password is reset, an account suspended, a post ended', async () => {
    const acts: readonly ((who: { id: string; post: string }) => Promise<Answer>)[] = [
      ({ id }) => reset('admin-1', id),
      ({ id }) => suspend('admin-1', id),
      ({ id, post }) => act('admin-1', id, 'EndPost', { post, on: '2020-01-01' }),
    ];
    for (const ends of acts) {
      const clerk = await colleague('village', VILLAGE);
      const sessions = [await session(clerk.login), await session(clerk.login)];
      expect((await ends(clerk)).status).toBe(201);
      for (const one of sessions) expect(await tried(one)).toEqual([401, 401]);
    }
  });

  it('a suspended account neither signs in nor speaks by a token that nobody ended; reinstated, it signs in again', async () => {
    const clerk = await colleague('village', VILLAGE);
    const before = await session(clerk.login);
    const endAll = jest.spyOn(office.system.sessions, 'endAll').mockResolvedValue(undefined);
    await suspend('admin-1', clerk.id);
    endAll.mockRestore();
    expect(await tried(before)).toEqual([401, 401]);
    expect((await signIn(clerk.login, office.passwords.get(clerk.login))).status).toBe(401);
    await act('admin-1', clerk.id, 'ReinstateAccount');
    expect((await signIn(clerk.login, office.passwords.get(clerk.login))).status).toBe(201);
  });

  it('two administrators of the county who suspend each other at the same moment are not both gone', async () => {
    const [one, other] = [await colleague('admin', '433124'), await colleague('admin', '433124')];
    const { commands } = office.system;
    const suspended = (by: string, target: string): Promise<unknown> =>
      commands.execute(
        'account',
        target,
        'SuspendAccount',
        { reason: 'other' },
        { ...office.system.issued('x'), actor: by },
      );
    const acts = await Promise.allSettled([suspended(one.id, other.id), suspended(other.id, one.id)]);
    expect(acts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(acts.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'account/administrator-changed' },
    });
    const states = await Promise.all([one, other].map(({ id }) => office.system.commands.state('account', id)));
    expect(states.map(({ state }) => (state as { status: string }).status).sort()).toEqual(['open', 'suspended']);
  });

  it('whose own post ends earlier takes no administrator of the county away', async () => {
    const passing = await colleague('admin', '433124', { to: '2999-01-01' });
    const answer = await suspend(passing.login, await office.account('admin-1'));
    expect(outcome(answer)).toEqual([409, 'account/last-administrator']);
    expect(answer.body['title']).toContain('2999-01-01');
  });

  describe('at the machine, with the master key', () => {
    let said: Record<string, unknown> = {};
    const context = (): Context => ({
      settings: office.system.settings,
      output: {
        answer: (result) => {
          said = result as Record<string, unknown>;
        },
        note: () => undefined,
        progress: () => ({ to: () => undefined, end: () => undefined }),
      },
    });
    const atTheMachine = async (work: (context: Context) => Promise<number>): Promise<number> => {
      await office.close();
      const code = await work(context());
      office = await Office.open(data);
      return code;
    };

    it('a suspended administrator is let in again: reinstated, with a post and a password, each an event', async () => {
      const locked = await colleague('admin', '433124', { to: '2015-01-01' });
      await suspend('admin-1', locked.id);
      const out = join(data, '..', 'secrets', 'password.json');
      expect(await atTheMachine((at) => reopenAdministrator(at, locked.login, { out }))).toBe(0);
      expect(said).toEqual({ id: locked.id, account: locked.login, file: out });
      expect(statSync(out).mode & 0o777).toBe(0o600);
      const { password } = JSON.parse(readFileSync(out, 'utf8')) as { password: string };
      expect((await signIn(locked.login, password)).status).toBe(201);
      const facts = await office.system.histories.read(accountEvents, locked.id);
      expect(facts.slice(-3).map(({ meta }) => [meta.type, meta.actor, meta.via])).toEqual([
        ['AccountReinstated', 'system:cli', 'cli'],
        ['PostAssigned', 'system:cli', 'cli'],
        ['PasswordSet', 'system:cli', 'cli'],
      ]);
      const clerk = await colleague('village', VILLAGE);
      (office.passwords as Map<string, string>).set(locked.login, password);
      expect((await suspend(locked.login, clerk.id)).status).toBe(201);
    });

    it('nobody else is let in, and no login is given twice', async () => {
      expect(await atTheMachine((at) => reopenAdministrator(at, 'village-1', {}))).toBe(1);
      expect(said).toMatchObject({ code: 'accounts/no-administrator' });
      expect(await atTheMachine((at) => reopenAdministrator(at, 'nobody-9', {}))).toBe(1);
      expect(await atTheMachine((at) => openAdministrator(at, 'village-1', { name: '新管理员', area: '433124' }))).toBe(
        1,
      );
      expect(said).toMatchObject({ code: 'account/login-taken' });
      expect((await signIn('village-1', office.passwords.get('village-1'))).status).toBe(201);
    });

    it('a new administrator is opened where none is left, and the list shows them all', async () => {
      const login = newLogin();
      expect(await atTheMachine((at) => openAdministrator(at, login, { name: '新管理员', area: '433124' }))).toBe(0);
      expect((await signIn(login, said['password'])).status).toBe(201);
      expect(await atTheMachine(listAccounts)).toBe(0);
      expect(JSON.stringify(said['items'])).toContain(login);
      expect(JSON.stringify(said)).not.toContain('hash');
    });

    it('opens nothing in a folder without a log', async () => {
      const nowhere = {
        ...context(),
        settings: { ...office.system.settings, data: `${data}-none`, keys: `${data}-none-keys` },
      };
      await expect(openAdministrator(nowhere, newLogin(), { name: '无', area: '433124' })).rejects.toThrow(
        'there is no log',
      );
      expect(existsSync(`${data}-none-keys`)).toBe(false);
    });
  });
});
