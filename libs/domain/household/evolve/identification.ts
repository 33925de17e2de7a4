import type * as events from '../events/identification';
import {
  NO_CASE,
  NO_EXIT,
  type EvolveTable,
  type Household,
  type Identification,
  type Stage,
  type Status,
} from '../state/household.state';
import type { FactMeta } from '@kernel/sourcing';
import { asMembers, headOf } from './members';
import { answered, posted, raised } from './publicity';

type IdentificationEvents = Omit<typeof events, 'OnNotice' | 'InRound' | 'ReviewResult' | 'Verification' | 'Opinion'>;

const moved = (household: Household, change: Partial<Identification>): Household => ({
  ...household,
  identification: { ...household.identification, ...change },
});

/** Moves the case on, remembering who did the step. */
const step = (
  household: Household,
  stage: Stage,
  name: string,
  { actor }: FactMeta,
  change: Partial<Identification> = {},
): Household => moved(household, { stage, ...change, actors: { ...household.identification.actors, [name]: actor } });

const AFTER_OPINION = { return: 'surveyed', reject: 'rejected-by-' } as const;

export const evolveIdentification: EvolveTable<IdentificationEvents> = {
  HouseholdApplicationSubmitted: (
    household,
    { members, applicant, area, papers: _papers, mode: _mode, statedIncomeFen: _stated, ...facts },
    meta,
  ) => ({
    ...household,
    area,
    head: headOf(members, applicant),
    members: asMembers(members),
    facts,
    identification: { ...NO_CASE, case: meta.id, stage: 'applied', actors: { application: meta.actor } },
  }),
  HouseholdApplicationWithdrawn: (household) => moved(household, { stage: 'withdrawn', openObjections: [] }),
  CheckAuthorisationSigned: (household) => household,
  HouseholdSurveyed: (household, _, meta) => step(household, 'surveyed', 'survey', meta),
  IncomeAssessed: (household) => moved(household, { incomeAssessed: true }),
  DemocraticReviewHeld: (household, { passed }, meta) =>
    step(household, passed ? 'shortlisted' : 'rejected-by-village', 'review', meta),
  VillageVerificationCompleted: (household, { accepted }, meta) =>
    step(household, accepted ? 'verified' : 'rejected-by-village', 'verification', meta),
  PublicityOpened: (household, { round, notice }, meta) =>
    step(
      household,
      round === 1 ? 'publicity-1' : 'publicity-2',
      `publicity-${String(round)}`,
      meta,
      posted(notice, meta),
    ),
  PublicityClosed: (household, { round }) =>
    moved(household, { stage: round === 1 ? 'submitted-to-township' : 'submitted-to-county' }),
  PublicityInvalidated: (household, { round }) =>
    moved(household, { stage: round === 1 ? 'verified' : 'approved-by-township' }),
  PublicityObjectionRaised: (household, { objection }, meta) =>
    moved(household, raised(household.identification, objection, meta)),
  PublicityObjectionResolved: (household, { objection, upheld }) =>
    moved(household, {
      ...answered(household.identification, objection),
      ...(upheld && { stage: 'surveyed' as const, incomeAssessed: false }),
    }),
  TownshipReviewCompleted: (household, { opinion }, meta) =>
    step(
      household,
      opinion === 'approve' ? 'approved-by-township' : afterOpinion(opinion, 'township'),
      'township-review',
      meta,
    ),
  CountyReviewCompleted: (household, { opinion }, meta) =>
    step(
      household,
      opinion === 'approve' ? 'approved-by-county' : afterOpinion(opinion, 'county'),
      'county-review',
      meta,
    ),
  IdentificationAnnounced: (household, { notice }, meta) =>
    step(household, 'announced', 'announcement', meta, { notice }),
  IdentificationRejected: (household) => household,
  CaseReturned: (household, { to }) => moved(household, { stage: to, incomeAssessed: false, openObjections: [] }),
  CaseSuspended: (household) => moved(household, { suspended: true }),
  CaseResumed: (household) => moved(household, { suspended: false }),
  HouseholdRegistered: (household, { area, head, members, status, householdNo }, meta) => ({
    ...household,
    area,
    head,
    householdNo,
    members: asMembers(members),
    status: status satisfies Status,
    registeredYear: Number((meta.validFrom ?? meta.recordedAt).slice(0, 4)),
    exit: {
      ...NO_EXIT,
      ...(status === 'exited' && { stage: 'exited' as const, exit: meta.id }),
      ...(status === 'pre-exit' && { stage: 'pre-exit' as const, case: meta.id }),
    },
    identification: {
      ...household.identification,
      stage: 'registered',
      actors: { ...household.identification.actors, registration: meta.actor },
    },
  }),
  HouseholdReinstated: (household) => ({
    ...household,
    status: household.exit.stage === 'exited' ? 'exited' : 'poor',
    closedBy: '',
  }),
  HandbookIssued: (household) => household,
  SpotCheckPerformed: (household) => household,
};

const afterOpinion = (opinion: 'return' | 'reject', by: 'township' | 'county'): Stage =>
  opinion === 'return' ? AFTER_OPINION.return : `${AFTER_OPINION.reject}${by}`;
