import { newUuid } from '@kernel/format';
import { specificationOf, SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import { householdDecider } from './household.decider';

const [village1, village2, township, leader, county] = Array.from({ length: 5 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
  string,
];
const [head, wife] = [newUuid(), newUuid()];
const paper = Object.fromEntries(
  ['plan', 'approval', 'survey', 'income', 'opinion', 'consent', 'check', 'minutes', 'exit', 'visit', 'other'].map(
    (kind) => [kind, newUuid()],
  ),
);
const of = (...kinds: readonly string[]) => kinds.map((kind) => paper[kind] ?? '');
const meeting = newUuid();
const notices = { posted: newUuid(), closed: newUuid(), announced: newUuid() };
const notice = (kind: string, status: string) => ({
  kind,
  status,
  households: [SUBJECT],
  posted: '2016-11-05',
  closed: '2016-11-13',
});

const given = specificationOf(householdDecider, {
  at: '2016-12-20T02:00:00.000Z',
  rules: { 'povertyLine.exit.2016': 314_600, 'backdate.days': 365 },
  others: {
    ...Object.fromEntries(Object.entries(paper).map(([kind, id]) => [id, { kind }])),
    [meeting]: { present: 36, eligible: 42, on: '2016-10-28' },
    [notices.posted]: notice('exit-1', 'posted'),
    [notices.closed]: notice('exit-1', 'closed'),
    [notices.announced]: notice('exit-announcement', 'posted'),
  },
});

const items = (unmet?: string) =>
  ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'].map((item) => ({
    item,
    result: item === unmet ? 'not-met' : 'met',
    confirmer: '村',
  }));
const period = { periodFrom: '2015-10-01', periodBefore: '2016-10-01' };
const surveyed = (perHeadFen = 400_000, unmet?: string) => ({
  surveyors: [village1, village2],
  items: items(unmet),
  ...period,
  heads: 2,
  signedByHousehold: true,
  lines: [],
  expenditureFen: 0,
  netFen: perHeadFen * 2,
  perHeadFen,
  papers: of('survey'),
});
const vote = { meeting, inFavour: 30, against: 2, abstained: 2, recused: 2 };
const verification = { committeeSigned: true, teamSigned: true, accepted: true, papers: of('opinion') };
const consenting = {
  signer: wife,
  mode: 'fingerprint',
  witnesses: 2,
  incomeSheetShown: true,
  policyExplained: true,
  papers: of('consent'),
};

const registered: Given = {
  type: 'HouseholdRegistered', at: '2014-04-30T00:00:00.000Z', validFrom: '2014-04',
  data: { area: '433124110226', kind: 'legacy', status: 'poor', head, evidenceGaps: [], papers: [], householdNo: '4331241102260001', members: [{ person: head, name: '石', relation: '01' }, { person: wife, name: '龙', relation: '10' }] },
}; // prettier-ignore
const steps: readonly Given[] = [
  registered,
  { type: 'ExitPlanned', by: village1, id: newUuid(), data: { year: 2016, papers: of('plan') } },
  { type: 'PreExitMarked', by: county, data: { year: 2016, papers: of('approval') } },
  { type: 'ExitSurveyed', by: village1, data: surveyed() },
  { type: 'ExitReviewHeld', by: village1, data: { ...vote, passed: true } },
  { type: 'ExitVerified', by: village2, data: verification },
  { type: 'HouseholdExitConsentGiven', by: village2, data: consenting },
  { type: 'ExitPublicityOpened', by: village1, data: { notice: notices.closed, round: 1 } },
  { type: 'ExitPublicityClosed', by: village1, data: { notice: notices.closed, round: 1, objections: 0 } },
  {
    type: 'TownshipExitReviewed',
    by: township,
    data: { opinion: 'approve', team: [township, village1, county], papers: of('check') },
  },
  { type: 'CountyExitApproved', by: leader, data: { inFavour: 9, against: 0, papers: of('minutes') } },
  { type: 'ExitAnnounced', by: county, data: { notice: notices.announced } },
  {
    type: 'HouseholdExited',
    by: county,
    id: newUuid(),
    data: {
      year: 2016,
      series: 'exit',
      lineFen: 314_600,
      lineVersion: 'v',
      policiesContinue: true,
      perHeadFen: 400_000,
      papers: of('approval'),
    },
  },
];
const CASE = steps[1]?.id;
const upTo = (type: string): readonly Given[] => steps.slice(0, steps.findIndex((step) => step.type === type) + 1);
const on = '2016-12-18';

