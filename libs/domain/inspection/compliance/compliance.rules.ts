import { daysBetween, firstDay, localDate, type RuleBook } from '@kernel/sourcing';
import type { CaseStep, Doing, ProcedureCase } from './procedure-cases.projection';
import { EVIDENCE_OF, FOUR_EYES, stepsOfKind, type StepName } from './steps';

/** How a step stands: done, not yet due, left out; legacy steps lie on paper, or their evidence is missing. */
export type Standing = 'present' | 'pending' | 'missing' | 'on-paper' | 'gap';

export type Breach = 'step-missing' | 'step-inverted' | 'publicity-short' | 'late-entry' | 'four-eyes' | 'evidence-gap';
export const BREACHES: readonly Breach[] = [
  'step-missing',
  'step-inverted',
  'publicity-short',
  'late-entry',
  'four-eyes',
  'evidence-gap',
];

/** Something that was not kept, and the events it rests on. */
export interface ComplianceFinding {
  readonly rule: Breach;
  readonly step: StepName;
  /** The step it collides with. */
  readonly against?: StepName;
  readonly days?: number;
  readonly required?: number;
  /** Parameter and version that were in force then. */
  readonly parameter?: string;
  readonly version?: string;
  /** Why it was entered late, as stated. */
  readonly reason?: string;
  readonly events: readonly { readonly id: string; readonly revision: number }[];
}

export interface StepSheet {
  readonly step: StepName;
  readonly standing: Standing;
  readonly done?: Doing;
  readonly closed?: Doing;
  /** Days a publicity hung. */
  readonly days?: number;
}

export interface CaseSheet extends Omit<ProcedureCase, 'steps'> {
  readonly steps: readonly StepSheet[];
  /** Different persons who did the steps. */
  readonly persons: number;
  readonly findings: readonly ComplianceFinding[];
}

const MONTH_ENDS = 31;

/** Last day of a civil date that may be partial. */
const lastDay = (date: string): string =>
  date.length === 4 ? `${date}-12-31` : date.length === 7 ? `${date}-${String(MONTH_ENDS)}` : date;

const eventOf = ({ event, revision }: Doing) => ({ id: event, revision });

const isOver = ({ outcome }: ProcedureCase): boolean =>
  outcome === 'registered' || outcome === 'exited' || outcome === 'revoked';

/** Steps that this case must have, in order. */
const demanded = (one: ProcedureCase, rules: RuleBook): readonly StepName[] => {
  const order = stepsOfKind(one.kind);
  if (one.kind === 'identification' || one.steps.some(({ step }) => step === 'publicity-2')) return order;
  const on = firstDay(one.steps.find(({ step }) => step === 'township-review')?.on ?? one.year);
  const second = rules.lookup('publicity.round2.required.exit', one.area, on)?.value === true;
  return second ? order : order.filter((step) => step !== 'publicity-2');
};

const standingOf = (one: ProcedureCase, step: StepName, reached: number, order: readonly StepName[]): Standing => {
  if (one.steps.some((known) => known.step === step)) return 'present';
  if (one.legacy) return one.gaps.includes(EVIDENCE_OF[step] ?? '') ? 'gap' : 'on-paper';
  const isPassed = order.indexOf(step) < reached || (isOver(one) && step !== 'notice');
  return isPassed ? 'missing' : 'pending';
};

const missing = (one: ProcedureCase, sheets: readonly StepSheet[]): readonly ComplianceFinding[] => {
  const rests = one.steps.at(-1);
  return sheets
    .filter(({ standing }) => standing === 'missing')
    .map(({ step }) => ({ rule: 'step-missing', step, events: rests ? [eventOf(rests)] : [] }));
};

/** Evidence that the registration did not have; `exit-procedure` is about an exit that it only reports. */
const gaps = ({ gaps: missed, steps }: ProcedureCase): readonly ComplianceFinding[] => {
  const registered = steps.find(({ step }) => step === 'registration');
  if (!registered) return [];
  const stepFor = (gap: string): StepName =>
    (Object.entries(EVIDENCE_OF) as [StepName, string][]).find(([, evidence]) => evidence === gap)?.[0] ?? 'exit';
  return missed.map((gap) => ({ rule: 'evidence-gap', step: stepFor(gap), events: [eventOf(registered)] }));
};

const endOf = ({ on, closed }: CaseStep): string => closed?.on ?? on;

/** A step dated before the end of one that must come first. */
const inverted = (ordered: readonly CaseStep[]): readonly ComplianceFinding[] =>
  ordered.flatMap((later, index) => {
    const before = ordered
      .slice(0, index)
      .filter((earlier) => lastDay(later.on) < firstDay(endOf(earlier)))
      .at(-1);
    if (!before) return [];
    const days = daysBetween(later.on, endOf(before));
    return [
      {
        rule: 'step-inverted',
        step: later.step,
        against: before.step,
        days,
        events: [eventOf(before.closed ?? before), eventOf(later)],
      },
    ];
  });

