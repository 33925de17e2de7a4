import { householdEvents } from '@domain/household/contract';
import { defineProjection, effectiveDay, type FactMeta } from '@kernel/sourcing';
import { stepsOfKind, type CaseKind, type StepName } from './steps';

/** Who did something, when it happened, and when it was recorded. */
export interface Doing {
  readonly event: string;
  readonly revision: number;
  /** Civil date of the act, as precise as known. */
  readonly on: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly post?: string;
  readonly via: string;
  /** `late-…` when it was entered late. */
  readonly reason?: string;
}

export interface CaseStep extends Doing {
  readonly step: StepName;
  /** The end of a publicity. */
  readonly closed?: Doing;
}

export type Outcome = 'open' | 'registered' | 'exited' | 'rejected' | 'withdrawn' | 'abandoned' | 'revoked';

/** One identification or one exit of a household: the steps that count, and those that were done again. */
export interface ProcedureCase {
  readonly id: string;
  readonly household: string;
  readonly kind: CaseKind;
  /** Area in which the case began. */
  readonly area: string;
  readonly year: string;
  readonly outcome: Outcome;
  /** Taken over from the old register: its steps lie on paper. */
  readonly legacy: boolean;
  /** Evidence that there is not; of an exit without its procedure `exit-procedure`, whoever said so. */
  readonly gaps: readonly string[];
  readonly steps: readonly CaseStep[];
  readonly redone: readonly CaseStep[];
}

type Case = ProcedureCase | undefined;

const caseIdOf = (kind: CaseKind, meta: FactMeta): string => `${kind}-${meta.case ?? meta.id}`;

const doingOf = ({ id, revision, recordedAt, actor, post, via, reason, validFrom, ...meta }: FactMeta): Doing => ({
  event: id,
  revision,
  on: validFrom ?? effectiveDay({ ...meta, recordedAt }),
  recordedAt,
  actor,
  via,
  ...(post !== undefined && { post }),
  ...(reason !== undefined && { reason }),
});

const begun = (kind: CaseKind, meta: FactMeta): ProcedureCase => ({
  id: caseIdOf(kind, meta),
  household: meta.subject,
  kind,
  area: meta.area,
  year: effectiveDay(meta).slice(0, 4),
  outcome: 'open',
  legacy: false,
  gaps: [],
  steps: [],
  redone: [],
});

/** A step done again replaces the first time, which stays readable. */
const done = (
  one: ProcedureCase,
  step: StepName,
  meta: FactMeta,
  change: Partial<ProcedureCase> = {},
): ProcedureCase => ({
  ...one,
  steps: [...one.steps.filter((known) => known.step !== step), { step, ...doingOf(meta) }],
  redone: [...one.redone, ...one.steps.filter((known) => known.step === step)],
  ...change,
});

/** Sent back: what came after a step does not count any more. */
const back = (one: Case, to: StepName): Case => {
  if (!one) return undefined;
  const order = stepsOfKind(one.kind);
  const isKept = ({ step }: CaseStep): boolean => order.indexOf(step) <= order.indexOf(to);
  return {
    ...one,
    outcome: 'open',
    steps: one.steps.filter(isKept),
    redone: [...one.redone, ...one.steps.filter((step) => !isKept(step))],
  };
};

const ended = (one: Case, outcome: Outcome): Case => one && { ...one, outcome };

const closed = (one: Case, round: 1 | 2, meta: FactMeta): Case =>
  one && {
    ...one,
    steps: one.steps.map((known) =>
      known.step === `publicity-${String(round)}` ? { ...known, closed: doingOf(meta) } : known,
    ),
  };

const withdrawnRound = (one: Case, round: 1 | 2): Case => back(one, round === 1 ? 'verification' : 'township-review');

const identified =
  (step: StepName) =>
  (one: Case, _: object, meta: FactMeta): Case =>
    done(one ?? begun('identification', meta), step, meta);

const exited =
  (step: StepName) =>
  (one: Case, _: object, meta: FactMeta): Case =>
    done(one ?? begun('exit', meta), step, meta);

const OPINIONS = { return: 'income', reject: 'rejected' } as const;

const opinion =
  (step: StepName) =>
  (one: Case, fact: { readonly opinion: 'approve' | 'return' | 'reject' }, meta: FactMeta): Case => {
    const seen = done(one ?? begun('identification', meta), step, meta);
    if (fact.opinion === 'return') return back(seen, OPINIONS.return);
    return fact.opinion === 'reject' ? ended(seen, OPINIONS.reject) : seen;
  };

const RETURNED = { planned: 'plan', 'pre-exit': 'pre-exit', surveyed: 'survey', applied: 'application' } as const;

