import { ruleBook, type Enactment } from '@domain/parameter';
import { newUuid } from '@kernel/format';
import { addDays } from '@kernel/sourcing';
import { SUBJECT, foldedBy, type Given } from '@kernel/sourcing/testing/specification';
import { examine, type CaseSheet, type ComplianceFinding } from './compliance.rules';
import { procedureCases, type ProcedureCase } from './procedure-cases.projection';
import { examineAll, findingsCsv, reportOf } from './report';

const [village1, village2, township, leader, county, notice, theCase] = Array.from({ length: 7 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const rules = ruleBook();

interface Dated {
  readonly on: string;
  readonly by: string;
  readonly recorded?: string;
  readonly late?: string;
}

const fact = (type: string, data: object, { on, by, recorded, late }: Dated): Given => ({
  type,
  data,
  by,
  id: newUuid(),
  case: theCase,
  validFrom: on,
  at: `${recorded ?? (on.length === 10 ? on : '2016-12-01')}T02:00:00.000Z`,
  ...(late !== undefined && { reason: late }),
});

/** A sound exit of 2016; each step may be dated, recorded or done otherwise. */
const exitSteps = (change: Readonly<Record<string, Partial<Dated>>> = {}): readonly Given[] => {
  const step = (name: string, type: string, dated: Dated, data: object = {}) =>
    fact(type, data, { ...dated, ...change[name] });
  return [
    step('plan', 'ExitPlanned', { on: '2016-03-20', by: village1 }, { year: 2016 }),
    step('pre-exit', 'PreExitMarked', { on: '2016-04-10', by: county }, { year: 2016 }),
    step('survey', 'ExitSurveyed', { on: '2016-10-20', by: village1 }),
    step('review', 'ExitReviewHeld', { on: '2016-10-28', by: village1 }, { passed: true }),
    step('verification', 'ExitVerified', { on: '2016-11-02', by: village2 }, { accepted: true }),
    step('consent', 'HouseholdExitConsentGiven', { on: '2016-11-04', by: village2 }),
    step('publicity-1', 'ExitPublicityOpened', { on: '2016-11-05', by: village1 }, { notice, round: 1 }),
    step('closed-1', 'ExitPublicityClosed', { on: '2016-11-13', by: village1 }, { notice, round: 1 }),
    step('township-review', 'TownshipExitReviewed', { on: '2016-11-20', by: township }, { opinion: 'approve' }),
    step('county-approval', 'CountyExitApproved', { on: '2016-12-05', by: leader }),
    step('announcement', 'ExitAnnounced', { on: '2016-12-08', by: county }, { notice }),
    step('exit', 'HouseholdExited', { on: '2016-12-18', by: county }, { year: 2016 }),
    step('notice', 'ExitNoticeDelivered', { on: '2016-12-22', by: village1 }),
  ];
};

const caseOf = (...facts: readonly Given[]): ProcedureCase => foldedBy(procedureCases)(...facts) as ProcedureCase;
const sheet = (facts: readonly Given[], by = rules): CaseSheet => examine(caseOf(...facts), by);
const findingsOf = (facts: readonly Given[], by = rules): readonly ComplianceFinding[] => sheet(facts, by).findings;
const eventsOf = (facts: readonly Given[], ...types: readonly string[]) =>
  types.map((type) => {
    const revision = facts.findIndex((one) => one.type === type);
    return { id: facts[revision]?.id, revision };
  });
const without = (facts: readonly Given[], ...types: readonly string[]) =>
  facts.filter(({ type }) => !types.includes(type));
const upTo = (facts: readonly Given[], type: string) => facts.slice(0, facts.findIndex((one) => one.type === type) + 1);
const standing = ({ steps }: CaseSheet, name: string) => steps.find(({ step }) => step === name)?.standing;

const enacted = (key: string, value: number | boolean, from: string): Enactment => ({
  id: newUuid(),
  key,
  value,
  area: '433124',
  from,
  version: newUuid(),
});

describe('the procedure of an exit', () => {
  it('is sound when every step came in its order, in its time and by other eyes', () => {
    const sound = sheet(exitSteps());
    expect(sound).toMatchObject({
      household: SUBJECT,
      kind: 'exit',
      year: '2016',
      outcome: 'exited',
      persons: 5,
      findings: [],
    });
    expect(sound.steps.map((step) => step.standing)).toEqual(sound.steps.map(() => 'present'));
    expect(sound.steps.find(({ step }) => step === 'publicity-1')).toMatchObject({
      days: 8,
      closed: { on: '2016-11-13' },
    });
  });

  it('names a step dated before the one that must come first', () => {
    const facts = exitSteps({ verification: { on: '2016-10-25', recorded: '2016-11-02' } });
    expect(findingsOf(facts)).toEqual([
      {
        rule: 'step-inverted',
        step: 'verification',
        against: 'review',
        days: 3,
        events: eventsOf(facts, 'ExitReviewHeld', 'ExitVerified'),
      },
    ]);
  });

  it('holds the township check against the end of the publicity, not its beginning', () => {
    const facts = exitSteps({ 'township-review': { on: '2016-11-12', recorded: '2016-11-20' } });
    expect(findingsOf(facts)).toMatchObject([
      {
        rule: 'step-inverted',
        step: 'township-review',
        against: 'publicity-1',
        events: eventsOf(facts, 'ExitPublicityClosed', 'TownshipExitReviewed'),
      },
    ]);
  });

  it('finds no inversion where a date is not known to the day', () => {
    expect(findingsOf(exitSteps({ verification: { on: '2016-10', recorded: '2016-10-29' } }))).toEqual([]);
    expect(findingsOf(exitSteps({ verification: { on: '2016-09', recorded: '2016-09-29' } }))).toMatchObject([
      { rule: 'step-inverted' },
    ]);
  });

  it('finds a publicity shorter than the parameter of the day on which it was posted', () => {
    const facts = exitSteps({ 'closed-1': { on: '2016-11-10' } });
    const shipped = rules.lookup('publicity.exit.days', '433124110226', '2016-11-05')?.version;
    expect(findingsOf(facts)).toEqual([
      {
        rule: 'publicity-short',
        step: 'publicity-1',
        days: 5,
        required: 7,
        parameter: 'publicity.exit.days',
        version: shipped,
        events: eventsOf(facts, 'ExitPublicityOpened', 'ExitPublicityClosed'),
      },
    ]);
    const stricter = enacted('publicity.exit.days', 10, '2016-11-01');
    expect(findingsOf(exitSteps(), ruleBook([stricter]))).toMatchObject([
      { days: 8, required: 10, version: stricter.version },
    ]);
    expect(findingsOf(exitSteps(), ruleBook([enacted('publicity.exit.days', 10, '2016-11-06')]))).toEqual([]);
  });

  it('finds an exit that took effect before its announcement had hung long enough', () => {
    const facts = exitSteps({ exit: { on: '2016-12-12' }, notice: { on: '2016-12-12' } });
    expect(findingsOf(facts)).toMatchObject([
      {
        rule: 'publicity-short',
        step: 'announcement',
        days: 4,
        required: 7,
        events: eventsOf(facts, 'ExitAnnounced', 'HouseholdExited'),
      },
    ]);
  });

  it.each([
    [
      'an open objection',
      'ExitObjectionRaised',
      {},
      ['plan', 'pre-exit', 'survey', 'review', 'verification', 'consent', 'publicity-1'],
    ],
    [
      'a dismissed objection',
      'ExitObjectionResolved',
      { upheld: false },
      ['plan', 'pre-exit', 'survey', 'review', 'verification', 'consent', 'publicity-1'],
    ],
    ['an upheld objection', 'ExitObjectionResolved', { upheld: true }, ['plan', 'pre-exit']],
    [
      'an invalid publicity',
      'ExitPublicityInvalidated',
      { notice, round: 1 },
      ['plan', 'pre-exit', 'survey', 'review', 'verification', 'consent'],
    ],
  ])('goes on from where %s leaves it', (_what, type, data, kept) => {
    const one = caseOf(
      ...upTo(exitSteps(), 'ExitPublicityOpened'),
      fact(type, data, { on: '2016-11-09', by: township }),
    );
    expect(one).toMatchObject({ kind: 'exit', outcome: 'open' });
    expect(one.steps.map(({ step }) => step)).toEqual(kept);
  });

  it('counts a second publicity as not held when its notice was invalid', () => {
    const again = fact('ExitPublicityOpened', { notice, round: 2 }, { on: '2016-11-21', by: township });
    const invalid = fact('ExitPublicityInvalidated', { notice, round: 2 }, { on: '2016-11-22', by: township });
    const { steps, redone } = caseOf(...upTo(exitSteps(), 'TownshipExitReviewed'), again, invalid);
    expect(steps.at(-1)?.step).toBe('township-review');
    expect(redone).toMatchObject([{ step: 'publicity-2', event: again.id }]);
  });

  it('finds a step that was left out, but none that is not due yet', () => {
    const facts = without(exitSteps(), 'TownshipExitReviewed');
    expect(findingsOf(facts)).toMatchObject([
      { rule: 'step-missing', step: 'township-review', events: eventsOf(facts, 'ExitNoticeDelivered') },
    ]);
    const open = sheet(upTo(exitSteps(), 'ExitVerified'));
    expect(open).toMatchObject({ outcome: 'open', findings: [] });
    expect([standing(open, 'verification'), standing(open, 'consent')]).toEqual(['present', 'pending']);
    expect(findingsOf(upTo(exitSteps(), 'HouseholdExited'))).toEqual([]);
  });

  it('demands a second publicity where the parameter of the time does', () => {
    const second = ruleBook([enacted('publicity.round2.required.exit', true, '2016-01-01')]);
    expect(findingsOf(exitSteps(), second)).toMatchObject([{ rule: 'step-missing', step: 'publicity-2' }]);
    const later = ruleBook([enacted('publicity.round2.required.exit', true, '2017-01-01')]);
    expect(findingsOf(exitSteps(), later)).toEqual([]);
  });

  it('finds what was entered later than the parameter allows, with the reason that was stated', () => {
    const facts = exitSteps({ survey: { on: '2016-09-10', recorded: '2016-10-20', late: 'late-paper-late' } });
    expect(findingsOf(facts)).toMatchObject([
      {
        rule: 'late-entry',
        step: 'survey',
        days: 40,
        required: 30,
        reason: 'late-paper-late',
        events: eventsOf(facts, 'ExitSurveyed'),
      },
    ]);
    expect(findingsOf(exitSteps({ survey: { on: '2016-09-20', recorded: '2016-10-20' } }))).toEqual([]);
  });

  it('finds a household that was told of its exit too late', () => {
    const on = addDays('2016-12-18', 31);
    expect(findingsOf(exitSteps({ notice: { on } }))).toMatchObject([
      { rule: 'late-entry', step: 'notice', against: 'exit', days: 31, required: 30 },
    ]);
  });

  it('finds two steps by one person where four eyes are demanded', () => {
    const facts = exitSteps({ 'township-review': { by: village2 } });
    expect(findingsOf(facts)).toMatchObject([
      {
        rule: 'four-eyes',
        step: 'township-review',
        against: 'verification',
        events: eventsOf(facts, 'ExitVerified', 'TownshipExitReviewed'),
      },
      { rule: 'four-eyes', step: 'township-review', against: 'consent' },
    ]);
  });

  it('counts only the last time of a step that was done again, and keeps the first', () => {
    const first = upTo(exitSteps(), 'ExitAnnounced');
    const returned = fact('ExitCaseReturned', { to: 'pre-exit' }, { on: '2016-12-09', by: county });
    const again = sheet([...first, returned]);
    expect([standing(again, 'pre-exit'), standing(again, 'survey')]).toEqual(['present', 'pending']);
    expect(again.redone.map(({ step }) => step)).toEqual([
      'survey',
      'review',
      'verification',
      'consent',
      'publicity-1',
      'township-review',
      'county-approval',
      'announcement',
    ]);
    const surveyed = fact('ExitSurveyed', {}, { on: '2016-12-10', by: village1 });
    expect(sheet([...first, returned, surveyed])).toMatchObject({ findings: [], outcome: 'open' });
  });

  it.each([
    ['the appraisal fails', 'ExitReviewHeld', { passed: false }],
    ['the village does not accept it', 'ExitVerified', { accepted: false }],
    ['the township returns it', 'TownshipExitReviewed', { opinion: 'return' }],
  ])('goes back to the mark when %s', (_what, type, data) => {
    const facts = [...without(upTo(exitSteps(), type), type), fact(type, data, { on: '2016-11-20', by: township })];
    expect(caseOf(...facts).steps.map(({ step }) => step)).toEqual(['plan', 'pre-exit']);
  });

  it.each([
    ['ExitCaseAbandoned', 'abandoned'],
    ['ExitRevoked', 'revoked'],
  ])('ends by %s', (type, outcome) => {
    expect(caseOf(...exitSteps(), fact(type, {}, { on: '2017-06-10', by: leader })).outcome).toBe(outcome);
  });
});

describe('the procedure of an identification', () => {
  const steps: readonly Given[] = [
    fact('HouseholdApplicationSubmitted', {}, { on: '2015-03-02', by: village1 }),
    fact('HouseholdSurveyed', {}, { on: '2015-03-06', by: village1 }),
    fact('IncomeAssessed', {}, { on: '2015-03-06', by: village1 }),
    fact('DemocraticReviewHeld', { passed: true }, { on: '2015-03-10', by: village1 }),
    fact('VillageVerificationCompleted', { accepted: true }, { on: '2015-03-15', by: village2 }),
    fact('PublicityOpened', { notice, round: 1 }, { on: '2015-03-16', by: village1 }),
    fact('PublicityClosed', { notice, round: 1 }, { on: '2015-03-24', by: village1 }),
    fact('TownshipReviewCompleted', { opinion: 'approve' }, { on: '2015-03-28', by: township }),
    fact('PublicityOpened', { notice, round: 2 }, { on: '2015-04-01', by: township }),
    fact('PublicityClosed', { notice, round: 2 }, { on: '2015-04-09', by: township }),
    fact('CountyReviewCompleted', { opinion: 'approve' }, { on: '2015-04-12', by: county }),
    fact('IdentificationAnnounced', { notice }, { on: '2015-04-15', by: county }),
    fact('HouseholdRegistered', { kind: 'new', status: 'poor', evidenceGaps: [] }, { on: '2015-04-25', by: leader }),
  ];

  it('is sound with two publicities and an announcement', () => {
    expect(sheet(steps)).toMatchObject({ kind: 'identification', outcome: 'registered', year: '2015', findings: [] });
  });

  it('needs its second publicity', () => {
    const facts = steps.filter(({ data }) => (data as { round?: number }).round !== 2);
    expect(findingsOf(facts)).toMatchObject([{ rule: 'step-missing', step: 'publicity-2' }]);
  });

  it.each([
    ['withdrawn', 'HouseholdApplicationWithdrawn', {}, 'withdrawn'],
    ['not passed by the village', 'DemocraticReviewHeld', { passed: false }, 'rejected'],
    ['not verified', 'VillageVerificationCompleted', { accepted: false }, 'rejected'],
    ['rejected by the township', 'TownshipReviewCompleted', { opinion: 'reject' }, 'rejected'],
    ['rejected by the county', 'CountyReviewCompleted', { opinion: 'reject' }, 'rejected'],
  ])('has no finding for what did not come when it was %s', (_what, type, data, outcome) => {
    const last = fact(type, data, { on: '2015-05-01', by: leader });
    const until = steps.findIndex((one) => one.type === type);
    expect(sheet([...steps.slice(0, until < 0 ? 4 : until), last])).toMatchObject({ outcome, findings: [] });
  });

  it.each([
    ['an upheld objection', 'PublicityObjectionResolved', { upheld: true }, ['application', 'survey']],
    [
      'a dismissed objection',
      'PublicityObjectionResolved',
      { upheld: false },
      ['application', 'survey', 'income', 'review', 'verification', 'publicity-1'],
    ],
    [
      'an invalid publicity',
      'PublicityInvalidated',
      { notice, round: 1 },
      ['application', 'survey', 'income', 'review', 'verification'],
    ],
    ['a return by the township', 'TownshipReviewCompleted', { opinion: 'return' }, ['application', 'survey', 'income']],
    ['a returned case', 'CaseReturned', { to: 'applied' }, ['application']],
  ])('goes on from where %s leaves it', (_what, type, data, kept) => {
    const facts = [...steps.slice(0, 6), fact(type, data, { on: '2015-03-20', by: township })];
    expect(caseOf(...facts).steps.map(({ step }) => step)).toEqual(kept);
  });

  it('lies on paper or lacks evidence where it was taken over from the old register', () => {
    const gaps = ['review', 'publicity', 'approval-paper', 'exit-procedure'];
    const facts: readonly Given[] = [
      {
        type: 'HouseholdRegistered',
        data: { kind: 'legacy', evidenceGaps: gaps },
        validFrom: '2014-04',
        at: '2016-06-03T02:00:00.000Z',
        via: 'import',
      } as Given,
    ];
    const legacy = sheet(facts);
    expect(
      ['application', 'review', 'publicity-1', 'publicity-2', 'registration'].map((step) => standing(legacy, step)),
    ).toEqual(['on-paper', 'gap', 'gap', 'gap', 'present']);
    expect(legacy.findings.map(({ rule, step }) => [rule, step])).toEqual([
      ['evidence-gap', 'review'],
      ['evidence-gap', 'publicity-1'],
      ['evidence-gap', 'registration'],
      ['evidence-gap', 'exit'],
    ]);
  });

  it.each(['legacy', 'new', 'missed'])(
    'names an exit of which there is no procedure, whatever the registration says of its evidence: %s',
    (kind) => {
      const id = newUuid();
      const registered = (status: string): Given => ({
        type: 'HouseholdRegistered',
        id,
        data: { kind, status, evidenceGaps: [] },
      });
      const gap = { rule: 'evidence-gap', step: 'exit', events: [{ id, revision: 0 }] };
      const gapsOf = (...facts: readonly Given[]) => findingsOf(facts).filter(({ rule }) => rule === 'evidence-gap');
      for (const status of ['exited', 'pre-exit', 'relapsed']) expect(gapsOf(registered(status))).toEqual([gap]);
      expect(gapsOf(registered('poor'))).toEqual([]);
      const data = { request: newUuid(), event: id, corrects: 'HouseholdRegistered', replaces: { status: 'exited' } };
      expect(gapsOf(registered('poor'), { type: 'CorrectionRecorded', data })).toEqual([gap]);
    },
  );
});

describe('the report of a village and year', () => {
  const sound = caseOf(...exitSteps());
  const wrong = caseOf(
    ...without(exitSteps({ verification: { on: '2016-10-25', recorded: '2016-11-02' } }), 'ExitAnnounced'),
  );
  const elsewhere = { ...sound, area: '433124110218' };
  const report = reportOf(examineAll([sound, wrong, elsewhere], rules));

  it('counts per village and lists every finding with its case', () => {
    expect(report.villages).toMatchObject([
      { area: '433124110218', cases: 1, finished: 1, sound: 1 },
      {
        area: '433124110226',
        cases: 2,
        finished: 2,
        sound: 1,
        breaches: { 'step-missing': 1, 'step-inverted': 1, 'late-entry': 0 },
      },
    ]);
    expect(report.findings.map(({ rule, step, household }) => [rule, step, household])).toEqual([
      ['step-missing', 'announcement', SUBJECT],
      ['step-inverted', 'verification', SUBJECT],
    ]);
  });

  it('gives the findings to a spreadsheet, one line each', () => {
    const lines = findingsCsv(report.findings).split('\r\n');
    expect(lines[0]).toBe(
      '\ufeffarea,household,case,kind,rule,step,against,days,required,parameter,version,reason,events',
    );
    expect(lines[2]).toMatch(
      new RegExp(
        `^433124110226,${SUBJECT},exit-${theCase},exit,step-inverted,verification,review,3,,,,,3:[0-9a-f-]{36} 4:`,
      ),
    );
    expect(lines.at(-1)).toBe('');
  });
});
