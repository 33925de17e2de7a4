import { newUuid } from '@kernel/format';
import { SUBJECT, foldedBy, type Given } from '@kernel/sourcing/testing/specification';
import { householdCard } from './card/household-card.projection';
import {
  bodyOf,
  CASE,
  county,
  given,
  leader,
  notice,
  notices,
  of,
  on,
  registered,
  township,
  upTo,
  village1,
} from './testing/exiting';

const objection = newUuid();
const [hung, older] = [newUuid(), newUuid()];
const others = { [hung]: notice('exit-2', 'closed'), [older]: notice('exit-1', 'closed') };

const raisedAs = (id: string, by = village1): Given => ({
  type: 'ExitObjectionRaised',
  by,
  data: { objection: id, ground: 'income', papers: of('other') },
});
const answeredAs = (id: string, upheld: boolean): Given => ({
  type: 'ExitObjectionResolved',
  by: township,
  data: { objection: id, upheld, papers: of('other') },
});
const [raised, upheld, dismissed] = [raisedAs(objection), answeredAs(objection, true), answeredAs(objection, false)];
const raising = { on, objection, ground: 'income', objector: '龙某', words: '收入算高了', papers: of('other') };
const answering = { on, objection, upheld: true, reasons: '核实属实', papers: of('other') };

const opened: Given = {
  type: 'ExitPublicityOpened',
  validFrom: '2016-11-05',
  data: { notice: notices.closed, round: 1 },
};
const public1: readonly Given[] = [...upTo('HouseholdExitConsentGiven'), opened];
const public2: readonly Given[] = [...upTo('TownshipExitReviewed'), { ...opened, data: { notice: hung, round: 2 } }];
const invalid = (id: string, round: 1 | 2): Given => ({
  type: 'ExitPublicityInvalidated',
  data: { notice: id, round },
});
const rounds = [
  [1, public1, notices.closed, 'consented'],
  [2, public2, hung, 'township-reviewed'],
] as const;
const close = (...facts: readonly Given[]) =>
  given(...public1, ...facts).when('CloseExitPublicity', { notice: notices.closed });
const answer = (facts: readonly Given[], actor: string, id = objection) =>
  given(...facts).when('ResolveExitObjection', { ...answering, objection: id }, { actor });

