import { needsPaper } from '@domain/paper/contract';
import type * as commands from '../commands/identification';
import { refuse } from '../refusals';
import { mustBeImported, mustShowGaps } from '../rules/register';
import { mustBeAnswered, mustBeNewInRound, openObjection } from '../rules/publicity';
import {
  datedOn,
  mustBeItsNotice,
  mustBeMember,
  mustBeRegistered,
  mustDiffer,
  mustHaveOneHead,
  mustStandAt,
  noticeFor,
  withoutDate,
} from '../rules/steps';
import { activeMembers, type DecideTable, type Household } from '../state/household.state';
import type { MemberFacts } from '../events/fields';
import type { Whole } from '@kernel/sourcing';

const IN_REVIEW: readonly string[] = [
  'shortlisted',
  'verified',
  'submitted-to-township',
  'approved-by-township',
  'submitted-to-county',
  'approved-by-county',
];

const inCase = ({ identification }: Household) => ({ case: identification.case });

type ByReview = Omit<
  typeof commands,
  | 'SubmitHouseholdApplication'
  | 'WithdrawHouseholdApplication'
  | 'SignCheckAuthorisation'
  | 'SurveyHousehold'
  | 'AssessIncome'
  | 'RecordDemocraticReview'
  | 'CompleteVillageVerification'
>;

