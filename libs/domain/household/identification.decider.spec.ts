import { newUuid } from '@kernel/format';
import { householdDecider } from './household.decider';
import { EVERYWHERE, type Given } from '@kernel/sourcing/testing/specification';
import {
  CASE,
  village1,
  village2,
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
    const { on: day, ...data } = body as { on?: string };
    const by = command.startsWith('Close')
      ? '2015-03-18'
      : command === 'RecordDemocraticReview'
        ? '2015-03-06'
        : '2015-03-10';
    const [fact] = given(...upTo(at))
      .when(command, body, { actor })
      .decided();
    expect(fact).toMatchObject({ type: then, data, validFrom: day ?? by, ...(at > 0 && { case: CASE }) });
    expect(fact?.data).not.toHaveProperty('on');
  });

  it.each(commands.filter(([at]) => at >= 2 && at !== 8 && at !== 9))(
    'without the step before, %d: %s is refused and says what is missing',
    (at, command, body, _then, actor) => {
      const before = given(...upTo(at - 1)).when(command, body, { actor });
      expect(() => before.decided()).toThrow(/household\/(step-missing|not-verified|notice-mismatch)/);
    },
  );

  it.each([
    ['SurveyHousehold', 3, 'SubmitHouseholdApplication'],
    ['AssessIncome', 1, 'SurveyHousehold'],
    ['CompleteVillageVerification', 3, 'VoteOnApplications'],
    ['ClosePublicity', 5, 'PostNotice identification-1'],
    ['CompleteTownshipReview', 6, 'CloseNotice identification-1'],
    ['CompleteCountyReview', 9, 'CloseNotice identification-2'],
    ['AnnounceIdentification', 10, 'CompleteCountyReview'],
    ['RegisterHousehold', 11, 'PostNotice identification-announcement'],
  ])('names what %s lacks after %d steps: %s', (command, at, missing) => {
    const history = command === 'SurveyHousehold' ? upTo(4) : upTo(at);
    given(...history)
      .when(command, bodyOf(command))
      .thenRejected('household/step-missing', { missing });
  });

  it('is not made public before it is verified', () => {
    given(...upTo(4))
      .when('OpenPublicity', { notice: notice('identification-1 posted') })
      .thenRejected('household/not-verified', { missing: 'CompleteVillageVerification' });
  });

  it('belongs to the area of its application, and stays there', () => {
    const areaOf = (state: object, command: object) =>
      householdDecider.area(state as never, command, { places: EVERYWHERE } as never);
    expect(areaOf(given().state() as object, application)).toBe('433124110226');
    expect(areaOf(given(...upTo(1)).state() as object, { area: '433124110227' })).toBe('433124110226');
    const listed = { ...application, members: [members[1], members[0]] };
    expect(given({ type: 'HouseholdApplicationSubmitted', data: listed }).state()).toMatchObject({ head });
  });

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
      .thenRejected('household/unsigned', { who: '户 household' });
    given(...upTo(2))
      .when('AssessIncome', { ...bodyOf('AssessIncome'), periodBefore: '2014-01-02' })
      .then({ type: 'IncomeAssessed' });
    for (const periodBefore of ['2014-01-01', '2013-12-31'])
      given(...upTo(2))
        .when('AssessIncome', { ...bodyOf('AssessIncome'), periodBefore })
        .thenRejected('household/no-period');
  });

  it('is verified when both signed, with two other causes at most, or as many as the area allows', () => {
    for (const unsigned of [{ committeeSigned: false }, { teamSigned: false }])
      given(...upTo(4))
        .when(
          'CompleteVillageVerification',
          { ...bodyOf('CompleteVillageVerification'), ...unsigned },
          { actor: village2 },
        )
        .thenRejected('household/both-must-sign');
    const caused = (...otherCauses: readonly string[]) => ({ on, ...application, otherCauses });
    given().when('SubmitHouseholdApplication', caused('2', '3')).then({ type: 'HouseholdApplicationSubmitted' });
    given()
      .when('SubmitHouseholdApplication', caused('2', '3'), { rules: { 'cause.otherMax': 1 } })
      .thenRejected('household/too-many-causes', { count: 2, most: 1 });
  });

  it.each([
    ['without a head', { members: [members[1]] }, 'household/one-head'],
    ['with two heads', { members: [members[0], { ...members[1], relation: '01' }] }, 'household/one-head'],
    ['that lists a person twice', { members: [...members, members[1]] }, 'household/one-head'],
    ['by somebody else', { applicant: newUuid() }, 'household/not-a-member'],
    [
      'with one who is nobody of it as head',
      { members: [members[1], { ...members[1], person: newUuid() }] },
      'household/one-head',
    ],
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
    given(...upTo(1))
      .when('SurveyHousehold', bodyOf('SurveyHousehold'), { rules: { 'survey.surveyorsMin': 3 } })
      .thenRejected('household/too-few-surveyors', { least: 3, count: 2 });
    given(...upTo(3))
      .when('SurveyHousehold', bodyOf('SurveyHousehold'))
      .then({ type: 'HouseholdSurveyed' });
  });

  it.each([
    ['CompleteVillageVerification', 4, ['application']],
    ['CompleteTownshipReview', 7, ['application', 'survey', 'verification']],
    ['CompleteCountyReview', 10, ['application', 'survey', 'verification', 'township-review']],
    ['PerformSpotCheck', 13, ['application', 'survey', 'verification', 'township-review']],
    ['RemoveMisidentified', 13, ['application', 'county-review']],
  ])('%s after %d steps is not done by who recorded an earlier one', (command, at, earlier) => {
    const types = { application: 0, survey: 1, verification: 4, 'township-review': 7, 'county-review': 10 };
    const removal = {
      exclusion: 'X3',
      discovered: 'complaint',
      notice: notice('removal closed'),
      papers: of('opinion'),
    };
    const body =
      { PerformSpotCheck: { on, consistent: true, papers: of('other') }, RemoveMisidentified: { on, ...removal } }[
        command
      ] ?? bodyOf(command);
    for (const [step, index] of Object.entries(types).filter(([, done]) => done < at)) {
      const actor = newUuid();
      const history = upTo(at).map((fact, one) => ({ ...fact, by: one === index ? actor : newUuid() }));
      const act = given(...history).when(command, body, { actor });
      if (earlier.includes(step)) act.thenRejected('household/four-eyes', { earlier: step });
      else expect(act.decided()).toHaveLength(1);
    }
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
    ['TownshipReviewCompleted', 7, 'approve', 'approved-by-township'],
    ['TownshipReviewCompleted', 7, 'return', 'surveyed'],
    ['TownshipReviewCompleted', 7, 'reject', 'rejected-by-township'],
    ['CountyReviewCompleted', 10, 'approve', 'approved-by-county'],
    ['CountyReviewCompleted', 10, 'return', 'surveyed'],
    ['CountyReviewCompleted', 10, 'reject', 'rejected-by-county'],
  ])('by %s after %d steps goes where it says: %s', (type, at, opinion, stage) => {
    expect(given(...upTo(at), { type, data: { opinion, papers: of('opinion') } }).state()).toMatchObject({
      identification: { stage },
    });
  });

  it.each([
    ['DemocraticReviewHeld', 3, 'village', { ...vote, passed: false }],
    ['VillageVerificationCompleted', 4, 'village', { ...bodyOf('CompleteVillageVerification'), accepted: false }],
    ['TownshipReviewCompleted', 7, 'township', { opinion: 'reject', papers: of('opinion') }],
    ['CountyReviewCompleted', 10, 'county', { opinion: 'reject', papers: of('opinion') }],
  ])('that %s ended after %d steps is told by whom: the %s; and may be applied for again', (type, at, stage, data) => {
    const { on: _on, ...recorded } = data as { on?: string };
    const ended: Given = { type, data: recorded };
    given(...upTo(at), ended)
      .when('TellIdentificationRejected', { on, papers: of('receipt') })
      .then({ type: 'IdentificationRejected', data: { stage, papers: of('receipt') }, case: CASE, validFrom: on });
    given(...upTo(at), ended)
      .when('TellIdentificationRejected', { on, papers: of('other') })
      .thenRejected('paper/kind-missing', { kind: 'receipt' });
    given(...upTo(at), ended)
      .when('SubmitHouseholdApplication', { on, ...application })
      .then({ type: 'HouseholdApplicationSubmitted' });
    given(...upTo(at), ended)
      .when('WithdrawHouseholdApplication', { on, papers: of('other') })
      .thenRejected('household/step-missing', { missing: 'SubmitHouseholdApplication' });
  });
});
