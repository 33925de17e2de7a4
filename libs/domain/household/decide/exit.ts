import type { MeetingState } from '@domain/meeting/contract';
import { needsPaper } from '@domain/paper/contract';
import { opened } from '@kernel/sourcing';
import type * as commands from '../commands/exit';
import { refuse } from '../refusals';
import { mustHaveAllItems, mustReachLine, unmetItems } from '../rules/exit';
import { incomeOf, lineOf, mustBePeriod } from '../rules/income';
import { datedOn, exitMustStandAt, mustBeMember, mustDiffer, noticeFor, numberRule, withoutDate } from '../rules/steps';
import { mustBeAnswered } from '../rules/publicity';
import { isPassed } from '../rules/votes';
import type { ExitPublicityCommands } from './exit-publicity';
import { activeMembers, OPEN_EXIT, type DecideTable, type Household } from '../state/household.state';

const POOR = ['poor', 'pre-exit', 'relapsed'];

const inCase = ({ exit }: Household) => (exit.case === '' ? {} : { case: exit.case });

type ToExit = Omit<
  typeof commands,
  | 'DeliverExitNotice'
  | 'ReturnExitCase'
  | 'AbandonExitCase'
  | 'RevokeExit'
  | 'RelapseHousehold'
  | 'RecordPostExitFollowUp'
  | keyof ExitPublicityCommands
>;

/** Decisions on one household's exit, in the order of 厅字〔2016〕16号 and common provincial practice. */
export const decideExit: DecideTable<ToExit> = {
  PlanExit: (household, command, act) => {
    if (!POOR.includes(household.status)) throw refuse('household/not-registered');
    if (OPEN_EXIT.includes(household.exit.stage)) throw refuse('household/case-open', { stage: household.exit.stage });
    const sameYear = act.rules.lookup('exit.sameYearAsRegistration.allowed', household.area, act.today)?.value ?? true;
    if (sameYear === false && command.year <= household.registeredYear)
      throw refuse('household/exit-same-year', { year: household.registeredYear });
    needsPaper(act, command.papers, 'plan');
    return [{ type: 'ExitPlanned', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  MarkPreExit: (household, command, act) => {
    exitMustStandAt(household, 'planned');
    mustDiffer(household.exit.actors, act, '预脱贫标注 pre-exit mark', 'plan');
    needsPaper(act, command.papers, 'approval');
    const data = { ...withoutDate(command), year: household.exit.year };
    return [{ type: 'PreExitMarked', data, ...datedOn(command, act, household.area), ...inCase(household) }];
  },
  SurveyExit: (household, command, act) => {
    exitMustStandAt(household, 'pre-exit', 'surveyed');
    const least = numberRule(act, 'survey.surveyorsMin', household.area, 2);
    const count = new Set(command.surveyors).size;
    if (count < least) throw refuse('household/too-few-surveyors', { what: '脱贫入户核实 exit survey', least, count });
    mustHaveAllItems(command.items);
    mustBePeriod(command);
    needsPaper(act, command.papers, 'survey', 'income');
    const heads = activeMembers(household).length;
    const data = { ...withoutDate(command), heads, ...incomeOf(command.lines, command.expenditureFen, heads) };
    return [{ type: 'ExitSurveyed', data, ...datedOn(command, act, household.area), ...inCase(household) }];
  },
  RecordExitReview: (household, command, act) => {
    exitMustStandAt(household, 'surveyed');
    return [
      {
        type: 'ExitReviewHeld',
        data: { ...command, passed: isPassed(command, act) },
        validFrom: act.referred<MeetingState>(command.meeting).on,
        ...inCase(household),
      },
    ];
  },
  VerifyExit: (household, command, act) => {
    exitMustStandAt(household, 'reviewed');
    if (!command.committeeSigned || !command.teamSigned) throw refuse('household/both-must-sign');
    mustDiffer(household.exit.actors, act, '核实 verification', 'survey');
    needsPaper(act, command.papers, 'opinion');
    return [
      {
        type: 'ExitVerified',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  GiveExitConsent: (household, command, act) => {
    exitMustStandAt(household, 'verified', 'consent-refused');
    mustBeMember(household, command.signer);
    if (command.mode === 'fingerprint' && command.witnesses < 2)
      throw refuse('household/witnesses-missing', { least: 2, count: command.witnesses });
    if (!command.incomeSheetShown || !command.policyExplained) throw refuse('household/consent-uninformed');
    if (household.assistance.helpers.some(({ helper }) => helper === act.actor))
      throw refuse('household/consent-by-helper');
    needsPaper(act, command.papers, 'consent');
    return [
      {
        type: 'HouseholdExitConsentGiven',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  RefuseExitConsent: (household, command, act) => {
    exitMustStandAt(household, 'verified');
    mustBeMember(household, command.signer);
    return [
      {
        type: 'HouseholdExitConsentRefused',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  ReviewExitInTownship: (household, command, act) => {
    exitMustStandAt(household, 'published-1');
    const least = numberRule(act, 'township.exit.teamMin', household.area, 3);
    const count = new Set(command.team).size;
    if (count < least)
      throw refuse('household/too-few-surveyors', { what: '乡镇逐户核查 township check', least, count });
    mustDiffer(household.exit.actors, act, '乡镇审核 township review', 'survey', 'verification', 'consent');
    needsPaper(act, command.papers, 'check');
    return [
      {
        type: 'TownshipExitReviewed',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  ApproveExitInCounty: (household, command, act) => {
    const second = act.rules.lookup('publicity.round2.required.exit', household.area, act.today)?.value === true;
    exitMustStandAt(household, second ? 'published-2' : 'township-reviewed', 'published-2');
    mustDiffer(
      household.exit.actors,
      act,
      '县审定 county approval',
      'survey',
      'verification',
      'consent',
      'township-review',
    );
    mustBeAnswered(household.exit);
    if (command.inFavour <= command.against) throw refuse('household/vote-lost');
    needsPaper(act, command.papers, 'minutes', 'approval');
    return [
      {
        type: 'CountyExitApproved',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  AnnounceExit: (household, { notice }, act) => {
    exitMustStandAt(household, 'approved');
    const { posted } = noticeFor(act, notice, 'exit-announcement', 'posted');
    return [{ type: 'ExitAnnounced', data: { notice }, validFrom: posted, ...inCase(household) }];
  },
  ExitHousehold: (household, { exception, ...command }, act) => {
    exitMustStandAt(household, 'announced');
    const { year, items, perHeadFen } = household.exit;
    const line = lineOf(act, household.area, year);
    const income = opened(perHeadFen);
    if (exception === undefined) {
      mustReachLine(income, line, year);
      unmetItems(items);
    } else needsPaper(act, [exception], 'approval');
    const data = {
      ...withoutDate(command),
      year,
      series: line.series,
      lineFen: line.fen,
      lineVersion: line.version,
      perHeadFen: income,
      ...(exception !== undefined && { exception }),
    };
    return [
      {
        type: 'HouseholdExited',
        data,
        ...datedOn(command, act, household.area),
        ...inCase(household),
        basis: line.version,
      },
    ];
  },
};