/** Publicity, review and registration, in the order of 国开办发〔2014〕24号. */
export const decideByReview: DecideTable<ByReview> = {
  OpenPublicity: (household, { notice }, act) => {
    const round = household.identification.stage === 'approved-by-township' ? 2 : 1;
    mustStandAt(household, ...(round === 2 ? (['approved-by-township'] as const) : (['verified'] as const)));
    const { posted } = noticeFor(act, notice, `identification-${String(round) as '1' | '2'}`, 'posted');
    return [{ type: 'PublicityOpened', data: { notice, round }, validFrom: posted, ...inCase(household) }];
  },
  ClosePublicity: (household, { notice }, act) => {
    const round = household.identification.stage === 'publicity-2' ? 2 : 1;
    mustStandAt(household, ...(round === 2 ? (['publicity-2'] as const) : (['publicity-1'] as const)));
    const { closed } = noticeFor(act, notice, `identification-${String(round) as '1' | '2'}`, 'closed');
    mustBeItsNotice(household.identification.notice, notice, 'closed');
    mustBeAnswered(household.identification);
    const objections = household.identification.objections.length;
    return [{ type: 'PublicityClosed', data: { notice, round, objections }, validFrom: closed, ...inCase(household) }];
  },
  InvalidatePublicity: (household, { notice }, act) => {
    mustStandAt(household, 'publicity-1', 'publicity-2');
    mustBeItsNotice(household.identification.notice, notice, 'invalid');
    const round = household.identification.stage === 'publicity-2' ? 2 : 1;
    return [{ type: 'PublicityInvalidated', data: { notice, round }, validFrom: act.today, ...inCase(household) }];
  },
  RaisePublicityObjection: (household, command, act) => {
    mustStandAt(household, 'publicity-1', 'publicity-2');
    mustBeNewInRound(household.identification, command);
    return [
      {
        type: 'PublicityObjectionRaised',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  ResolvePublicityObjection: (household, command, act) => {
    const { by: objection } = openObjection(household.identification, command.objection);
    const actors = { ...household.identification.actors, objection };
    mustDiffer(actors, act, '异议调查 investigation', 'application', 'verification', 'objection');
    return [
      {
        type: 'PublicityObjectionResolved',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  CompleteTownshipReview: (household, command, act) => {
    mustStandAt(household, 'submitted-to-township');
    mustDiffer(
      household.identification.actors,
      act,
      '乡镇审核 township review',
      'application',
      'survey',
      'verification',
    );
    needsPaper(act, command.papers, 'opinion');
    return [
      {
        type: 'TownshipReviewCompleted',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  CompleteCountyReview: (household, command, act) => {
    mustStandAt(household, 'submitted-to-county');
    mustDiffer(
      household.identification.actors,
      act,
      '县复审 county review',
      'application',
      'survey',
      'verification',
      'township-review',
    );
    needsPaper(act, command.papers, 'opinion', 'crosscheck');
    return [
      {
        type: 'CountyReviewCompleted',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  AnnounceIdentification: (household, { notice }, act) => {
    mustStandAt(household, 'approved-by-county');
    const { posted } = noticeFor(act, notice, 'identification-announcement', 'posted');
    return [{ type: 'IdentificationAnnounced', data: { notice }, validFrom: posted, ...inCase(household) }];
  },
  TellIdentificationRejected: (household, command, act) => {
    const { stage } = household.identification;
    const [, by] = /^rejected-by-(village|township|county)$/.exec(stage) ?? [];
    if (by === undefined) throw refuse('household/nothing-to-reject', { stage });
    needsPaper(act, command.papers, 'receipt');
    const data = { ...withoutDate(command), stage: by as 'village' | 'township' | 'county' };
    return [{ type: 'IdentificationRejected', data, ...datedOn(command, act, household.area), ...inCase(household) }];
  },
  ReturnCase: (household, command, act) => {
    const { stage } = household.identification;
    if (!IN_REVIEW.includes(stage)) {
      throw refuse('household/step-missing', { missing: 'VoteOnApplications', stage, rule: '国开办发〔2014〕24号' });
    }
    return [
      {
        type: 'CaseReturned',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  SuspendCase: (household, command, act) => {
    if (household.identification.suspended) throw refuse('household/suspended');
    return [
      {
        type: 'CaseSuspended',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  ResumeCase: (household, command, act) => {
    if (!household.identification.suspended)
      throw refuse('household/step-missing', {
        missing: 'SuspendCase',
        stage: household.identification.stage,
        rule: '中止后恢复',
      });
    return [
      {
        type: 'CaseResumed',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  RegisterHousehold: (household, command, act) => {
    mustStandAt(household, 'announced');
    needsPaper(act, command.papers, 'approval');
    const members = activeMembers(household).map(({ facts }) => facts as Whole<MemberFacts>);
    const data = {
      ...household.facts,
      area: household.area,
      kind: command.missed ? ('missed' as const) : ('new' as const),
      status: 'poor' as const,
      head: household.head,
      members,
      evidenceGaps: [],
      papers: command.papers,
      householdNo: command.householdNo,
    };
    return [{ type: 'HouseholdRegistered', data, ...datedOn(command, act, household.area), ...inCase(household) }];
  },
  RegisterLegacyHousehold: ({ status, identification: { stage } }, { import: batch, ...command }, act) => {
    mustBeImported(batch, command.papers, act);
    if (status !== 'none' || stage !== 'none') throw refuse('household/registered', { status });
    const head = mustHaveOneHead(command.members);
    if (head !== command.head) throw refuse('household/one-head');
    mustShowGaps(command.status, command.evidenceGaps);
    return [
      {
        type: 'HouseholdRegistered',
        data: { ...withoutDate(command), kind: 'legacy' },
        ...datedOn(command, act, command.area),
      },
    ];
  },
  IssueHandbook: (household, command, act) => {
    mustBeRegistered(household);
    mustBeMember(household, command.receiver);
    needsPaper(act, command.papers, 'receipt');
    return [{ type: 'HandbookIssued', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  PerformSpotCheck: (household, command, act) => {
    mustDiffer(
      household.identification.actors,
      act,
      '抽检核查 spot check',
      'application',
      'survey',
      'verification',
      'township-review',
    );
    return [{ type: 'SpotCheckPerformed', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  ReinstateHousehold: (household, command, act) => {
    if (household.status !== 'removed' && household.status !== 'cancelled') {
      throw refuse('household/not-closed', { status: household.status });
    }
    needsPaper(act, command.papers, 'approval');
    const data = { ...withoutDate(command), cancelled: household.closedBy };
    return [{ type: 'HouseholdReinstated', data, ...datedOn(command, act, household.area) }];
  },
};
