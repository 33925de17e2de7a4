import type { CommandClasses } from '@kernel/commanding/commands';
import { IsOptional } from 'class-validator';
import { Clear, defineCommands, defineDecider, defineRejections, IsDay } from '@kernel/sourcing';
import { ParameterEnacted, parameterEvents } from './parameter.events';

export class EnactParameter extends ParameterEnacted {
  /** First day in force. */
  @Clear() @IsDay() from!: string;
  @Clear() @IsOptional() @IsDay() to?: string;
}

const refuse = defineRejections({
  'parameter/malformed': {
    zh: ['参数值 {value} 不是 {kind}', '请按类型填写:number 为整数,yes-no 为 yes 或 no'],
    en: ['The value {value} is no {kind}', 'Write a whole number for number, yes or no for yes-no'],
  },
  'parameter/retroactive': {
    zh: ['参数自 {from} 起生效,早于今天 {today}', '已用于决定的参数不得追溯修改;请自今天或以后生效'],
    en: [
      'It would be in force from {from}, before today {today}',
      'A value that decisions used is not changed: let it begin today or later',
    ],
  },
  'parameter/never': {
    zh: ['参数自 {from} 起、至 {to}(不含)止,没有一天有效', '请核对起止日期'],
    en: ['From {from} until {to} it would never be in force', 'Check both dates'],
  },
  'parameter/enacted': {
    zh: ['该参数记录已经启用', '修改参数请新建一条记录'],
    en: ['This parameter record is enacted already', 'A change is a new record'],
  },
});

const FORMS: Readonly<Record<ParameterEnacted['kind'], RegExp>> = {
  number: /^-?\d{1,15}$/,
  text: /./,
  'yes-no': /^(yes|no)$/,
};

export const parameterDecider = defineDecider<{ readonly enacted: boolean }>()({
  commands: defineCommands({ EnactParameter }),
  events: parameterEvents,
  initialState: { enacted: false },
  creates: ['EnactParameter'],
  known: true,
  area: (_, command) => (command as EnactParameter).area.padEnd(12, '0'),
  decide: {
    EnactParameter: ({ enacted }, { from, to, ...data }, { today }) => {
      if (enacted) throw refuse('parameter/enacted');
      if (!FORMS[data.kind].test(data.value))
        throw refuse('parameter/malformed', { value: data.value, kind: data.kind });
      if (from < today) throw refuse('parameter/retroactive', { from, today });
      if (to !== undefined && to <= from) throw refuse('parameter/never', { from, to });
      return [{ type: 'ParameterEnacted', data, validFrom: from, ...(to !== undefined && { validTo: to }) }];
    },
  },
  evolve: { ParameterEnacted: () => ({ enacted: true }) },
});

export const parameterPermissions = { EnactParameter: ['admin'] } as const;

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    parameter: CommandClasses<typeof parameterDecider>;
  }
}
