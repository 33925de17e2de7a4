import { newUuid } from '@kernel/format';
import type { Act } from '@kernel/sourcing';
import { SOMEBODY, specificationOf, SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import { accountDecider, isIndependent } from './account';
import { inForce, type Post, type Role } from './post';

const given = specificationOf(accountDecider);
const opened: Given = { type: 'AccountOpened', data: { account: 'shi.wei', name: '石伟' } };
const suspended: Given = { type: 'AccountSuspended', data: {} };
const post = newUuid();
const assign = (role: string, from: string, to?: string) => ({
  post: newUuid(),
  role,
  area: '433124110',
  from,
  ...(to !== undefined && { to }),
});
const assigned = (role: string, validFrom: string, validTo?: string): Given => ({
  type: 'PostAssigned',
  data: { post, role, area: '433124110' },
  validFrom,
  ...(validTo !== undefined && { validTo }),
});

describe('an account', () => {
  it('is opened once', () => {
    given().when('OpenAccount', opened.data).then({ type: 'AccountOpened', data: opened.data });
    given(opened).when('OpenAccount', opened.data).thenRejected('account/open');
  });

  it('is suspended with a reason, and reinstated', () => {
    given(opened)
      .when('SuspendAccount', { reason: 'left' })
      .then({ type: 'AccountSuspended', data: {}, reason: 'left' });
    given(opened, suspended).when('SuspendAccount', { reason: 'left' }).thenRejected('account/suspended');
    given(opened, suspended).when('ReinstateAccount').then({ type: 'AccountReinstated', data: {} });
    given(opened).when('ReinstateAccount').thenRejected('account/not-suspended');
    given(opened, suspended, { type: 'AccountReinstated', data: {} })
      .when('SuspendAccount', { reason: 'other' })
      .then({ type: 'AccountSuspended' });
  });
});

describe('a post', () => {
  it('is assigned from a day on, for a term or for good', () => {
    const { from, to, ...data } = assign('township', '2016-01-01', '2017-01-01');
    given(opened)
      .when('AssignPost', { ...data, from, to })
      .then({ type: 'PostAssigned', data, validFrom: '2016-01-01', validTo: '2017-01-01' });
    const [endless] = given(opened)
      .when('AssignPost', { ...data, from })
      .decided();
    expect(endless).toStrictEqual({ type: 'PostAssigned', data, validFrom: '2016-01-01' });
  });

  it('has a term of one day at least, and goes to nobody who is suspended', () => {
    given(opened)
      .when('AssignPost', assign('village', '2016-01-02', '2016-01-02'))
      .thenRejected('account/no-term');
    given(opened)
      .when('AssignPost', assign('village', '2016-01-02', '2016-01-03'))
      .then({ type: 'PostAssigned' });
    given(opened, suspended).when('AssignPost', assign('village', '2016-01-02')).thenRejected('account/suspended');
  });

  it.each([
    ['business and oversight', 'township', 'inspector'],
    ['oversight and administration', 'dispute-handler', 'admin'],
    ['administration and business', 'admin', 'archivist'],
  ])('is never held beside one of another side: %s', (_what, one, other) => {
    for (const [held, wanted] of [
      [one, other],
      [other, one],
    ] as const)
      given(opened, assigned(held, '2016-01-01'))
        .when('AssignPost', assign(wanted, '2016-06-01'))
        .thenRejected('account/incompatible-posts', { role: wanted, other: held });
  });

  it('is held beside others of its own side', () => {
    given(opened, assigned('village', '2016-01-01'))
      .when('AssignPost', assign('helper', '2016-06-01'))
      .then({ type: 'PostAssigned' });
    given(opened, assigned('inspector', '2016-01-01'))
      .when('AssignPost', assign('dispute-handler', '2016-06-01'))
      .then({ type: 'PostAssigned' });
  });

  it.each([
    ['begins before it and never ends', '2015-01-01', undefined, true],
    ['ends on its second day', '2015-01-01', '2016-01-02', true],
    ['ends on its first day', '2015-01-01', '2016-01-01', false],
    ['begins on its last day', '2016-12-31', undefined, true],
    ['begins when it has ended', '2017-01-01', undefined, false],
    ['lies within it', '2016-03-01', '2016-04-01', true],
  ])('of another side is refused on any day they share: one that %s', (_what, from, to, isRefused) => {
    const when = given(opened, assigned('village', '2016-01-01', '2017-01-01')).when(
      'AssignPost',
      assign('inspector', from, to),
    );
    if (isRefused) when.thenRejected('account/incompatible-posts');
    else when.then({ type: 'PostAssigned' });
  });

  it('that ended on its first day stands in nobody’s way', () => {
    given(opened, assigned('village', '2016-06-01'), { type: 'PostEnded', data: { post }, validFrom: '2016-06-01' })
      .when('AssignPost', assign('inspector', '2016-01-01'))
      .then({ type: 'PostAssigned' });
  });

  it('is ended on a day on which it is in force', () => {
    const held = given(opened, assigned('village', '2016-01-01', '2017-01-01'));
    held
      .when('EndPost', { post, on: '2016-01-01' })
      .then({ type: 'PostEnded', data: { post }, validFrom: '2016-01-01' });
    held.when('EndPost', { post, on: '2015-12-31' }).thenRejected('account/post-unknown', { post });
    held.when('EndPost', { post, on: '2017-01-01' }).thenRejected('account/post-unknown');
    held.when('EndPost', { post: newUuid(), on: '2016-06-01' }).thenRejected('account/post-unknown');
  });

  it('is ended among others', () => {
    const second = newUuid();
    const more: Given = {
      type: 'PostAssigned',
      data: { post: second, role: 'helper', area: '43' },
      validFrom: '2016-02-01',
    };
    given(opened, assigned('village', '2016-01-01'), more)
      .when('EndPost', { post: second, on: '2016-03-01' })
      .then({ type: 'PostEnded' });
    expect(given(opened, more).state()).toStrictEqual({
      status: 'open',
      openedBy: SOMEBODY,
      posts: [{ ...more.data, from: '2016-02-01' }],
    });
    given(opened, suspended, { type: 'AccountReinstated', data: {} })
      .when('OpenAccount', opened.data)
      .thenRejected('account/open');
    expect(given(opened, suspended, { type: 'AccountReinstated', data: {} }).state()).toMatchObject({ status: 'open' });
  });

  it('ends alone, and is held with its area and office', () => {
    const second: Given = {
      type: 'PostAssigned',
      data: { post: newUuid(), role: 'helper', area: '43', org: '局' },
      validFrom: '2016-02-01',
    };
    const ended: Given = { type: 'PostEnded', data: { post }, validFrom: '2016-05-01' };
    expect(given(opened, assigned('village', '2016-01-01', '2017-01-01'), second, ended).state()).toEqual({
      status: 'open',
      openedBy: SOMEBODY,
      posts: [
        { post, role: 'village', area: '433124110', from: '2016-01-01', to: '2016-05-01' },
        { ...second.data, from: '2016-02-01' },
      ],
    });
  });

  it('is in force from its first day until the day it ends, not on that day', () => {
    const term = { from: '2016-01-01', to: '2017-01-01' } as Post;
    const days = ['2015-12-31', '2016-01-01', '2016-12-31', '2017-01-01'];
    expect(days.map((day) => inForce(term, day))).toEqual([false, true, true, false]);
    expect(inForce({ from: '2016-01-01' } as Post, '2099-01-01')).toBe(true);
  });

  it('leaves a person independent when all of theirs are of oversight', () => {
    const roles = (...names: readonly string[]) => names.map((role) => ({ role }) as Post);
    expect(isIndependent(roles('inspector', 'dispute-handler'))).toBe(true);
    expect(isIndependent(roles('inspector', 'village'))).toBe(false);
    expect(isIndependent(roles('admin'))).toBe(false);
  });
});

describe('an account is reached from an area', () => {
  const TODAY = '2016-11-23';
  const held = (role: Role, area: string, from = '2016-01-01', to?: string): Post => ({
    post: newUuid(),
    role,
    area,
    from,
    ...(to !== undefined && { to }),
  });
  const areaOf = (posts: readonly Post[], command: object = {}): string =>
    accountDecider.area({ status: 'open', posts }, command, { today: TODAY } as never);

  it('that covers all its posts, of today and to come', () => {
    expect(areaOf([held('village', '433124110226')])).toBe('433124110226');
    expect(areaOf([held('village', '433124110226'), held('helper', '433124110218')])).toBe('433124110000');
    expect(areaOf([held('village', '433124110226'), held('sector', '433124', '2020-01-01')])).toBe('433124000000');
    expect(areaOf([held('township', '433124110'), held('township', '433124105000')])).toBe('433124000000');
    expect(areaOf([held('village', '433124110226'), held('county', '433124', '2014-01-01', TODAY)])).toBe(
      '433124110226',
    );
  });

  it('that covers what it held last, once everything has ended; nowhere before it ever held a post', () => {
    expect(areaOf([held('county', '433124', '2014-01-01', '2015-01-01')])).toBe('433124000000');
    expect(areaOf([])).toBe('000000000000');
  });

  it('above each post of administration; the county’s administrators reach each other', () => {
    expect(areaOf([held('admin', '433124110')])).toBe('433124000000');
    expect(areaOf([held('admin', '433124110226')])).toBe('433124110000');
    expect(areaOf([held('admin', '433124')])).toBe('433124000000');
    expect(areaOf([held('admin', '4331')])).toBe('433100000000');
  });

  it('that covers also the post that is assigned or ended, on whatever day', () => {
    const clerk = [held('village', '433124110226')];
    expect(areaOf(clerk, { role: 'county', area: '433124', from: '2013-01-01', to: '2014-01-01' })).toBe(
      '433124000000',
    );
    expect(areaOf([], { role: 'admin', area: '433124110', from: TODAY })).toBe('433124000000');
    const past = held('county', '433124', '2014-01-01', '2015-01-01');
    expect(areaOf([...clerk, past], { post: past.post, on: '2014-06-01' })).toBe('433124000000');
  });

  it('of nobody, when its posts lie in two provinces', () => {
    expect(areaOf([held('village', '433124110226'), held('helper', '441900')])).toBe('990000000000');
  });
});

describe('an administrator', () => {
  const [me, colleague] = [newUuid(), newUuid()];
  const county = { area: '433124' };
  const by = (actor: string, holds: Act['holds'] = county) => ({ actor, holds });
  const admin = (validTo?: string): Given => ({
    type: 'PostAssigned',
    data: { post, role: 'admin', area: '433124' },
    validFrom: '2016-01-01',
    ...(validTo !== undefined && { validTo }),
  });
  const acts: readonly (readonly [string, object])[] = [
    ['SuspendAccount', { reason: 'other' }],
    ['ReinstateAccount', {}],
    ['SetPassword', {}],
    ['AssignPost', assign('admin', '2016-01-01')],
    ['EndPost', { post, on: '2016-11-23' }],
  ];

  it.each(acts)('never does %s to the own account', (command, body) => {
    for (const before of [
      [opened, admin()],
      [opened, admin(), suspended],
    ])
      given(...before)
        .when(command, body, by(SUBJECT))
        .thenRejected('account/own');
  });

  it.each(acts.filter(([command]) => command !== 'EndPost'))(
    'does %s to an account without posts when it opened it or is the county’s',
    (command, body) => {
      const bare: readonly Given[] = [{ ...opened, by: me }, ...(command === 'ReinstateAccount' ? [suspended] : [])];
      const township = { area: '433124110' };
      given(...bare)
        .when(command, body, by(colleague, township))
        .thenRejected('account/out-of-reach');
      for (const allowed of [by(me, township), by(colleague), { actor: 'system:cli' }])
        expect(
          given(...bare)
            .when(command, body, allowed)
            .decided(),
        ).toHaveLength(1);
    },
  );

  it('takes another one of the county away while its own post lasts as long', () => {
    const until = (to: string) => by(me, { ...county, to });
    for (const [command, body] of acts.filter(([name]) => ['SuspendAccount', 'EndPost'].includes(name))) {
      given(opened, admin())
        .when(command, body, until('2017-01-01'))
        .thenRejected('account/last-administrator', { to: '2017-01-01' });
      given(opened, admin('2018-01-01'))
        .when(command, body, until('2017-01-01'))
        .thenRejected('account/last-administrator');
      expect(given(opened, admin('2017-01-01')).when(command, body, until('2017-01-01')).decided()).toHaveLength(1);
      expect(given(opened, admin()).when(command, body, by(me)).decided()).toHaveLength(1);
      expect(
        given(opened, assigned('county', '2016-01-01')).when(command, body, until('2017-01-01')).decided(),
      ).toHaveLength(1);
    }
  });

  it('records that a password was set, and nothing of it', () => {
    given(opened).when('SetPassword', {}, by(colleague)).then({ type: 'PasswordSet', data: {} });
    const state = given(opened, { type: 'PasswordSet', data: {} }).state();
    expect(state).toEqual(given(opened).state());
  });
});
