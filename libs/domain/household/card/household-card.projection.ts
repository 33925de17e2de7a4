import { defineProjection, effectiveDay } from '@kernel/sourcing';
import type { LISTING } from '../events/fields';
import type { MembersListed } from '../events/membership';
import { headOf } from '../evolve/members';
import { householdEvents } from '../household.events';
import type { HouseholdCard } from './card';
import {
  blank,
  given,
  counted,
  fields,
  people,
  changedPeople,
  received,
  measure,
  stage,
  exitStage,
  status,
  opinion,
  income,
  leaving,
} from './card-changes';

type GoOn = (card: HouseholdCard, fact: Readonly<MembersListed>) => HouseholdCard;

/** More members of the event just before: what its own fold does with its own. */
const GO_ON: Readonly<Record<(typeof LISTING)[number], GoOn>> = {
  HouseholdApplicationSubmitted: (card, { members }) =>
    people({ ...card, headPerson: headOf(members, card.headPerson) }, members),
  HouseholdRegistered: (card, { members }) => people(card, members),
  MembersReleased: leaving,
  MembersReceived: (card, { members }) => people(card, members),
};

/** The card of every household: what lists and the card page show. */
export const householdCard = defineProjection<HouseholdCard>()({
  name: 'household-card',
  version: 2,
  from: householdEvents,
  indexes: ['area', 'status', 'stage', 'exitStage', 'householdNo', 'head', 'names[]', 'idNumbers[]'],
  opens: ['identity', 'contact', 'finance', 'health', 'social'],
  on: {
    HouseholdApplicationSubmitted: (
      card,
      { members, applicant, area, papers: _p, mode: _m, statedIncomeFen: _s, ...facts },
      meta,
    ) => {
      const headPerson = headOf(members, applicant);
      const begun = { ...(card ?? blank(meta.subject)), area, headPerson, stage: 'applied' };
      return fields(people(begun, members), facts, meta);
    },
    HouseholdApplicationWithdrawn: stage('withdrawn'),
    HouseholdSurveyed: (card, { safeWater }, meta) =>
      card && fields({ ...card, stage: 'surveyed' }, { safeWater }, meta),
    IncomeAssessed: income,
    DemocraticReviewHeld: (card, { passed }) =>
      card && { ...card, stage: passed ? 'shortlisted' : 'rejected-by-village' },
    VillageVerificationCompleted: (card, { accepted }) =>
      card && { ...card, stage: accepted ? 'verified' : 'rejected-by-village' },
    PublicityOpened: (card, { round }) => card && { ...card, stage: `publicity-${String(round)}` },
    PublicityClosed: (card, { round }) =>
      card && { ...card, stage: round === 1 ? 'submitted-to-township' : 'submitted-to-county' },
    PublicityInvalidated: (card, { round }) =>
      card && { ...card, stage: round === 1 ? 'verified' : 'approved-by-township' },
    PublicityObjectionResolved: (card, { upheld }) => card && (upheld ? { ...card, stage: 'surveyed' } : card),
    TownshipReviewCompleted: opinion('township'),
    CountyReviewCompleted: opinion('county'),
    IdentificationAnnounced: stage('announced'),
    CaseReturned: (card, { to }) => card && { ...card, stage: to },
    HouseholdReinstated: (card) => card && { ...card, status: card.exitStage === 'exited' ? 'exited' : 'poor' },
    CaseSuspended: (card) => card && { ...card, suspended: true },
    CaseResumed: (card) => card && { ...card, suspended: false },
    HouseholdRegistered: (
      card,
      {
        members,
        head,
        area,
        kind,
        status: begun,
        evidenceGaps,
        householdNo,
        papers: _p,
        raw: _raw,
        riskFoundOn: _f,
        riskRemovedOn: _o,
        riskRemoved: _r,
        ...facts
      },
      meta,
    ) => {
      const registered = {
        ...(card ?? blank(meta.subject)),
        area,
        headPerson: head,
        status: begun,
        stage: 'registered',
        evidenceGaps,
        householdNo,
        registeredKind: kind,
        registeredOn: meta.validFrom ?? effectiveDay(meta),
        ...(begun === 'exited' && { exitStage: 'exited' }),
      };
      return fields(people(registered, members), facts, meta);
    },
    HandbookIssued: (card, { handbookNo }, meta) => card && fields(card, { handbookNo }, meta),
    HouseholdProfileRevised: (card, { year: _y, collector: _c, papers: _p, ...facts }, meta) =>
      card && fields(card, facts, meta),
    HouseholdMemberAdded: (card, { why: _w, papers: _p, ...facts }) => card && people(card, [facts]),
    HouseholdMemberRemoved: (card, { person: id }) => card && changedPeople(card, [id], { present: false }),
    HouseholdHeadChanged: (card, { to }) => card && counted({ ...card, headPerson: to }),
    HouseholdRelocated: (card, { to, address }, meta) => card && fields({ ...card, area: to }, { address }, meta),
    HouseholdCancelled: status('cancelled'),
    MisidentificationRemoved: status('removed'),
    MembersReleased: (card, fact) => card && leaving(card, fact),
    RecordLinked: (card, { stream }) => card && received(card, stream),
    MembersReceived: (card, { members }) => card && people(card, members),
    MembersListed: (card, fact) => card && GO_ON[fact.of](card, fact),
    MembersReturned: (card, { persons }) => card && changedPeople(card, persons, { inTransfer: false }),
    HelperAssigned: (card, { helper }) => card && { ...card, helpers: [...new Set([...card.helpers, helper])] },
    HelperReleased: (card, { helper }) => card && { ...card, helpers: card.helpers.filter((one) => one !== helper) },
    MeasureStarted: (card, { measure: id, category, unit, costFen, content }) =>
      card && {
        ...card,
        measures: [...card.measures, { id, category, unit, costFen, state: 'started', ...given({ content }) }],
      },
    MeasureCompleted: (card, { measure: id, costFen }) => card && measure(card, id, { state: 'completed', costFen }),
    MeasureCancelled: (card, { measure: id }) => card && measure(card, id, { state: 'cancelled' }),
    VisitRecorded: (card) => card && { ...card, visits: card.visits + 1 },
    FundsDisbursed: (card, { fen }) => card && { ...card, fundsFen: card.fundsFen + fen },
    AssistanceTerminated: (card) => card && { ...card, helpers: [] },
    ExitPlanned: (card, { year }) => card && { ...card, exitStage: 'planned', exitYear: year },
    PreExitMarked: status('pre-exit', { exitStage: 'pre-exit' }),
    ExitSurveyed: (card, fact, meta) => income(exitStage('surveyed')(card), fact, meta),
    ExitReviewHeld: (card, { passed }) => exitStage(passed ? 'reviewed' : 'pre-exit')(card),
    ExitVerified: (card, { accepted }) => exitStage(accepted ? 'verified' : 'pre-exit')(card),
    HouseholdExitConsentGiven: exitStage('consented'),
    HouseholdExitConsentRefused: exitStage('consent-refused'),
    ExitPublicityOpened: (card, { round }) => exitStage(`publicity-${String(round)}`)(card),
    ExitPublicityClosed: (card, { round }) => exitStage(`published-${String(round)}`)(card),
    ExitPublicityInvalidated: (card, { round }) => exitStage(round === 1 ? 'consented' : 'township-reviewed')(card),
    ExitObjectionResolved: (card, { upheld }) => (upheld ? exitStage('pre-exit')(card) : card),
    TownshipExitReviewed: (card, fact) =>
      exitStage(fact.opinion === 'approve' ? 'township-reviewed' : 'pre-exit')(card),
    CountyExitApproved: exitStage('approved'),
    ExitAnnounced: exitStage('announced'),
    HouseholdExited: (card, { year, lineFen }) =>
      status('exited', { exitStage: 'exited', exitYear: year, lineFen })(card),
    ExitCaseReturned: (card, { to }) => exitStage(to)(card),
    ExitCaseAbandoned: (card) =>
      card && { ...card, exitStage: 'none', status: card.status === 'relapsed' ? 'relapsed' : 'poor' },
    ExitRevoked: status('poor', { exitStage: 'none' }),
    HouseholdRelapsed: status('relapsed', { exitStage: 'none' }),
  },
});
