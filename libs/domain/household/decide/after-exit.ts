import { needsPaper } from '@domain/paper/contract';
import type * as commands from '../commands/exit';
import { refuse } from '../refusals';
import { datedOn, mustBeInFile, mustDiffer, withoutDate } from '../rules/steps';
import { OPEN_EXIT, type DecideTable, type Household } from '../state/household.state';

const inCase = ({ exit }: Household) => (exit.case === '' ? {} : { case: exit.case });

const mustHaveExited = ({ status }: Household): void => {
  if (status !== 'exited') throw refuse('household/not-exited', { status });
};

const mustBeOpen = (household: Household): void => {
  const { stage } = household.exit;
  if (!OPEN_EXIT.includes(stage))
    throw refuse('household/step-missing', { missing: 'PlanExit', stage, rule: '厅字〔2016〕16号' });
  mustBeInFile(household);
};

type AfterExit = Pick<
  typeof commands,
  | 'DeliverExitNotice'
  | 'ReturnExitCase'
  | 'AbandonExitCase'
  | 'RevokeExit'
  | 'RelapseHousehold'
  | 'RecordPostExitFollowUp'
>;

/** What may follow: a case returned or given up, an exit told, revoked, or overtaken by a relapse. */
export const decideAfterExit: DecideTable<AfterExit> = {
  DeliverExitNotice: (household, command, act) => {
    mustHaveExited(household);
    needsPaper(act, command.papers, 'exit');
    return [
      {
        type: 'ExitNoticeDelivered',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  ReturnExitCase: (household, command, act) => {
    mustBeOpen(household);
    const { stage } = household.exit;
    if (OPEN_EXIT.indexOf(command.to) >= OPEN_EXIT.indexOf(stage))
      throw refuse('household/not-back', { stage, to: command.to });
    return [
      {
        type: 'ExitCaseReturned',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  AbandonExitCase: (household, command, act) => {
    mustBeOpen(household);
    return [
      {
        type: 'ExitCaseAbandoned',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  RevokeExit: (household, command, act) => {
    mustHaveExited(household);
    mustDiffer(household.exit.actors, act, '撤销脱贫 revocation', 'county-approval');
    needsPaper(act, command.papers, 'approval');
    const data = { ...withoutDate(command), exit: household.exit.exit };
    return [{ type: 'ExitRevoked', data, ...datedOn(command, act, household.area), ...inCase(household) }];
  },
  RelapseHousehold: (household, command, act) => {
    mustHaveExited(household);
    needsPaper(act, command.papers, 'approval');
    const data = { ...withoutDate(command), exit: household.exit.exit };
    return [{ type: 'HouseholdRelapsed', data, ...datedOn(command, act, household.area), ...inCase(household) }];
  },
  RecordPostExitFollowUp: (household, command, act) => {
    mustHaveExited(household);
    needsPaper(act, command.papers, 'visit');
    return [
      {
        type: 'PostExitFollowUpRecorded',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
};
