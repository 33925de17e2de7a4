import { newUuid } from '@kernel/format';
import { specificationOf, type Given } from '@kernel/sourcing/testing/specification';
import { accountDecider, inForce, isIndependent, type Post } from './account';

const given = specificationOf(accountDecider);
const opened: Given = { type: 'AccountOpened', data: { account: 'shi.wei', name: '石伟' } };
const suspended: Given = { type: 'AccountSuspended', data: {} };
const post = newUuid();
const assign = (role: string, from: string, to?: string) => ({ post: newUuid(), role, area: '433124110', from, ...(to !== undefined && { to }) }); // prettier-ignore
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
    for (const [held, wanted] of [[one, other], [other, one]] as const)
      given(opened, assigned(held, '2016-01-01'))
        .when('AssignPost', assign(wanted, '2016-06-01'))
        .thenRejected('account/incompatible-posts', { role: wanted, other: held });
  }); // prettier-ignore

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
    const when = given(opened, assigned('village', '2016-01-01', '2017-01-01')).when('AssignPost', assign('inspector', from, to)); // prettier-ignore
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
      posts: [{ ...more.data, from: '2016-02-01' }],
    });
    given(opened, suspended, { type: 'AccountReinstated', data: {} })
      .when('OpenAccount', opened.data)
      .thenRejected('account/open');
    expect(given(opened, suspended, { type: 'AccountReinstated', data: {} }).state()).toMatchObject({ status: 'open' });
  });

  it('ends alone, and is held with its area and office', () => {
    const second: Given = { type: 'PostAssigned', data: { post: newUuid(), role: 'helper', area: '43', org: '局' }, validFrom: '2016-02-01' }; // prettier-ignore
    const ended: Given = { type: 'PostEnded', data: { post }, validFrom: '2016-05-01' };
    expect(given(opened, assigned('village', '2016-01-01', '2017-01-01'), second, ended).state()).toEqual({
      status: 'open',
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

  it('is a matter of the place it is for; what has no place lies nowhere', () => {
    const areaOf = (command: object) => accountDecider.area(accountDecider.initialState, command, undefined as never);
    expect(areaOf({ area: '4331' })).toBe('433100000000');
    expect(areaOf({ reason: 'left' })).toBe('000000000000');
  });
});
