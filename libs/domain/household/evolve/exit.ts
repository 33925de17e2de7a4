import type { FactMeta } from '@kernel/sourcing';
import type * as events from '../events/exit';
import { NO_EXIT, type EvolveTable, type ExitCase, type ExitStage, type Household } from '../state/household.state';
import { answered, posted, raised } from './publicity';

type ExitEvents = Omit<typeof events, 'ExitItem'>;

const moved = (household: Household, change: Partial<ExitCase>): Household => ({
  ...household,
  exit: { ...household.exit, ...change },
});

const step = (
  household: Household,
  stage: ExitStage,
  name: string,
  { actor }: FactMeta,
  change: Partial<ExitCase> = {},
): Household => moved(household, { stage, ...change, actors: { ...household.exit.actors, [name]: actor } });

const backToPoor = (household: Household): Household => ({
  ...household,
  status: household.status === 'relapsed' ? 'relapsed' : 'poor',
});

export const evolveExit: EvolveTable<ExitEvents> = {
  ExitPlanned: (household, { year }, { id, actor }) => ({
    ...household,
    exit: { ...NO_EXIT, case: id, stage: 'planned', year, actors: { plan: actor } },
  }),
  PreExitMarked: (household, _, meta) => ({ ...step(household, 'pre-exit', 'pre-exit', meta), status: 'pre-exit' }),
  ExitSurveyed: (household, { items, perHeadFen }, meta) =>
    step(household, 'surveyed', 'survey', meta, { items, perHeadFen }),
  ExitReviewHeld: (household, { passed }, meta) => step(household, passed ? 'reviewed' : 'pre-exit', 'review', meta),
  ExitVerified: (household, { accepted }, meta) =>
    step(household, accepted ? 'verified' : 'pre-exit', 'verification', meta),
  HouseholdExitConsentGiven: (household, _, meta) => step(household, 'consented', 'consent', meta),
  HouseholdExitConsentRefused: (household, _, meta) => step(household, 'consent-refused', 'consent', meta),
  ExitPublicityOpened: (household, { round, notice }, meta) =>
    step(
      household,
      round === 1 ? 'publicity-1' : 'publicity-2',
      `publicity-${String(round)}`,
      meta,
      posted(notice, meta),
    ),
  ExitPublicityClosed: (household, { round }) =>
    moved(household, { stage: round === 1 ? 'published-1' : 'published-2' }),
  ExitPublicityInvalidated: (household, { round }) =>
    moved(household, { stage: round === 1 ? 'consented' : 'township-reviewed' }),
  ExitObjectionRaised: (household, { objection }, meta) => moved(household, raised(household.exit, objection, meta)),
  ExitObjectionResolved: (household, { objection, upheld }) =>
    moved(household, { ...answered(household.exit, objection), ...(upheld && { stage: 'pre-exit' as const }) }),
  TownshipExitReviewed: (household, { opinion }, meta) =>
    step(household, opinion === 'approve' ? 'township-reviewed' : 'pre-exit', 'township-review', meta),
  CountyExitApproved: (household, _, meta) => step(household, 'approved', 'county-approval', meta),
  ExitAnnounced: (household, { notice }, meta) => step(household, 'announced', 'announcement', meta, { notice }),
  HouseholdExited: (household, _, meta) => ({
    ...step(household, 'exited', 'exit', meta, { exit: meta.id }),
    status: 'exited',
  }),
  ExitNoticeDelivered: (household) => household,
  ExitCaseReturned: (household, { to }) => moved(household, { stage: to, openObjections: [] }),
  ExitCaseAbandoned: (household) => backToPoor({ ...household, exit: NO_EXIT }),
  ExitRevoked: (household) => ({ ...household, status: 'poor', exit: NO_EXIT }),
  HouseholdRelapsed: (household) => ({ ...household, status: 'relapsed', exit: NO_EXIT }),
  PostExitFollowUpRecorded: (household) => household,
};
