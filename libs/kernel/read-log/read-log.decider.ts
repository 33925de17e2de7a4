import type { CommandClasses } from '@kernel/commanding/commands';
import { derivedUuid } from '@kernel/format';
import { defineCommands, defineDecider, defineRejections, type Act } from '@kernel/sourcing';
import { readLogEvents, ReadLogSealed } from './read-log.events';

export class SealReads extends ReadLogSealed {}
/** Destroys what has been kept for its term. */
export class DestroyReads {}

const refuse = defineRejections({
  'reads/sealed': {
    zh: ['{day} 的查阅记录已经封存(最近封存:{last})', '无需再次封存'],
    en: ['The reads of {day} are sealed already (the last sealed day is {last})', 'Nothing is to be done'],
  },
  'reads/day-open': {
    zh: ['{day} 尚未结束', '请在次日封存'],
    en: ['{day} has not ended yet', 'Seal it on the day after'],
  },
  'reads/term-too-short': {
    zh: ['查阅记录的保管期限须为 1 至 100 年,现为 {years}', '请修改参数 readLog.retention.years'],
    en: ['Reads are kept for 1 to 100 years, not {years}', 'Change the parameter readLog.retention.years'],
  },
});

/** A day as it was sealed. */
export type SealedDay = Pick<ReadLogSealed, 'day' | 'count' | 'root' | 'broken'>;

export interface ReadLogState {
  /** Days that were sealed and not destroyed. */
  readonly days: readonly SealedDay[];
  readonly last?: string;
  readonly destroyedThrough?: string;
}

const NOWHERE = '000000000000';
export const READS_RETENTION = 'readLog.retention.years';

/** UUID of the stream in which the segments of a log are sealed. */
export const readLogStreamOf = (log: string): string => derivedUuid(log, 'readLog');

const retention = ({ rules, today }: Act): { readonly years: number; readonly basis?: string } => {
  const rule = rules.lookup(READS_RETENTION, NOWHERE, today);
  const years = Number(rule?.value ?? 10);
  if (!Number.isInteger(years) || years < 1 || years > 100) throw refuse('reads/term-too-short', { years });
  return { years, ...(rule && { basis: rule.version }) };
};

const yearsLater = (day: string, years: number): string => `${String(Number(day.slice(0, 4)) + years)}${day.slice(4)}`;

export const readLogDecider = defineDecider<ReadLogState>()({
  commands: defineCommands({ SealReads, DestroyReads }),
  events: readLogEvents,
  initialState: { days: [] },
  creates: ['SealReads'],
  area: () => NOWHERE,
  decide: {
    SealReads: ({ last }, { previous: _, ...data }, { today }) => {
      if (last !== undefined && data.day <= last) throw refuse('reads/sealed', { day: data.day, last });
      if (data.day >= today) throw refuse('reads/day-open', { day: data.day });
      return [{ type: 'ReadLogSealed', data: { ...data, ...(last !== undefined && { previous: last }) } }];
    },
    DestroyReads: ({ days }, _, act) => {
      const { years, basis } = retention(act);
      const over = days.filter(({ day }) => yearsLater(day, years) <= act.today);
      const [first, last] = [over.at(0), over.at(-1)];
      if (!first || !last) return [];
      const data = { from: first.day, through: last.day, segments: over.length, years };
      return [{ type: 'ReadLogDestroyed', data, ...(basis !== undefined && { basis }) }];
    },
  },
  evolve: {
    ReadLogSealed: ({ days, ...state }, { day, count, root, broken }) => ({
      ...state,
      days: [...days, { day, count, root, ...(broken && { broken }) }],
      last: day,
    }),
    ReadLogDestroyed: ({ days, ...state }, { through }) => ({
      ...state,
      days: days.filter(({ day }) => day > through),
      destroyedThrough: through,
    }),
  },
});

export const readLogPermissions = { SealReads: ['system'], DestroyReads: ['system'] } as const;

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    readLog: CommandClasses<typeof readLogDecider>;
  }
}
