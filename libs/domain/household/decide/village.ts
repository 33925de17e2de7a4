import type { MeetingState } from '@domain/meeting/contract';
import { needsPaper } from '@domain/paper/contract';
import type * as commands from '../commands/identification';
import { refuse } from '../refusals';
import { incomeOf, mustBePeriod } from '../rules/income';
import {
  datedOn,
  mustBeMember,
  mustDiffer,
  mustHaveOneHead,
  mustStandAt,
  numberRule,
  withoutDate,
} from '../rules/steps';
import { isPassed } from '../rules/votes';
import { activeMembers, type DecideTable, type Household } from '../state/household.state';
import type { Act } from '@kernel/sourcing';

const CLOSED = ['none', 'withdrawn', 'rejected-by-village', 'rejected-by-township', 'rejected-by-county'];

const mustKeepCauses = (other: readonly string[], act: Act, area: string): void => {
  const most = numberRule(act, 'cause.otherMax', area, 2);
  const count = other.length;
  if (count > most) throw refuse('household/too-many-causes', { count, most });
};

const inCase = ({ identification }: Household) => ({ case: identification.case });

type InVillage = Pick<
  typeof commands,
  | 'SubmitHouseholdApplication'
  | 'WithdrawHouseholdApplication'
  | 'SignCheckAuthorisation'
  | 'SurveyHousehold'
  | 'AssessIncome'
  | 'RecordDemocraticReview'
  | 'CompleteVillageVerification'
>;

/** Decisions of the village, in the order of 国开办发〔2014〕24号. */
export const decideInVillage: DecideTable<InVillage> = {
  SubmitHouseholdApplication: ({ status, identification: { stage } }, command, act) => {
    if (status !== 'none') throw refuse('household/registered', { status });
    if (!CLOSED.includes(stage)) throw refuse('household/case-open', { stage });
    mustHaveOneHead(command.members);
    if (!command.members.some(({ person }) => person === command.applicant))
      throw refuse('household/not-a-member', { person: command.applicant });
    mustKeepCauses(command.otherCauses ?? [], act, command.area);
    needsPaper(act, command.papers, 'application');
    return [
      { type: 'HouseholdApplicationSubmitted', data: withoutDate(command), ...datedOn(command, act, command.area) },
    ];
  },
  WithdrawHouseholdApplication: (household, command, act) => {
    const { stage } = household.identification;
    if (CLOSED.includes(stage) || stage === 'registered')
      throw refuse('household/step-missing', { missing: 'SubmitHouseholdApplication', stage, rule: '自愿申请' });
    return [
      {
        type: 'HouseholdApplicationWithdrawn',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  SignCheckAuthorisation: (household, command, act) => {
    mustBeMember(household, ...command.persons);
    needsPaper(act, command.papers, 'authorisation');
    return [
      {
        type: 'CheckAuthorisationSigned',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  SurveyHousehold: (household, command, act) => {
    mustStandAt(household, 'applied', 'surveyed');
    const least = numberRule(act, 'survey.surveyorsMin', household.area, 2);
    const count = new Set(command.surveyors).size;
    if (count < least) throw refuse('household/too-few-surveyors', { what: '入户核查 survey', least, count });
    if (!command.teamPresent) throw refuse('household/team-absent');
    needsPaper(act, command.papers, 'survey');
    return [
      {
        type: 'HouseholdSurveyed',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  AssessIncome: (household, command, act) => {
    mustStandAt(household, 'surveyed');
    needsPaper(act, command.papers, 'income');
    if (!command.signedByHousehold) throw refuse('household/unsigned', { who: '户 household' });
    mustBePeriod(command);
    const heads = activeMembers(household).length;
    const computed = incomeOf(command.lines, command.expenditureFen, heads);
    return [
      {
        type: 'IncomeAssessed',
        data: { ...withoutDate(command), heads, ...computed },
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  RecordDemocraticReview: (household, command, act) => {
    mustStandAt(household, 'surveyed');
    if (!household.identification.incomeAssessed) {
      throw refuse('household/step-missing', {
        missing: 'AssessIncome',
        stage: household.identification.stage,
        rule: '收入核算后评议',
      });
    }
    return [
      {
        type: 'DemocraticReviewHeld',
        data: { ...command, passed: isPassed(command, act) },
        validFrom: act.referred<MeetingState>(command.meeting).on,
        ...inCase(household),
      },
    ];
  },
  CompleteVillageVerification: (household, command, act) => {
    mustStandAt(household, 'shortlisted');
    if (!command.committeeSigned || !command.teamSigned) throw refuse('household/both-must-sign');
    mustDiffer(household.identification.actors, act, '核实 verification', 'application');
    needsPaper(act, command.papers, 'opinion');
    return [
      {
        type: 'VillageVerificationCompleted',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
};