const EXIT_EVENTS: ReadonlySet<string> = new Set([
  'ExitPlanned',
  'PreExitMarked',
  'ExitSurveyed',
  'ExitReviewHeld',
  'ExitVerified',
  'HouseholdExitConsentGiven',
  'HouseholdExitConsentRefused',
  'ExitPublicityOpened',
  'ExitPublicityClosed',
  'ExitPublicityInvalidated',
  'ExitObjectionRaised',
  'ExitObjectionResolved',
  'TownshipExitReviewed',
  'CountyExitApproved',
  'ExitAnnounced',
  'HouseholdExited',
  'ExitNoticeDelivered',
  'ExitCaseReturned',
  'ExitCaseAbandoned',
  'ExitRevoked',
]);

/** Every identification and every exit, step by step: what compliance is judged by. Opens nothing. */
export const procedureCases = defineProjection<ProcedureCase>()({
  name: 'procedure-cases',
  version: 2,
  from: householdEvents,
  indexes: ['area', 'year', 'household'],
  opens: [],
  key: (_, meta) => caseIdOf(EXIT_EVENTS.has(meta.type) ? 'exit' : 'identification', meta),
  on: {
    HouseholdApplicationSubmitted: identified('application'),
    HouseholdApplicationWithdrawn: (one) => ended(one, 'withdrawn'),
    HouseholdSurveyed: identified('survey'),
    IncomeAssessed: identified('income'),
    DemocraticReviewHeld: (one, { passed }, meta) => {
      const held = done(one ?? begun('identification', meta), 'review', meta);
      return passed ? held : ended(held, 'rejected');
    },
    VillageVerificationCompleted: (one, { accepted }, meta) => {
      const verified = done(one ?? begun('identification', meta), 'verification', meta);
      return accepted ? verified : ended(verified, 'rejected');
    },
    PublicityOpened: (one, { round }, meta) =>
      done(one ?? begun('identification', meta), round === 1 ? 'publicity-1' : 'publicity-2', meta),
    PublicityClosed: (one, { round }, meta) => closed(one, round, meta),
    PublicityInvalidated: (one, { round }) => withdrawnRound(one, round),
    PublicityObjectionResolved: (one, { upheld }) => (upheld ? back(one, 'survey') : one),
    TownshipReviewCompleted: opinion('township-review'),
    CountyReviewCompleted: opinion('county-review'),
    IdentificationAnnounced: identified('announcement'),
    CaseReturned: (one, { to }) => back(one, RETURNED[to]),
    HouseholdRegistered: (one, { kind, status, evidenceGaps }, meta) =>
      done(one ?? begun('identification', meta), 'registration', meta, {
        outcome: 'registered',
        legacy: kind === 'legacy',
        gaps: status === 'poor' ? evidenceGaps : [...new Set([...evidenceGaps, 'exit-procedure'])],
        year: effectiveDay(meta).slice(0, 4),
      }),
    ExitPlanned: (one, { year }, meta) => done(one ?? begun('exit', meta), 'plan', meta, { year: String(year) }),
    PreExitMarked: (one, { year }, meta) => done(one ?? begun('exit', meta), 'pre-exit', meta, { year: String(year) }),
    ExitSurveyed: exited('survey'),
    ExitReviewHeld: (one, { passed }, meta) => {
      const held = done(one ?? begun('exit', meta), 'review', meta);
      return passed ? held : back(held, 'pre-exit');
    },
    ExitVerified: (one, { accepted }, meta) => {
      const verified = done(one ?? begun('exit', meta), 'verification', meta);
      return accepted ? verified : back(verified, 'pre-exit');
    },
    HouseholdExitConsentGiven: exited('consent'),
    ExitPublicityOpened: (one, { round }, meta) =>
      done(one ?? begun('exit', meta), round === 1 ? 'publicity-1' : 'publicity-2', meta),
    ExitPublicityClosed: (one, { round }, meta) => closed(one, round, meta),
    ExitPublicityInvalidated: (one, { round }) => back(one, round === 1 ? 'consent' : 'township-review'),
    ExitObjectionResolved: (one, { upheld }) => (upheld ? back(one, 'pre-exit') : one),
    TownshipExitReviewed: (one, fact, meta) => {
      const reviewed = done(one ?? begun('exit', meta), 'township-review', meta);
      return fact.opinion === 'approve' ? reviewed : back(reviewed, 'pre-exit');
    },
    CountyExitApproved: exited('county-approval'),
    ExitAnnounced: exited('announcement'),
    HouseholdExited: (one, { year }, meta) =>
      done(one ?? begun('exit', meta), 'exit', meta, { outcome: 'exited', year: String(year) }),
    ExitNoticeDelivered: (one, _, meta) => one && done(one, 'notice', meta),
    ExitCaseReturned: (one, { to }) => back(one, RETURNED[to]),
    ExitCaseAbandoned: (one) => ended(one, 'abandoned'),
    ExitRevoked: (one) => ended(one, 'revoked'),
  },
});
