import type { CommandClasses } from '@kernel/commanding/commands';
import { ArrayMaxSize, ArrayMinSize, IsIn, Matches } from 'class-validator';
import { EffectRefused, effectRefusedWords, RecordEffectRefused } from '@kernel/processes';
import { needsPaper } from '@domain/paper/contract';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineEvents,
  defineProcess,
  defineRejections,
  IsId,
} from '@kernel/sourcing';
import { Late, On } from './commands/dated';
import { OnPaper } from './events/fields';
import { householdEvents } from './household.events';
import { datedOn } from './rules/steps';
import type { Household } from './state/household.state';

/** Members pass from one household to another: decided here once, carried out in both streams. */
export class TransferDecided extends OnPaper {
  @Clear('area') @Matches(/^\d{12}$/) area!: string;
  @Clear('household') @IsId() from!: string;
  @Clear('household') @IsId() to!: string;
  @Clear('person') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(40) persons!: readonly string[];
  @Clear() @IsIn(['marriage', 'split', 'merge', 'care', 'other']) cause!: string;
}

export class DecideTransfer extends OnPaper {
  @On() on!: string;
  @Late() lateReason?: string;
  @Clear('household') @IsId() from!: string;
  @Clear('household') @IsId() to!: string;
  @Clear('person') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(40) persons!: readonly string[];
  @Clear() @IsIn(['marriage', 'split', 'merge', 'care', 'other']) cause!: string;
}

export const reorganisationEvents = defineEvents(
  'reorganisation',
  { TransferDecided, EffectRefused },
  {
    events: { TransferDecided: ['决定迁转', 'Transfer decided'], ...effectRefusedWords.events },
    fields: {
      papers: ['材料', 'Papers'],
      area: ['区划', 'Area'],
      from: ['自', 'From'],
      to: ['至', 'To'],
      persons: ['人员', 'Persons'],
      cause: ['原因', 'Cause'],
      ...effectRefusedWords.fields,
    },
  },
);

const refuse = defineRejections({
  'reorganisation/decided': {
    zh: ['该调整已经决定', '另一次调整请新建记录'],
    en: ['This reorganisation is decided already', 'Another one is another record'],
  },
  'reorganisation/same-household': {
    zh: ['转出户与转入户相同', '请核对两户编号'],
    en: ['From and to are the same household', 'Check both ids'],
  },
});

export const reorganisationDecider = defineDecider<{ readonly area: string }>()({
  commands: defineCommands({ DecideTransfer, RecordEffectRefused }),
  events: reorganisationEvents,
  initialState: { area: '' },
  creates: ['DecideTransfer'],
  mustExist: true,
  proves: true,
  area: ({ area }, command, act) =>
    act.places.home(area === '' ? act.referred<Household>((command as DecideTransfer).from).area : area),
  decide: {
    DecideTransfer: ({ area }, { on, lateReason, ...data }, act) => {
      if (area !== '') throw refuse('reorganisation/decided');
      if (data.from === data.to) throw refuse('reorganisation/same-household');
      needsPaper(act, data.papers, 'approval');
      const { area: from } = act.referred<Household>(data.from);
      const dating = datedOn({ on, ...(lateReason !== undefined && { lateReason }) }, act, from);
      return [{ type: 'TransferDecided', data: { ...data, area: from }, ...dating }];
    },
    RecordEffectRefused: (_, data) => [{ type: 'EffectRefused', data }],
  },
  evolve: {
    TransferDecided: (_, { area }) => ({ area }),
    EffectRefused: (state) => state,
  },
});

export const transfer = defineProcess({
  name: 'transfer',
  from: reorganisationEvents,
  on: {
    TransferDecided: ({ from, to, persons }, { subject }) => [
      { target: `household-${from}`, command: 'ReleaseMembers', body: { reorganisation: subject, to, persons } },
    ],
  },
});

export const reception = defineProcess({
  name: 'reception',
  from: householdEvents,
  on: {
    MembersReleased: ({ to, reorganisation, origin }, { id, subject }, { released }: Household) => [
      {
        target: `household-${to}`,
        command: 'ReceiveMembers',
        body: { reorganisation, from: subject, origin, members: released[id] ?? [] },
      },
    ],
    MembersReceived: ({ from }, { stream }) => [
      { target: `household-${from}`, command: 'LinkRecord', body: { stream } },
    ],
  },
});

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    reorganisation: CommandClasses<typeof reorganisationDecider>;
  }
}