describe('an objection to an exit', () => {
  it.each(rounds)('is raised in round %d, while the notice hangs', (_round, history) => {
    const { on: day, ...data } = raising;
    given(...history)
      .when('RaiseExitObjection', raising)
      .then({ type: 'ExitObjectionRaised', data, validFrom: day, case: CASE });
  });

  it.each(['HouseholdExitConsentGiven', 'ExitPublicityClosed', 'TownshipExitReviewed', 'HouseholdExited'])(
    'is none after %s: nothing is public',
    (after) => {
      given(...upTo(after))
        .when('RaiseExitObjection', raising)
        .thenRejected('household/step-missing', { missing: 'PostNotice exit-1' });
    },
  );

  it('is not raised before the notice was posted, nor tomorrow', () => {
    const raise = (day: string) => given(...public1).when('RaiseExitObjection', { ...raising, on: day });
    raise('2016-11-04').thenRejected('household/objection-early', { on: '2016-11-04', posted: '2016-11-05' });
    raise('2016-10').thenRejected('household/objection-early', { on: '2016-10' });
    raise('2016-11-05').then({ validFrom: '2016-11-05' });
    raise('2016-11').then({ validFrom: '2016-11' });
    raise('2016-12-21').thenRejected('household/in-future');
  });

  it('is recorded once, answered or not, in this round or in one before', () => {
    for (const history of [[raised], [raised, dismissed], [raised, invalid(notices.closed, 1), opened]])
      given(...public1, ...history)
        .when('RaiseExitObjection', raising)
        .thenRejected('household/objection-raised', { objection });
    given(...public1, raised)
      .when('RaiseExitObjection', { ...raising, objection: newUuid() })
      .then({ type: 'ExitObjectionRaised' });
  });

  it('keeps the round open until it is answered, and is counted when the round closes', () => {
    const second = newUuid();
    close().then({ type: 'ExitPublicityClosed', data: { notice: notices.closed, round: 1, objections: 0 } });
    close(raised, raisedAs(second)).thenRejected('household/objection-open', { count: 2 });
    close(raised, raisedAs(second), dismissed).thenRejected('household/objection-open', { count: 1 });
    close(raised, raisedAs(second), dismissed, answeredAs(second, false)).then({
      type: 'ExitPublicityClosed',
      data: { notice: notices.closed, round: 1, objections: 2 },
      validFrom: '2016-11-13',
      case: CASE,
    });
    given(...public2, raised, dismissed)
      .when('CloseExitPublicity', { notice: hung }, { others })
      .then({ data: { notice: hung, round: 2, objections: 1 } });
  });

  it('is counted in its own round only', () => {
    close(raised, dismissed, invalid(notices.closed, 1), opened).then({
      data: { notice: notices.closed, round: 1, objections: 0 },
    });
  });

  it('is answered once, and only if it was raised', () => {
    const { on: day, ...data } = answering;
    answer([...public1, raised], township).then({ type: 'ExitObjectionResolved', data, validFrom: day, case: CASE });
    answer([...public1, raised], township, newUuid()).thenRejected('household/objection-unknown');
    answer([...public1, raised, dismissed], township).thenRejected('household/objection-unknown', { objection });
    answer(public1, township).thenRejected('household/objection-unknown');
  });

  it.each([
    ['ExitSurveyed', 'survey'],
    ['ExitVerified', 'verification'],
    ['HouseholdExitConsentGiven', 'consent'],
    ['ExitObjectionRaised', 'objection'],
  ])('is not investigated by the person who recorded %s', (type, earlier) => {
    const actor = newUuid();
    const history = [...public1, raised].map((fact) => ({ ...fact, by: fact.type === type ? actor : newUuid() }));
    answer(history, actor).thenRejected('household/four-eyes', { earlier });
    answer(history, newUuid()).then({ type: 'ExitObjectionResolved' });
  });

  it('is investigated by who recorded another one', () => {
    const history = [...public1, raisedAs(objection, county), raisedAs(newUuid(), township)];
    answer(history, county).thenRejected('household/four-eyes', { earlier: 'objection' });
    answer(history, township).then({ type: 'ExitObjectionResolved' });
  });

  it('upheld, sends the case back to be surveyed again; dismissed, lets it go on', () => {
    expect(given(...public1, raised, upheld).state()).toMatchObject({
      status: 'pre-exit',
      exit: { stage: 'pre-exit', openObjections: [] },
    });
    expect(given(...public1, raised, dismissed).state()).toMatchObject({
      exit: { stage: 'publicity-1', openObjections: [] },
    });
    close(raised, upheld).thenRejected('household/step-missing');
    given(...public1, raised, upheld)
      .when('SurveyExit', bodyOf('SurveyExit'))
      .then({ type: 'ExitSurveyed' });
  });

  it.each([
    ['ExitCaseReturned', { to: 'surveyed', papers: of('opinion') }],
    ['ExitCaseAbandoned', { papers: of('opinion') }],
  ])('falls away with its round after %s: it brings nothing back', (type, data) => {
    expect(given(...public1, raised, { type, data }).state()).toMatchObject({ exit: { openObjections: [] } });
    answer([...public1, raised, { type, data }], township).thenRejected('household/objection-unknown', { objection });
  });

  it('waits with a file that was cancelled', () => {
    const cancelled: Given = { type: 'HouseholdCancelled', data: { papers: of('other') } };
    answer([...public1, raised, cancelled], township).thenRejected('household/closed', { status: 'cancelled' });
    given(...public1, cancelled)
      .when('RaiseExitObjection', raising)
      .thenRejected('household/closed');
  });

  it('of an invalid second round keeps the county from approving until it is answered', () => {
    const approve = (...facts: readonly Given[]) =>
      given(...public2, ...facts).when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader });
    approve(raised, invalid(hung, 2)).thenRejected('household/objection-open', { count: 1 });
    approve(raised, invalid(hung, 2), dismissed).then({ type: 'CountyExitApproved' });
    approve(raised, dismissed, invalid(hung, 2)).then({ type: 'CountyExitApproved' });
  });

  it('belongs to the case of the registration where the household was taken over on its way', () => {
    const legacy: Given = { ...registered, id: newUuid(), data: { ...registered.data, status: 'pre-exit' } };
    for (const [command, body, before] of [
      ['RaiseExitObjection', raising, []],
      ['ResolveExitObjection', answering, [raised]],
      ['InvalidateExitPublicity', { notice: notices.closed }, []],
    ] as const)
      given(legacy, ...public1.slice(3), ...before)
        .when(command, body, { actor: township })
        .then({ case: legacy.id });
  });
});

describe('an invalid notice of an exit', () => {
  it.each(rounds)('has round %d done again', (round, history, id, stage) => {
    given(...history)
      .when('InvalidateExitPublicity', { notice: id })
      .then({ type: 'ExitPublicityInvalidated', data: { notice: id, round }, validFrom: '2016-12-20', case: CASE });
    expect(given(...history, invalid(id, round)).state()).toMatchObject({ exit: { stage } });
    const again = newUuid();
    given(...history, invalid(id, round))
      .when('OpenExitPublicity', { notice: again }, { others: { [again]: notice(`exit-${String(round)}`, 'posted') } })
      .then({ type: 'ExitPublicityOpened', data: { notice: again, round } });
  });

  it.each(rounds)('ends round %d only if it opened it', (_round, history, id) => {
    given(...history)
      .when('InvalidateExitPublicity', { notice: older }, { others })
      .thenRejected('household/notice-mismatch', { notice: older, expected: id, status: 'invalid' });
  });

  it.each(['HouseholdExitConsentGiven', 'ExitPublicityClosed', 'TownshipExitReviewed'])(
    'changes nothing after %s',
    (after) => {
      given(...upTo(after))
        .when('InvalidateExitPublicity', { notice: notices.closed })
        .thenRejected('household/step-missing');
    },
  );
});

describe('the card', () => {
  it.each([
    ['an open objection', [raised], 'publicity-1'],
    ['a dismissed objection', [raised, dismissed], 'publicity-1'],
    ['an upheld objection', [raised, upheld], 'pre-exit'],
    ['an invalid notice', [invalid(notices.closed, 1)], 'consented'],
  ])('shows where %s leaves the exit', (_what, facts, exitStage) => {
    expect(foldedBy(householdCard)(...public1, ...facts)).toMatchObject({ id: SUBJECT, exitStage });
  });
  it('shows an invalid second notice', () => {
    expect(foldedBy(householdCard)(...public2, invalid(hung, 2))).toMatchObject({ exitStage: 'township-reviewed' });
  });
});
