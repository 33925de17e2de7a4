import { newUuid } from '@kernel/format';
import { type Given } from '@kernel/sourcing/testing/specification';
import {
  village1,
  village2,
  township,
  clerk,
  head,
  of,
  notice,
  given,
  on,
  members,
  application,
  vote,
  steps,
  commands,
  bodyOf,
  upTo,
} from './testing/identified';

describe('the identification of a household', () => {
  it.each(commands)('after %d steps, %s is decided', (at, command, body, then, actor) => {
    given(...upTo(at))
      .when(command, body, { actor })
      .then({ type: then });
  });

  it.each(commands.filter(([at]) => at >= 2 && at !== 8 && at !== 9))(
    'without the step before, %d: %s is refused and says what is missing',
    (at, command, body, _then, actor) => {
      const before = given(...upTo(at - 1)).when(command, body, { actor });
      expect(() => before.decided()).toThrow(/household\/(step-missing|not-verified|notice-mismatch)/);
    },
  );

  it('carries the facts of the application into the registration', () => {
    const [registered] = given(...upTo(12))
      .when('RegisterHousehold', bodyOf('RegisterHousehold'), { actor: clerk })
      .decided();
    expect(registered?.data).toMatchObject({
      area: '433124110226',
      head,
      members,
      mainCause: '1',
      kind: 'new',
      status: 'poor',
      evidenceGaps: [],
    });
    expect(given(...steps).state()).toMatchObject({
      status: 'poor',
      registeredYear: 2015,
      identification: { stage: 'registered' },
    });
    expect(
      given(...upTo(12))
        .when('RegisterHousehold', { ...bodyOf('RegisterHousehold'), missed: true })
        .decided(),
    ).toMatchObject([{ data: { kind: 'missed' } }]);
  });

  it('computes income from its lines: net, and per head rounded down', () => {
    expect(
      given(...upTo(2))
        .when('AssessIncome', bodyOf('AssessIncome'))
        .decided(),
    ).toMatchObject([{ data: { heads: 2, netFen: 456_001, perHeadFen: 228_000 } }]);
    given(...upTo(2))
      .when('AssessIncome', { ...bodyOf('AssessIncome'), signedByHousehold: false })
      .thenRejected('household/unsigned');
  });

  it.each([
    ['without a head', { members: [members[1]] }, 'household/one-head'],
    ['with two heads', { members: [members[0], { ...members[1], relation: '01' }] }, 'household/one-head'],
    ['that lists a person twice', { members: [...members, members[1]] }, 'household/one-head'],
    ['by somebody else', { applicant: newUuid() }, 'household/not-a-member'],
    ['with three other causes', { otherCauses: ['2', '3', '4'] }, 'household/too-many-causes'],
    ['without its paper', { papers: of('other') }, 'paper/kind-missing'],
    ['dated tomorrow', { on: '2015-06-21' }, 'household/in-future'],
    ['of long ago', { on: '2013' }, 'household/late-without-reason'],
  ])('an application %s is refused', (_what, change, code) => {
    given()
      .when('SubmitHouseholdApplication', { on, ...application, ...change })
      .thenRejected(code);
  });

  it('takes one open case at a time, and none of a registered household', () => {
    given(...upTo(1))
      .when('SubmitHouseholdApplication', { on, ...application })
      .thenRejected('household/case-open');
    given(...steps)
      .when('SubmitHouseholdApplication', { on, ...application })
      .thenRejected('household/registered');
    const withdrawn: Given = { type: 'HouseholdApplicationWithdrawn', data: { papers: of('other') } };
    given(...upTo(3), withdrawn)
      .when('SubmitHouseholdApplication', { on, ...application })
      .then({ type: 'HouseholdApplicationSubmitted' });
    given(...upTo(3))
      .when('WithdrawHouseholdApplication', { on, papers: of('other') })
      .then({ type: 'HouseholdApplicationWithdrawn' });
    given(...steps)
      .when('WithdrawHouseholdApplication', { on, papers: of('other') })
      .thenRejected('household/step-missing');
  });

  it('is surveyed by two, one of them of the team', () => {
    given(...upTo(1))
      .when('SurveyHousehold', { ...bodyOf('SurveyHousehold'), surveyors: [village1, village1] })
      .thenRejected('household/too-few-surveyors', { count: 1 });
    given(...upTo(1))
      .when('SurveyHousehold', { ...bodyOf('SurveyHousehold'), teamPresent: false })
      .thenRejected('household/team-absent');
  });

  it.each([
    ['CompleteVillageVerification', 4, village1, 'application'],
    ['CompleteTownshipReview', 7, village2, 'verification'],
    ['CompleteCountyReview', 10, township, 'township-review'],
  ])('%s is not done by who recorded an earlier step', (command, at, actor, earlier) => {
    given(...upTo(at))
      .when(command, bodyOf(command), { actor })
      .thenRejected('household/four-eyes', { earlier });
  });

  it('ends when the village votes it down, and the household is told', () => {
    expect(
      given(...upTo(3))
        .when('RecordDemocraticReview', { ...vote, inFavour: 17 })
        .decided(),
    ).toMatchObject([{ data: { passed: false } }]);
    const lost: Given = { type: 'DemocraticReviewHeld', data: { ...vote, passed: false } };
    expect(given(...upTo(3), lost).state()).toMatchObject({ identification: { stage: 'rejected-by-village' } });
    given(...upTo(3), lost)
      .when('TellIdentificationRejected', { on, papers: of('receipt') })
      .then({ type: 'IdentificationRejected', data: { stage: 'village', papers: of('receipt') } });
    given(...upTo(3))
      .when('TellIdentificationRejected', { on, papers: of('receipt') })
      .thenRejected('household/nothing-to-reject');
    given(...upTo(2))
      .when('RecordDemocraticReview', vote)
      .thenRejected('household/step-missing', { missing: 'AssessIncome' });
  });

  it.each([
    ['return', 'surveyed'],
    ['reject', 'rejected-by-township'],
  ])('goes where the township says: %s', (opinion, stage) => {
    expect(
      given(...upTo(7), { type: 'TownshipReviewCompleted', data: { opinion, papers: of('opinion') } }).state(),
    ).toMatchObject({ identification: { stage } });
  });

  it('waits while an objection is open; upheld, it goes back to the survey', () => {
    const objection = newUuid();
    const raised: Given = {
      type: 'PublicityObjectionRaised',
      by: village1,
      data: { objection, ground: 'not-poor', papers: of('other') },
    };
    given(...upTo(6))
      .when('RaisePublicityObjection', { on, objection, ground: 'kin', papers: of('other') })
      .then({ type: 'PublicityObjectionRaised' });
    given(...upTo(6), raised)
      .when('ClosePublicity', { notice: notice('identification-1 closed') })
      .thenRejected('household/objection-open', { count: 1 });
    const answer = { on, objection, upheld: true, papers: of('other') };
    given(...upTo(6), raised)
      .when('ResolvePublicityObjection', answer, { actor: village1 })
      .thenRejected('household/four-eyes');
    given(...upTo(6), raised)
      .when('ResolvePublicityObjection', { ...answer, objection: newUuid() })
      .thenRejected('household/objection-unknown');
    given(...upTo(6), raised)
      .when('ResolvePublicityObjection', answer, { actor: township })
      .then({ type: 'PublicityObjectionResolved' });
    const resolved = (upheld: boolean): Given => ({
      type: 'PublicityObjectionResolved',
      data: { objection, upheld, papers: of('other') },
    });
    expect(given(...upTo(6), raised, resolved(true)).state()).toMatchObject({
      identification: { stage: 'surveyed', incomeAssessed: false, openObjections: [] },
    });
    given(...upTo(6), raised, resolved(false))
      .when('ClosePublicity', { notice: notice('identification-1 closed') })
      .then({ type: 'PublicityClosed' });
  });

  it('does a round again when its notice was invalid', () => {
    given(...upTo(6))
      .when('InvalidatePublicity', { notice: notice('identification-1 closed') })
      .then({ type: 'PublicityInvalidated' });
    for (const [at, round, stage] of [[6, 1, 'verified'], [9, 2, 'approved-by-township']] as const) {
      expect(given(...upTo(at), { type: 'PublicityInvalidated', data: { notice: newUuid(), round } }).state()).toMatchObject({ identification: { stage } });
    } // prettier-ignore
  });

  it('is sent back for its defects to the step named', () => {
    given(...upTo(7))
      .when('ReturnCase', { on, to: 'surveyed', defects: ['paper-missing'], papers: of('opinion') })
      .then({ type: 'CaseReturned' });
    given(...upTo(1))
      .when('ReturnCase', { on, to: 'surveyed', defects: ['paper-missing'], papers: of('opinion') })
      .thenRejected('household/step-missing');
    expect(
      given(...upTo(7), {
        type: 'CaseReturned',
        data: { to: 'applied', defects: ['other'], papers: of('opinion') },
      }).state(),
    ).toMatchObject({ identification: { stage: 'applied', incomeAssessed: false } });
  });

  it('stands still while it is suspended', () => {
    const suspended: Given = { type: 'CaseSuspended', data: { papers: of('other') } };
    given(...upTo(1), suspended)
      .when('SurveyHousehold', bodyOf('SurveyHousehold'))
      .thenRejected('household/suspended');
    given(...upTo(1), suspended)
      .when('SuspendCase', { on, papers: of('other') })
      .thenRejected('household/suspended');
    given(...upTo(1), suspended)
      .when('ResumeCase', { on, papers: of('other') })
      .then({ type: 'CaseResumed' });
    given(...upTo(1))
      .when('ResumeCase', { on, papers: of('other') })
      .thenRejected('household/step-missing');
  });
});
