import { newUuid } from '@kernel/format';
import { type Given } from '@kernel/sourcing/testing/specification';
import {
  fact,
  caseOf,
  sheet,
  findingsOf,
  standing,
  village1,
  village2,
  township,
  leader,
  county,
  notice,
} from '../testing/cases';

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
