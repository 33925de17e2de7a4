import { ruleBook } from '@domain/parameter';
import { addDays } from '@kernel/sourcing';
import { SUBJECT } from '@kernel/sourcing/testing/specification';
import {
  rules,
  fact,
  exitSteps,
  caseOf,
  sheet,
  findingsOf,
  eventsOf,
  without,
  upTo,
  standing,
  enacted,
  village1,
  village2,
  township,
  leader,
  county,
  notice,
  theCase,
} from '../testing/cases';
import { examineAll, findingsCsv, reportOf } from './report';

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