const commands: readonly (readonly [after: string, command: string, body: object, then: string, actor: string])[] = [
  ['HouseholdRegistered', 'PlanExit', { on, year: 2016, papers: of('plan') }, 'ExitPlanned', village1],
  ['ExitPlanned', 'MarkPreExit', { on, papers: of('approval') }, 'PreExitMarked', county],
  ['PreExitMarked', 'SurveyExit', { on, surveyors: [village1, village2], items: items(), ...period, signedByHousehold: true, lines: [{ kind: 'wage', fen: 900_000 }], expenditureFen: 100_000, papers: of('survey', 'income') }, 'ExitSurveyed', village1],
  ['ExitSurveyed', 'RecordExitReview', vote, 'ExitReviewHeld', village1],
  ['ExitReviewHeld', 'VerifyExit', { on, ...verification }, 'ExitVerified', village2],
  ['ExitVerified', 'GiveExitConsent', { on, ...consenting }, 'HouseholdExitConsentGiven', village2],
  ['HouseholdExitConsentGiven', 'OpenExitPublicity', { notice: notices.posted }, 'ExitPublicityOpened', village1],
  ['ExitPublicityOpened', 'CloseExitPublicity', { notice: notices.closed }, 'ExitPublicityClosed', village1],
  ['ExitPublicityClosed', 'ReviewExitInTownship', { on, opinion: 'approve', team: [township, village1, county], papers: of('check') }, 'TownshipExitReviewed', township],
  ['TownshipExitReviewed', 'ApproveExitInCounty', { on, inFavour: 9, against: 0, papers: of('minutes', 'approval') }, 'CountyExitApproved', leader],
  ['CountyExitApproved', 'AnnounceExit', { notice: notices.announced }, 'ExitAnnounced', county],
  ['ExitAnnounced', 'ExitHousehold', { on, policiesContinue: true, papers: of('approval') }, 'HouseholdExited', county],
]; // prettier-ignore
const bodyOf = (command: string): object => commands.find(([, name]) => name === command)?.[2] ?? {};