const parameterOf = (one: ProcedureCase, step: StepName): string =>
  step === 'announcement' ? 'publicity.announcement.days' : `publicity.${one.kind}.days`;

const hung = (one: ProcedureCase, step: CaseStep): Doing | undefined => {
  if (step.step !== 'announcement') return step.closed;
  return one.steps.find((known) => known.step === 'registration' || known.step === 'exit');
};

/**
 * Publicities by the days that were demanded when they were posted; an announcement hangs until the decision takes
 * effect.
 */
const short = (one: ProcedureCase, rules: RuleBook): readonly ComplianceFinding[] =>
  one.steps.flatMap((step) => {
    const end = /^(publicity-[12]|announcement)$/.test(step.step) ? hung(one, step) : undefined;
    if (!end) return [];
    const parameter = parameterOf(one, step.step);
    const rule = rules.lookup(parameter, one.area, firstDay(step.on));
    const [days, required] = [daysBetween(step.on, end.on), Number(rule?.value ?? 0)];
    if (days >= required || days < 0) return [];
    const version = rule && { version: rule.version };
    return [
      {
        rule: 'publicity-short',
        step: step.step,
        days,
        required,
        parameter,
        ...version,
        events: [eventOf(step), eventOf(end)],
      },
    ];
  });

const lateBy = (one: ProcedureCase, step: StepName, doing: Doing, rules: RuleBook): readonly ComplianceFinding[] => {
  const recorded = localDate(doing.recordedAt);
  const rule = rules.lookup('backdate.days', one.area, recorded);
  const [days, required] = [daysBetween(doing.on, recorded), Number(rule?.value ?? 0)];
  if (days <= required) return [];
  const version = rule && { version: rule.version };
  const reason = doing.reason !== undefined && { reason: doing.reason };
  return [
    {
      rule: 'late-entry',
      step,
      days,
      required,
      parameter: 'backdate.days',
      ...version,
      ...reason,
      events: [eventOf(doing)],
    },
  ];
};

/** Steps recorded long after they happened; what was taken over from the old register is not entered late. */
const late = (one: ProcedureCase, rules: RuleBook): readonly ComplianceFinding[] =>
  one.steps.flatMap((step) =>
    [step, ...(step.closed ? [step.closed] : [])]
      .filter(({ via }) => via !== 'import')
      .flatMap((doing) => lateBy(one, step.step, doing, rules)),
  );

/** The household was told of its exit later than it should have been. */
const lateNotice = (one: ProcedureCase, rules: RuleBook): readonly ComplianceFinding[] => {
  const [exit, notice] = ['exit', 'notice'].map((name) => one.steps.find(({ step }) => step === name));
  if (!exit || !notice) return [];
  const rule = rules.lookup('exit.notice.days', one.area, firstDay(exit.on));
  const [days, required] = [daysBetween(exit.on, notice.on), Number(rule?.value ?? Number.MAX_SAFE_INTEGER)];
  if (days <= required) return [];
  const version = rule && { version: rule.version };
  return [
    {
      rule: 'late-entry',
      step: 'notice',
      against: 'exit',
      days,
      required,
      parameter: 'exit.notice.days',
      ...version,
      events: [eventOf(exit), eventOf(notice)],
    },
  ];
};

const fourEyes = (one: ProcedureCase): readonly ComplianceFinding[] =>
  one.steps.flatMap((step) => {
    const earlier = one.steps.filter((known) => FOUR_EYES[one.kind][step.step]?.includes(known.step));
    return earlier
      .filter(({ actor }) => actor === step.actor)
      .map((same) => ({
        rule: 'four-eyes' as const,
        step: step.step,
        against: same.step,
        events: [eventOf(same), eventOf(step)],
      }));
  });

const sheetOf = (step: StepName, standing: Standing, done: CaseStep | undefined): StepSheet => {
  if (!done) return { step, standing };
  const { closed, step: _step, ...doing } = done;
  return { step, standing, done: doing, ...(closed && { closed, days: daysBetween(done.on, closed.on) }) };
};

/** A case held against the rules that were in force at each of its steps. */
export const examine = (one: ProcedureCase, rules: RuleBook): CaseSheet => {
  const order = demanded(one, rules);
  const reached = Math.max(-1, ...one.steps.map(({ step }) => order.indexOf(step)));
  const ordered = order.flatMap((step) => one.steps.find((known) => known.step === step) ?? []);
  const steps = order.map((step, index) =>
    sheetOf(
      step,
      standingOf(one, step, reached, order),
      ordered.find((known) => known.step === order[index]),
    ),
  );
  return {
    ...one,
    steps,
    persons: new Set(one.steps.flatMap(({ actor, closed }) => [actor, ...(closed ? [closed.actor] : [])])).size,
    findings: [
      ...missing(one, steps),
      ...gaps(one),
      ...inverted(ordered),
      ...short(one, rules),
      ...late(one, rules),
      ...lateNotice(one, rules),
      ...fourEyes(one),
    ],
  };
};
