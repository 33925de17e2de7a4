import { ruleBook, type Enactment } from '@domain/parameter';
import { newUuid } from '@kernel/format';
import { foldedBy, type Given } from '@kernel/sourcing/testing/specification';
import { examine, type CaseSheet, type ComplianceFinding } from '../compliance/compliance.rules';
import { procedureCases, type ProcedureCase } from '../compliance/procedure-cases.projection';

export const [village1, village2, township, leader, county, notice, theCase] = Array.from({ length: 7 }, () =>
  newUuid(),
) as [string, string, string, string, string, string, string];
export const rules = ruleBook();

interface Dated {
  readonly on: string;
  readonly by: string;
  readonly recorded?: string;
  readonly late?: string;
}

export const fact = (type: string, data: object, { on, by, recorded, late }: Dated): Given => ({
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
export const exitSteps = (change: Readonly<Record<string, Partial<Dated>>> = {}): readonly Given[] => {
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

export const caseOf = (...facts: readonly Given[]): ProcedureCase =>
  foldedBy(procedureCases)(...facts) as ProcedureCase;
export const sheet = (facts: readonly Given[], by = rules): CaseSheet => examine(caseOf(...facts), by);
export const findingsOf = (facts: readonly Given[], by = rules): readonly ComplianceFinding[] =>
  sheet(facts, by).findings;
export const eventsOf = (facts: readonly Given[], ...types: readonly string[]) =>
  types.map((type) => {
    const revision = facts.findIndex((one) => one.type === type);
    return { id: facts[revision]?.id, revision };
  });
export const without = (facts: readonly Given[], ...types: readonly string[]) =>
  facts.filter(({ type }) => !types.includes(type));
export const upTo = (facts: readonly Given[], type: string) =>
  facts.slice(0, facts.findIndex((one) => one.type === type) + 1);
export const standing = ({ steps }: CaseSheet, name: string) => steps.find(({ step }) => step === name)?.standing;

export const enacted = (key: string, value: number | boolean, from: string): Enactment => ({
  id: newUuid(),
  key,
  value,
  area: '433124',
  from,
  version: newUuid(),
});