describe('the exit of a household', () => {
  it.each(commands)('after %s, %s is decided', (after, command, body, then, actor) => {
    const { on: day, ...data } = body as { on?: string };
    const by = { RecordExitReview: '2016-10-28', CloseExitPublicity: '2016-11-13' }[command] ?? '2016-11-05';
    const [fact] = given(...upTo(after))
      .when(command, body, { actor })
      .decided();
    expect(fact).toMatchObject({ type: then, data, validFrom: day ?? by });
    expect(fact?.data).not.toHaveProperty('on');
    expect(fact?.case).toBe(command === 'PlanExit' ? undefined : CASE);
  });

  it.each([
    ['MarkPreExit', 'ExitPlanned', ['ExitPlanned']],
    ['VerifyExit', 'ExitReviewHeld', ['ExitSurveyed']],
    ['ReviewExitInTownship', 'ExitPublicityClosed', ['ExitSurveyed', 'ExitVerified', 'HouseholdExitConsentGiven']],
    ['ApproveExitInCounty', 'TownshipExitReviewed', ['ExitSurveyed', 'ExitVerified', 'HouseholdExitConsentGiven', 'TownshipExitReviewed']],
  ])('%s after %s is done by none of those who recorded certain steps before', (command, after, earlier) => {
    for (const { type } of upTo(after).slice(1)) {
      const actor = newUuid();
      const act = given(...upTo(after).map((fact) => ({ ...fact, by: fact.type === type ? actor : newUuid() }))).when(command, bodyOf(command), { actor });
      if (earlier.includes(type)) act.thenRejected('household/four-eyes');
      else expect(act.decided()).toHaveLength(1);
    }
  }); // prettier-ignore

  it.each([
    ['PlanExit', 'HouseholdRegistered', 'plan'],
    ['MarkPreExit', 'ExitPlanned', 'approval'],
    ['VerifyExit', 'ExitReviewHeld', 'opinion'],
    ['ReviewExitInTownship', 'ExitPublicityClosed', 'check'],
    ['ApproveExitInCounty', 'TownshipExitReviewed', 'minutes'],
  ])('%s after %s needs its paper', (command, after, kind) => {
    given(...upTo(after))
      .when(command, { ...bodyOf(command), papers: of('other') })
      .thenRejected('paper/kind-missing', { kind });
  });

  it('is approved by the county on both of its papers', () => {
    given(...upTo('TownshipExitReviewed'))
      .when('ApproveExitInCounty', { ...bodyOf('ApproveExitInCounty'), papers: of('minutes') })
      .thenRejected('paper/kind-missing', { kind: 'approval' });
  });

  it('is checked by three persons in the township, or as many as the area demands', () => {
    const team = [township, village1];
    const check = given(...upTo('ExitPublicityClosed'));
    const body = bodyOf('ReviewExitInTownship');
    check
      .when('ReviewExitInTownship', { ...body, team })
      .thenRejected('household/too-few-surveyors', { least: 3, count: 2 });
    check
      .when('ReviewExitInTownship', { ...body, team: [...team, township] })
      .thenRejected('household/too-few-surveyors');
    const rules = { 'township.exit.teamMin': 2, 'survey.surveyorsMin': 3 };
    check.when('ReviewExitInTownship', { ...body, team }, { rules }).then({ type: 'TownshipExitReviewed' });
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', bodyOf('SurveyExit'), { rules })
      .thenRejected('household/too-few-surveyors', { least: 3, count: 2 });
    given(...upTo('ExitSurveyed'))
      .when('SurveyExit', bodyOf('SurveyExit'))
      .then({ type: 'ExitSurveyed' });
  });

  it('ends a round by the notice that opened it, not by an older one that hangs longer', () => {
    const older = newUuid();
    given(...upTo('ExitPublicityOpened'))
      .when('CloseExitPublicity', { notice: older }, { others: { [older]: notice('exit-1', 'closed') } })
      .thenRejected('household/notice-mismatch', { expected: notices.closed, status: 'closed' });
  });

  it.each(['removed', 'cancelled'])('goes no further when the file was %s, nor back', (status) => {
    const closed: Given = status === 'removed'
      ? { type: 'MisidentificationRemoved', data: { exclusion: 'X3', discovered: 'complaint', notice: newUuid(), papers: of('opinion') } }
      : { type: 'HouseholdCancelled', data: { papers: of('other') } };
    for (const [after, command, body] of commands.slice(1))
      given(...upTo(after), closed).when(command, body).thenRejected('household/closed', { status });
    for (const command of ['ReturnExitCase', 'AbandonExitCase'])
      given(...upTo('ExitVerified'), closed)
        .when(command, { on, papers: of('opinion'), ...(command === 'ReturnExitCase' && { to: 'planned' }) })
        .thenRejected('household/closed');
  }); // prettier-ignore

  it.each(
    commands.slice(1).flatMap(([after, command, body, , actor]) =>
      steps
        .slice(
          0,
          steps.findIndex(({ type }) => type === after),
        )
        .map(({ type }) => [type, command, body, actor] as const),
    ),
  )('right after %s, %s is refused: a step is missing', (type, command, body, actor) => {
    const late = ['SurveyExit', 'MarkPreExit'].includes(command) && type === 'HouseholdRegistered';
    expect(() =>
      given(...upTo(type))
        .when(command, body, { actor })
        .decided(),
    ).toThrow(late ? 'household/' : /household\/(step-missing|not-verified|consent-missing)/);
  });

  it.each([
    ['VerifyExit', 'ExitReviewHeld', village1, 'survey'],
    ['MarkPreExit', 'ExitPlanned', village1, 'plan'],
    ['ReviewExitInTownship', 'ExitPublicityClosed', village2, 'verification'],
    ['ApproveExitInCounty', 'TownshipExitReviewed', township, 'township-review'],
  ])('%s is not done by the person who recorded an earlier step', (command, after, actor, earlier) => {
    given(...upTo(after))
      .when(command, bodyOf(command), { actor })
      .thenRejected('household/four-eyes', { earlier });
  });

  it('computes income per head itself and compares it with the line of the year', () => {
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', bodyOf('SurveyExit'))
      .then({ data: expect.objectContaining({ netFen: 800_000, perHeadFen: 400_000, heads: 2 }) as object });
    const poor = upTo('ExitAnnounced').map((step) =>
      step.type === 'ExitSurveyed' ? { ...step, data: surveyed(314_599) } : step,
    );
    given(...poor)
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .thenRejected('household/income-below-line', { year: 2016, lineFen: 314_600, rule: 'povertyLine.exit.2016' });
    const just = upTo('ExitAnnounced').map((step) =>
      step.type === 'ExitSurveyed' ? { ...step, data: surveyed(314_600) } : step,
    );
    given(...just)
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .then({
        type: 'HouseholdExited',
        basis: 'rule povertyLine.exit.2016',
        data: expect.objectContaining({ lineFen: 314_600, series: 'exit' }) as object,
      });
  });

  it('does not exit with an unmet item, unless an approved exception says so', () => {
    const unsafe = upTo('ExitAnnounced').map((step) =>
      step.type === 'ExitSurveyed' ? { ...step, data: surveyed(400_000, 'E6') } : step,
    );
    given(...unsafe)
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .thenRejected('household/item-not-met', { items: 'E6' });
    given(...unsafe)
      .when('ExitHousehold', { ...bodyOf('ExitHousehold'), exception: paper['approval'] })
      .then({ type: 'HouseholdExited', data: expect.objectContaining({ exception: paper['approval'] }) as object });
    given(
      ...upTo('ExitAnnounced').map((step) =>
        step.type === 'ExitSurveyed'
          ? {
              ...step,
              data: {
                ...surveyed(),
                items: items('E6').map((one) => ({ ...one, result: one.item === 'E2' ? 'not-met' : one.result })),
              },
            }
          : step,
      ),
    )
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .thenRejected('household/item-not-met', { items: 'E2, E6' });
    const [fact] = given(...upTo('ExitAnnounced'))
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .decided();
    expect(Object.keys(fact?.data ?? {})).not.toContain('exception'); // prettier-ignore
    given(...unsafe)
      .when('ExitHousehold', { ...bodyOf('ExitHousehold'), exception: paper['plan'] })
      .thenRejected('paper/kind-missing');
  });

  it('needs the line of the year as a parameter', () => {
    given(...upTo('ExitAnnounced'))
      .when('ExitHousehold', bodyOf('ExitHousehold'), { rules: { 'povertyLine.series': 'statistical' } })
      .thenRejected('household/no-line', { series: 'statistical' });
  });

  it.each([
    ['that leaves an item unanswered at its end', { items: items().slice(0, 6) }, 'household/items-incomplete'],
    ['over no day', { periodBefore: period.periodFrom }, 'household/no-period'],
    ['that leaves an item unanswered', { items: items().slice(1) }, 'household/items-incomplete'],
    ['by one person', { surveyors: [village1] }, 'household/too-few-surveyors'],
    ['by one person, named twice', { surveyors: [village1, village1] }, 'household/too-few-surveyors'],
    ['without the income sheet', { papers: of('survey') }, 'paper/kind-missing'],
    ['without the survey form', { papers: of('income') }, 'paper/kind-missing'],
    ['dated tomorrow', { on: '2016-12-21' }, 'household/in-future'],
    ['of long ago', { on: '2015-01-01' }, 'household/late-without-reason'],
  ])('a survey %s is refused', (_what, change, code) => {
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', { ...bodyOf('SurveyExit'), ...change })
      .thenRejected(code);
  });

  it('marks a late entry with its reason', () => {
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', { ...bodyOf('SurveyExit'), on: '2015-01', lateReason: 'paper-late' })
      .then({ validFrom: '2015-01', reason: 'late-paper-late' });
  });

  it.each([
    ['with one witness', { witnesses: 1 }, 'household/witnesses-missing'],
    ['without the income sheet shown', { incomeSheetShown: false }, 'household/consent-uninformed'],
    ['without the policy explained', { policyExplained: false }, 'household/consent-uninformed'],
    ['by a stranger', { signer: newUuid() }, 'household/not-a-member'],
    ['without its paper', { papers: of('other') }, 'paper/kind-missing'],
  ])('consent %s is refused', (_what, change, code) => {
    given(...upTo('ExitVerified'))
      .when('GiveExitConsent', { ...bodyOf('GiveExitConsent'), ...change })
      .thenRejected(code);
  });

  it('is not surveyed when nobody is left', () => {
    const left = [head, wife].map((person): Given => ({ type: 'HouseholdMemberRemoved', data: { person, why: '1', papers: of('other') } })); // prettier-ignore
    given(...upTo('PreExitMarked'), ...left)
      .when('SurveyExit', bodyOf('SurveyExit'))
      .thenRejected('household/nobody-left');
  });

  it('takes a signature without witnesses, and no consent through the helper', () => {
    given(...upTo('ExitVerified'))
      .when('GiveExitConsent', { ...bodyOf('GiveExitConsent'), mode: 'sign', witnesses: 0 })
      .then({ type: 'HouseholdExitConsentGiven' });
    const helped: Given = {
      type: 'HelperAssigned',
      data: { helper: village2, principal: true, unit: '局', papers: of('approval') },
    };
    given(...upTo('ExitVerified'), helped)
      .when('GiveExitConsent', bodyOf('GiveExitConsent'), { actor: village1 })
      .then({ type: 'HouseholdExitConsentGiven' });
    given(...upTo('ExitVerified'), helped)
      .when('GiveExitConsent', bodyOf('GiveExitConsent'), { actor: village2 })
      .thenRejected('household/consent-by-helper');
  });

  it('stops when the household refuses, until it accepts', () => {
    const refused: Given = { type: 'HouseholdExitConsentRefused', data: { signer: wife, papers: of('other') } };
    const refusal = { signer: wife, reasons: '收入算错', papers: of('other') };
    given(...upTo('ExitVerified'))
      .when('RefuseExitConsent', { ...refusal, on })
      .then({ type: 'HouseholdExitConsentRefused', data: refusal, validFrom: on, case: CASE });
    given(...upTo('ExitVerified'))
      .when('RefuseExitConsent', { ...refusal, on, signer: newUuid() })
      .thenRejected('household/not-a-member');
    given(...upTo('ExitReviewHeld'))
      .when('RefuseExitConsent', { ...refusal, on })
      .thenRejected('household/not-verified', { missing: 'VerifyExit' });
    given(...upTo('ExitVerified'), refused)
      .when('OpenExitPublicity', { notice: notices.posted })
      .thenRejected('household/consent-refused');
    given(...upTo('ExitVerified'), refused)
      .when('GiveExitConsent', bodyOf('GiveExitConsent'))
      .then({ type: 'HouseholdExitConsentGiven' });
  });

  it('goes back when a vote, a verification or the township says no', () => {
    expect(
      given(...upTo('ExitSurveyed'))
        .when('RecordExitReview', { ...vote, inFavour: 17 })
        .decided(),
    ).toMatchObject([{ data: { passed: false } }]);
    expect(
      given(...upTo('ExitSurveyed'))
        .when('RecordExitReview', { ...vote, inFavour: 18 })
        .decided(),
    ).toMatchObject([{ data: { passed: true } }]);
    for (const last of [
      { type: 'ExitReviewHeld', data: { ...vote, passed: false } },
      { type: 'ExitVerified', data: { ...verification, accepted: false } },
    ]) {
      expect(given(...upTo('ExitSurveyed'), last).state()).toMatchObject({ exit: { stage: 'pre-exit' } });
    }
    given(...upTo('ExitReviewHeld'))
      .when('VerifyExit', { ...bodyOf('VerifyExit'), teamSigned: false }, { actor: village2 })
      .thenRejected('household/both-must-sign');
    given(...upTo('TownshipExitReviewed'))
      .when('ApproveExitInCounty', { ...bodyOf('ApproveExitInCounty'), against: 9 }, { actor: leader })
      .thenRejected('household/vote-lost');
  });

  it('stands still while it is suspended', () => {
    const suspended: Given = { type: 'CaseSuspended', data: { papers: of('other') } };
    for (const [after, command, body] of commands.slice(1))
      given(...upTo(after), suspended)
        .when(command, body)
        .thenRejected('household/suspended');
  });

  it('is not made public before the household accepted it, and not by a notice taken down already', () => {
    given(...upTo('ExitVerified'))
      .when('OpenExitPublicity', { notice: notices.posted })
      .thenRejected('household/consent-missing', { missing: 'GiveExitConsent', stage: 'verified' });
    given(...upTo('HouseholdExitConsentGiven'))
      .when('OpenExitPublicity', { notice: notices.closed })
      .thenRejected('household/notice-mismatch', { status: 'posted' });
  });

  it('rests on a notice of its own kind, state and list', () => {
    given(...upTo('HouseholdExitConsentGiven'))
      .when('OpenExitPublicity', { notice: notices.announced })
      .thenRejected('household/notice-mismatch', { expected: 'exit-1' });
    given(...upTo('HouseholdExitConsentGiven'))
      .when(
        'OpenExitPublicity',
        { notice: notices.posted },
        { others: { [notices.posted]: { ...notice('exit-1', 'posted'), households: [] } } },
      )
      .thenRejected('household/notice-mismatch');
    given(...upTo('ExitPublicityOpened'))
      .when('CloseExitPublicity', { notice: notices.posted })
      .thenRejected('household/notice-mismatch', { status: 'closed' });
  });

  it('needs a second publicity where the province demands one', () => {
    const rules = { 'publicity.round2.required.exit': true };
    given(...upTo('TownshipExitReviewed'))
      .when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader, rules })
      .thenRejected('household/step-missing', { missing: 'CloseNotice exit-2' });
    const [posted, hung] = [newUuid(), newUuid()];
    const others = { [posted]: notice('exit-2', 'posted'), [hung]: notice('exit-2', 'closed') };
    given(...upTo('TownshipExitReviewed'))
      .when('OpenExitPublicity', { notice: posted }, { others })
      .then({ type: 'ExitPublicityOpened', data: { notice: posted, round: 2 }, validFrom: '2016-11-05', case: CASE });
    given(...upTo('TownshipExitReviewed'), { type: 'ExitPublicityOpened', data: { notice: hung, round: 2 } })
      .when('CloseExitPublicity', { notice: hung }, { others })
      .then({ type: 'ExitPublicityClosed', data: { notice: hung, round: 2, objections: 0 }, validFrom: '2016-11-13' });
    const second: Given[] = [
      { type: 'ExitPublicityOpened', data: { notice: notices.posted, round: 2 } },
      { type: 'ExitPublicityClosed', data: { notice: notices.posted, round: 2, objections: 0 } },
    ];
    given(...upTo('TownshipExitReviewed'), ...second)
      .when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader, rules })
      .then({ type: 'CountyExitApproved' });
    given(...upTo('TownshipExitReviewed'), ...second)
      .when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader })
      .then({ type: 'CountyExitApproved' });
  });

  it('is not planned twice, nor for who never was poor, nor in the year of registration where that is forbidden', () => {
    given(...upTo('ExitPlanned'))
      .when('PlanExit', bodyOf('PlanExit'))
      .thenRejected('household/case-open');
    given(...steps)
      .when('PlanExit', bodyOf('PlanExit'))
      .thenRejected('household/not-registered');
    given({ ...registered, validFrom: '2016-04' })
      .when('PlanExit', bodyOf('PlanExit'), { rules: { 'exit.sameYearAsRegistration.allowed': false } })
      .thenRejected('household/exit-same-year', { year: 2016 });
    const forbidden = { rules: { 'exit.sameYearAsRegistration.allowed': false } };
    given({ ...registered, validFrom: '2016-04' })
      .when('PlanExit', { ...bodyOf('PlanExit'), year: 2017 }, forbidden)
      .then({ type: 'ExitPlanned' });
    given({ ...registered, validFrom: '2016-04' })
      .when('PlanExit', bodyOf('PlanExit'))
      .then({ type: 'ExitPlanned' });
  });
});

