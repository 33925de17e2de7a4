import { newUuid } from '@kernel/format';
import { specificationOf, foldedBy, type Given } from '@kernel/sourcing/testing/specification';
import { meetingDecider, meetings } from './meeting';

const [minutes, other, household, neighbour] = Array.from({ length: 4 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
];
const given = specificationOf(meetingDecider, {
  at: '2016-11-20T02:00:00.000Z',
  others: { [minutes]: { kind: 'minutes' }, [other]: { kind: 'other' } },
});
const area = '433124110226';
const sheet = { area, kind: 'representatives', eligible: 42, present: 36, women: 12, papers: [minutes] };
const hold = { ...sheet, on: '2016-10-28' };
const held: Given = { type: 'MeetingHeld', data: sheet, validFrom: '2016-10-28' };
const vote = { household, inFavour: 30, against: 2, abstained: 2, recused: 2 };
const voted: Given = { type: 'ExitsVoted', data: { votes: [vote] } };

describe('a meeting', () => {
  it('is recorded with its numbers, its minutes and its day', () => {
    given().when('HoldMeeting', hold).then({ type: 'MeetingHeld', data: sheet, validFrom: '2016-10-28' });
    given(held).when('HoldMeeting', hold).thenRejected('meeting/held');
    expect(given(held).state()).toEqual({ area, on: '2016-10-28', eligible: 42, present: 36, voted: [] });
  });

  it('is recorded on its day at the earliest', () => {
    given()
      .when('HoldMeeting', { ...hold, on: '2016-11-20' })
      .then({ validFrom: '2016-11-20' });
    given()
      .when('HoldMeeting', { ...hold, on: '2016-11-21' })
      .thenRejected('meeting/not-yet', { on: '2016-11-21' });
  });

  it('has no more present than may come, and no more women than are present', () => {
    given()
      .when('HoldMeeting', { ...hold, present: 42, women: 42 })
      .then({ type: 'MeetingHeld' });
    given()
      .when('HoldMeeting', { ...hold, present: 43 })
      .thenRejected('meeting/impossible-count');
    given()
      .when('HoldMeeting', { ...hold, women: 37 })
      .thenRejected('meeting/impossible-count');
  });

  it('has a quorum with two thirds exactly, and with what the area enacted instead', () => {
    given()
      .when('HoldMeeting', { ...hold, present: 28 })
      .then({ type: 'MeetingHeld' });
    given()
      .when('HoldMeeting', { ...hold, present: 27 })
      .thenRejected('meeting/no-quorum', { present: 27, eligible: 42, thirds: 2 });
    given()
      .when('HoldMeeting', { ...hold, present: 14 }, { rules: { 'meeting.quorum.thirds': 1 } })
      .then({ type: 'MeetingHeld' });
  });

  it.each([
    ['households', 28, 27],
    ['group', 28, 27],
    ['villagers', 22, 21],
  ])('of %s needs %d of 42, not %d', (kind, enough, few) => {
    const of = (present: number) => given().when('HoldMeeting', { ...hold, kind, present });
    of(enough).then({ type: 'MeetingHeld', data: { ...sheet, kind, present: enough } });
    of(few).thenRejected(kind === 'villagers' ? 'meeting/no-assembly' : 'meeting/no-quorum', { present: few });
  });

  it('of the villagers is one with more than half of them, or with what the area enacted instead', () => {
    const assembly = { ...hold, kind: 'villagers', eligible: 420, women: 80 };
    given()
      .when('HoldMeeting', { ...assembly, present: 210 })
      .thenRejected('meeting/no-assembly', { present: 210, eligible: 420, halves: 1 });
    given()
      .when('HoldMeeting', { ...assembly, present: 211 })
      .then({ type: 'MeetingHeld' });
    given()
      .when('HoldMeeting', { ...assembly, present: 211 }, { rules: { 'meeting.quorum.thirds': 3 } })
      .then({ type: 'MeetingHeld' });
    given()
      .when('HoldMeeting', { ...assembly, present: 100 }, { rules: { 'meeting.quorum.assembly.halves': 0 } })
      .then({ type: 'MeetingHeld' });
  });

  it('needs its minutes', () => {
    given()
      .when('HoldMeeting', { ...hold, papers: [other] })
      .thenRejected('paper/kind-missing', { kind: 'minutes' });
  });
});

describe.each([
  ['VoteOnApplications', 'ReviewsVoted'],
  ['VoteOnExits', 'ExitsVoted'],
])('%s', (command, type) => {
  it('is dated as the meeting, with its votes', () => {
    given(held)
      .when(command, { votes: [vote] })
      .then({ type, data: { votes: [vote] }, validFrom: '2016-10-28' });
  });

  it('counts no more votes than there were people, each of the four kinds', () => {
    const all = { household, inFavour: 9, against: 9, abstained: 9, recused: 9 };
    given(held)
      .when(command, { votes: [all] })
      .then({ type });
    for (const kind of ['inFavour', 'against', 'abstained', 'recused'])
      given(held)
        .when(command, { votes: [{ ...all, [kind]: 10 }] })
        .thenRejected('meeting/impossible-count', { household });
  });

  it('has one result a household, in one list and over the whole meeting', () => {
    given(held)
      .when(command, { votes: [vote, { ...vote, household: neighbour }] })
      .then({ type });
    given(held)
      .when(command, { votes: [vote, vote] })
      .thenRejected('meeting/voted-before', { household });
    for (const before of [voted, { ...voted, type: 'ReviewsVoted' }])
      given(held, before)
        .when(command, { votes: [vote] })
        .thenRejected('meeting/voted-before', { household });
    given(
      held,
      { ...voted, type: 'ReviewsVoted' },
      { type: 'ExitsVoted', data: { votes: [{ ...vote, household: neighbour }] } },
    )
      .when(command, { votes: [vote] })
      .thenRejected('meeting/voted-before', { household });
  });
});

describe('an effect of a meeting that was refused', () => {
  it('stands in the record as work for a person', () => {
    const refused = {
      event: newUuid(),
      target: `household-${household}`,
      command: 'RecordExitReview',
      code: 'household/step-missing',
    };
    given(held).when('RecordEffectRefused', refused).then({ type: 'EffectRefused', data: refused });
    expect(given(held, { type: 'EffectRefused', data: refused }).state()).toEqual(given(held).state());
  });
});

describe('the sheet of a meeting', () => {
  it('shows the votes of all lists', () => {
    const reviews: Given = { type: 'ReviewsVoted', data: { votes: [{ ...vote, household: neighbour }] } };
    expect(foldedBy(meetings)(held, reviews, voted)).toMatchObject({
      on: '2016-10-28',
      votes: [{ household: neighbour }, { household }],
    });
    expect(foldedBy(meetings)(voted)).toBeUndefined();
  });
});

describe('the place of a meeting', () => {
  it('is what its first command says, and stays so', () => {
    const { area: areaOf, initialState } = meetingDecider;
    expect(areaOf(initialState, hold, undefined as never)).toBe(area);
    expect(areaOf({ ...initialState, area }, { votes: [] }, undefined as never)).toBe(area);
  });
});
