import type * as commands from '../commands/exit';
import { mustBeAnswered, mustBeNewInRound, openObjection } from '../rules/publicity';
import {
  datedOn,
  exitMustStandAt,
  mustBeInFile,
  mustBeItsNotice,
  mustDiffer,
  noticeFor,
  withoutDate,
} from '../rules/steps';
import type { DecideTable, Household } from '../state/household.state';

const inCase = ({ exit }: Household) => ({ case: exit.case });

export type ExitPublicityCommands = Pick<
  typeof commands,
  'OpenExitPublicity' | 'CloseExitPublicity' | 'InvalidateExitPublicity' | 'RaiseExitObjection' | 'ResolveExitObjection'
>;

/** Publicity in the village without objection (村内公示无异议, 厅字〔2016〕16号). */
export const decideExitPublicity: DecideTable<ExitPublicityCommands> = {
  OpenExitPublicity: (household, { notice }, act) => {
    const round = household.exit.stage === 'township-reviewed' ? 2 : 1;
    exitMustStandAt(household, round === 2 ? 'township-reviewed' : 'consented');
    const { posted } = noticeFor(act, notice, round === 2 ? 'exit-2' : 'exit-1', 'posted');
    return [{ type: 'ExitPublicityOpened', data: { notice, round }, validFrom: posted, ...inCase(household) }];
  },
  CloseExitPublicity: (household, { notice }, act) => {
    const round = household.exit.stage === 'publicity-2' ? 2 : 1;
    exitMustStandAt(household, round === 2 ? 'publicity-2' : 'publicity-1');
    const { closed } = noticeFor(act, notice, round === 2 ? 'exit-2' : 'exit-1', 'closed');
    mustBeItsNotice(household.exit.notice, notice, 'closed');
    mustBeAnswered(household.exit);
    const objections = household.exit.objections.length;
    return [
      { type: 'ExitPublicityClosed', data: { notice, round, objections }, validFrom: closed, ...inCase(household) },
    ];
  },
  InvalidateExitPublicity: (household, { notice }, act) => {
    exitMustStandAt(household, 'publicity-1', 'publicity-2');
    mustBeItsNotice(household.exit.notice, notice, 'invalid');
    const round = household.exit.stage === 'publicity-2' ? 2 : 1;
    return [{ type: 'ExitPublicityInvalidated', data: { notice, round }, validFrom: act.today, ...inCase(household) }];
  },
  RaiseExitObjection: (household, command, act) => {
    exitMustStandAt(household, 'publicity-1', 'publicity-2');
    mustBeNewInRound(household.exit, command);
    return [
      {
        type: 'ExitObjectionRaised',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
  ResolveExitObjection: (household, command, act) => {
    mustBeInFile(household);
    const { by: objection } = openObjection(household.exit, command.objection);
    const actors = { ...household.exit.actors, objection };
    mustDiffer(actors, act, '异议调查 investigation', 'survey', 'verification', 'consent', 'objection');
    return [
      {
        type: 'ExitObjectionResolved',
        data: withoutDate(command),
        ...datedOn(command, act, household.area),
        ...inCase(household),
      },
    ];
  },
};