describe('an exited household', () => {
  const exit = steps.at(-1)?.id;
  it('relapses when circumstances change, and its old exit stays named', () => {
    given(...steps)
      .when('RelapseHousehold', { on, causes: ['1'], papers: of('approval') })
      .then({ type: 'HouseholdRelapsed', data: expect.objectContaining({ exit }) as object });
    const relapsed: Given = { type: 'HouseholdRelapsed', data: { exit, causes: ['1'], papers: of('approval') } };
    expect(given(...steps, relapsed).state()).toMatchObject({ status: 'relapsed', exit: { stage: 'none' } });
    given(...steps, relapsed)
      .when('PlanExit', { ...bodyOf('PlanExit'), year: 2018 })
      .then({ type: 'ExitPlanned' });
  });
  it('is revoked when the decision was wrong, by others than those who approved it', () => {
    const body = { on, ground: 'income', statisticalYear: 2017, papers: of('approval') };
    given(...steps)
      .when('RevokeExit', body, { actor: leader })
      .thenRejected('household/four-eyes');
    given(...steps)
      .when('RevokeExit', body, { actor: newUuid() })
      .then({ type: 'ExitRevoked', data: expect.objectContaining({ exit, ground: 'income' }) as object });
    expect(
      given(...steps, {
        type: 'ExitRevoked',
        data: { exit, ground: 'income', statisticalYear: 2017, papers: of('approval') },
      }).state(),
    ).toMatchObject({ status: 'poor' });
  });
  it('is neither revoked nor relapsed before it exited', () => {
    given(...upTo('ExitAnnounced'))
      .when('RelapseHousehold', { on, causes: ['1'], papers: of('approval') })
      .thenRejected('household/not-exited');
    given(registered)
      .when('RevokeExit', { on, ground: 'income', statisticalYear: 2017, papers: of('approval') })
      .thenRejected('household/not-exited', { status: 'poor' });
  });
  it('needs a paper for everything that follows', () => {
    for (const [command, body, kind] of [
      ['RelapseHousehold', { causes: ['1'] }, 'approval'],
      ['RevokeExit', { ground: 'income', statisticalYear: 2017 }, 'approval'],
      ['DeliverExitNotice', { receiver: wife }, 'exit'],
      ['RecordPostExitFollowUp', { items: items() }, 'visit'],
    ] as const) {
      given(...steps).when(command, { ...body, on, papers: of('other') }, { actor: newUuid() }).thenRejected('paper/kind-missing', { kind });
      const [fact] = given(...steps).when(command, { ...body, on, papers: of(kind) }, { actor: newUuid() }).decided();
      expect(fact).toMatchObject({ data: { ...body, papers: of(kind) }, validFrom: on, case: CASE });
      given(registered).when(command, { ...body, on, papers: of(kind) }).thenRejected('household/not-exited');
    }
  }); // prettier-ignore
  it('that was taken over as exited belongs to no case', () => {
    const [fact] = given({ ...registered, data: { ...registered.data, status: 'exited' } })
      .when('RelapseHousehold', { on, causes: ['1'], papers: of('approval') })
      .decided();
    expect(fact).not.toHaveProperty('case');
  });
  it('is visited and told', () => {
    given(...steps)
      .when('DeliverExitNotice', { on, receiver: wife, papers: of('exit') })
      .then({ type: 'ExitNoticeDelivered' });
    given(registered)
      .when('DeliverExitNotice', { on, receiver: wife, papers: of('exit') })
      .thenRejected('household/not-exited');
  });
});

