import type * as events from '../events/assistance';
import type { Assistance, EvolveTable, Household } from '../state/household.state';

type AssistanceEvents = Omit<typeof events, 'OnMeasure'>;

const helped = (household: Household, change: Partial<Assistance>): Household => ({
  ...household,
  assistance: { ...household.assistance, ...change },
});

const measured = (household: Household, measure: string, state: 'started' | 'completed' | 'cancelled'): Household =>
  helped(household, { measures: { ...household.assistance.measures, [measure]: state } });

export const evolveAssistance: EvolveTable<AssistanceEvents> = {
  HelperAssigned: (household, { helper, principal }) =>
    helped(household, { helpers: [...household.assistance.helpers, { helper, principal }] }),
  HelperReleased: (household, { helper }) =>
    helped(household, { helpers: household.assistance.helpers.filter((one) => one.helper !== helper) }),
  AssistancePlanAdopted: (household) => household,
  MeasureStarted: (household, { measure }) => measured(household, measure, 'started'),
  MeasureCompleted: (household, { measure }) => measured(household, measure, 'completed'),
  MeasureCancelled: (household, { measure }) => measured(household, measure, 'cancelled'),
  VisitRecorded: (household) => household,
  FundsDisbursed: (household) => household,
  AssistanceSuspended: (household) => helped(household, { suspended: true }),
  AssistanceResumed: (household) => helped(household, { suspended: false }),
  AssistanceTerminated: (household) => helped(household, { helpers: [], suspended: false }),
};
