import { needsPaper } from '@domain/paper/contract';
import type * as commands from '../commands/assistance';
import { refuse } from '../refusals';
import { datedOn, mustBeMember, mustBeRegistered, withoutDate } from '../rules/steps';
import type { DecideTable, Household } from '../state/household.state';

const mustBeHelped = (household: Household): void => {
  mustBeRegistered(household);
  if (household.assistance.suspended) throw refuse('household/assistance-state', { state: '中止 suspended' });
};

const measureMustBe = ({ assistance }: Household, measure: string, expected: 'started' | undefined): void => {
  const state = assistance.measures[measure];
  if (state !== expected) throw refuse('household/measure-state', { measure, state: state ?? '未开始 unknown' });
};

/** Helper, plan, measures, visits, funds (帮扶). */
export const decideAssistance: DecideTable<typeof commands> = {
  AssignHelper: (household, command, act) => {
    mustBeRegistered(household);
    const { helpers } = household.assistance;
    if (command.principal && helpers.some(({ principal }) => principal)) throw refuse('household/has-principal');
    return [{ type: 'HelperAssigned', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  ReleaseHelper: (household, command, act) => {
    if (!household.assistance.helpers.some(({ helper }) => helper === command.helper))
      throw refuse('household/not-its-helper', { helper: command.helper });
    return [{ type: 'HelperReleased', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  AdoptAssistancePlan: (household, command, act) => {
    mustBeHelped(household);
    const missing = [
      !command.signedByHousehold && '户 household',
      !command.signedByHelper && '帮扶责任人 helper',
      !command.signedByVillage && '村 village',
    ].filter(Boolean);
    if (missing.length > 0) throw refuse('household/unsigned', { who: missing.join(', ') });
    needsPaper(act, command.papers, 'plan');
    return [{ type: 'AssistancePlanAdopted', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  StartMeasure: (household, command, act) => {
    mustBeHelped(household);
    measureMustBe(household, command.measure, undefined);
    return [{ type: 'MeasureStarted', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  CompleteMeasure: (household, command, act) => {
    measureMustBe(household, command.measure, 'started');
    if (!command.signedByHousehold) throw refuse('household/unsigned', { who: '户 household' });
    needsPaper(act, command.papers, 'receipt');
    return [{ type: 'MeasureCompleted', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  CancelMeasure: (household, command, act) => {
    measureMustBe(household, command.measure, 'started');
    return [{ type: 'MeasureCancelled', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  RecordVisit: (household, command, act) => {
    mustBeRegistered(household);
    needsPaper(act, command.papers, 'visit');
    return [{ type: 'VisitRecorded', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  DisburseFunds: (household, command, act) => {
    mustBeHelped(household);
    mustBeMember(household, command.payee);
    needsPaper(act, command.papers, 'receipt');
    return [{ type: 'FundsDisbursed', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  SuspendAssistance: (household, command, act) => {
    mustBeHelped(household);
    return [{ type: 'AssistanceSuspended', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  ResumeAssistance: (household, command, act) => {
    if (!household.assistance.suspended) throw refuse('household/assistance-state', { state: '进行中 going on' });
    return [{ type: 'AssistanceResumed', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  TerminateAssistance: (household, command, act) => {
    if (household.status === 'none') throw refuse('household/not-registered');
    return [{ type: 'AssistanceTerminated', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
};