describe('an open exit case', () => {
  it('is returned to a step that it has passed, never forwards', () => {
    const order = ['planned', 'pre-exit', 'surveyed'];
    for (const [at, after] of ['ExitPlanned', 'PreExitMarked', 'ExitSurveyed', 'ExitReviewHeld'].entries())
      for (const [index, to] of order.entries()) {
        const back = given(...upTo(after)).when('ReturnExitCase', { on, to, papers: of('opinion') });
        if (index < at) back.then({ type: 'ExitCaseReturned', data: { to, papers: of('opinion') }, validFrom: on, case: CASE });
        else back.thenRejected('household/not-back', { to });
        if (index < at) expect(given(...upTo(after), { type: 'ExitCaseReturned', data: { to, papers: of('opinion') } }).state()).toMatchObject({ exit: { stage: to } });
      }
  }); // prettier-ignore

  it('comes back from the township when it says so', () => {
    const returned: Given = { type: 'TownshipExitReviewed', data: { opinion: 'return', team: [township], papers: of('check') } }; // prettier-ignore
    expect(given(...upTo('ExitPublicityClosed'), returned).state()).toMatchObject({ exit: { stage: 'pre-exit' } });
  });

  it('of a relapsed household leaves it relapsed when it is abandoned before the pre-exit mark', () => {
    const relapsed: Given = { type: 'HouseholdRelapsed', data: { exit: newUuid(), causes: ['1'], papers: of('approval') } }; // prettier-ignore
    const abandoned: Given = { type: 'ExitCaseAbandoned', data: { papers: of('opinion') } };
    const planned = { type: 'ExitPlanned', data: { year: 2018, papers: of('plan') } };
    expect(given(...steps, relapsed, planned, abandoned).state()).toMatchObject({ status: 'relapsed' });
  });

  it('can be returned to an earlier stage or abandoned; a closed one cannot', () => {
    given(...upTo('ExitVerified'))
      .when('ReturnExitCase', { on, to: 'surveyed', papers: of('opinion') })
      .then({ type: 'ExitCaseReturned' });
    given(...upTo('ExitVerified'))
      .when('AbandonExitCase', { on, papers: of('opinion') })
      .then({ type: 'ExitCaseAbandoned' });
    for (const command of ['ReturnExitCase', 'AbandonExitCase']) {
      given(registered)
        .when(command, { on, papers: of('opinion'), ...(command === 'ReturnExitCase' && { to: 'surveyed' }) })
        .thenRejected('household/step-missing', { missing: 'PlanExit', stage: 'none' });
    }
    expect(
      given(...upTo('PreExitMarked'), { type: 'ExitCaseAbandoned', data: { papers: of('opinion') } }).state(),
    ).toMatchObject({ status: 'poor', exit: { stage: 'none' } });
  });
});
