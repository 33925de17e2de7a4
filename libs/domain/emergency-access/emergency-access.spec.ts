import { newUuid } from '@kernel/format';
import { SOMEBODY, specificationOf, foldedBy } from '@kernel/sourcing/testing/specification';
import { emergencyAccessDecider } from './emergency-access.decider';
import { glasses } from './glasses.projection';

const household = newUuid();
const at = '2016-11-23T08:00:00.000Z';
const others = { [household]: { area: '433124110226' } };
const given = specificationOf(emergencyAccessDecider, { at, others, rules: { 'glass.minutes': 45 } });
const why = { reason: 'emergency-relief', remark: '暴雨转移,需联系家属' };
const until = '2016-11-23T08:45:00.000Z';
const broken = { type: 'GlassBroken', data: { household, area: '433124110226', until, remark: why.remark } };
const review = { finding: 'justified', remark: '情况属实' };
const later = { at: until, actor: newUuid() };

describe('breaking the glass', () => {
  it('opens one household until a time, with a reason and in words', () => {
    given()
      .when('BreakGlass', { household, ...why })
      .then({ ...broken, reason: 'emergency-relief', basis: 'rule glass.minutes' });
  });
  it('opens a village or a township, and lasts half an hour where nothing was enacted', () => {
    specificationOf(emergencyAccessDecider, { at })()
      .when('BreakGlass', { area: '433124110', ...why })
      .then({ data: { area: '433124110000', until: '2016-11-23T08:30:00.000Z', remark: why.remark } });
  });
  it('opens neither nothing nor two things', () => {
    given().when('BreakGlass', why).thenRejected('glass/one-scope');
    given()
      .when('BreakGlass', { household, area: '433124110', ...why })
      .thenRejected('glass/one-scope');
  });
  it('opens no county, and nothing without a reason and words', () => {
    for (const body of [
      { area: '433124', ...why },
      { household, ...why, reason: 'curious' },
      { household, ...why, remark: '' },
    ])
      expect(emergencyAccessDecider.commands.issues('BreakGlass', body)).toHaveLength(1);
  });
  it('is done once under one id', () => {
    given(broken)
      .when('BreakGlass', { household, ...why })
      .thenRejected('glass/broken');
  });
  it.each([1, 1440])('takes a term of %d minutes', (minutes) => {
    given()
      .when('BreakGlass', { household, ...why }, { rules: { 'glass.minutes': minutes } })
      .then({ type: 'GlassBroken' });
  });
  it.each([0, 1441])('refuses a term of %d minutes', (minutes) => {
    given()
      .when('BreakGlass', { household, ...why }, { rules: { 'glass.minutes': minutes } })
      .thenRejected('glass/term');
  });
});

describe('its review', () => {
  it('is by another person, once it has ended, and once', () => {
    given(broken).when('ReviewGlass', review, later).then({ type: 'GlassReviewed', data: review });
    given(broken)
      .when('ReviewGlass', review, { ...later, at })
      .thenRejected('glass/still-open');
    given(broken).when('ReviewGlass', review, { at: until, actor: SOMEBODY }).thenRejected('glass/own-review');
    given(broken, { type: 'GlassReviewed', data: review })
      .when('ReviewGlass', review, later)
      .thenRejected('glass/reviewed');
  });
  it('stands in the list beside what was opened', () => {
    const sheet = foldedBy(glasses)(
      { ...broken, reason: 'disaster' },
      { type: 'GlassReviewed', data: review, by: later.actor },
    );
    expect(sheet).toMatchObject({
      household,
      reason: 'disaster',
      status: 'justified',
      reviewedBy: later.actor,
      account: SOMEBODY,
    });
  });
});
