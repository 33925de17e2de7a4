import type { CommandClasses } from '@kernel/commanding/commands';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineEvents,
  defineProjection,
  defineRejections,
  type Directory,
  type Feature,
  IsDay,
  IsId,
  significant,
} from '@kernel/sourcing';

export class Area {
  /** 12 digits; townships and above end in zeros. */
  @Clear() @Matches(/^\d{12}$/) code!: string;
  @Clear() @IsString() @MaxLength(60) name!: string;
}

/**
 * Areas of one administrative list, at most 400 an event; its `validFrom` and `validTo` are their first day and the day
 * after their last.
 */
export class AreasRecorded {
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(400)
  @ValidateNested({ each: true })
  @Type(() => Area)
  areas!: readonly Area[];
  @Clear('paper') @IsOptional() @IsId() paper?: string;
}

export class RecordAreas extends AreasRecorded {
  @Clear() @IsOptional() @IsDay() from?: string;
  /** The day on which these areas exist no longer. */
  @Clear() @IsOptional() @IsDay() to?: string;
}

export const areaEvents = defineEvents(
  'areaList',
  { AreasRecorded },
  {
    events: { AreasRecorded: ['登记区划', 'Areas recorded'] },
    fields: {
      areas: ['区划', 'Areas'],
      code: ['区划代码', 'Code of the area'],
      name: ['区划名称', 'Name of the area'],
      paper: ['材料', 'Paper'],
    },
  },
);

const refuse = defineRejections({
  'area/recorded': {
    zh: ['该区划清单已经登记', '区划变更请登记新的清单'],
    en: ['This list of areas is recorded already', 'A change of areas is a new list'],
  },
  'area/other-county': {
    zh: ['{area} 不在本系统的县({counties})之内,也不是其上级', '一县一库:外县的区划请登记在该县自己的系统'],
    en: [
      '{area} lies neither in nor above the county of this log ({counties})',
      'One county has one log: record the areas of another one in its own system',
    ],
  },
  'area/no-term': {
    zh: ['该清单自 {from} 起、至 {to}(不含)止,没有一天', '请核对起止日期'],
    en: ['The list in force from {from} until {to} has no day', 'Check both dates'],
  },
});

const countyOf = (code: string): readonly string[] => {
  const digits = significant(code);
  return digits.length < 6 ? [] : [digits.slice(0, 6)];
};

/** Counties that areas lie in. */
export const countiesOf = (areas: readonly Area[]): ReadonlySet<string> =>
  new Set(areas.flatMap(({ code }) => countyOf(code)));

/**
 * The first list says which county the log is about; from then on nothing else is recorded but what lies in or above
 * it.
 */
const mustBelong = (areas: readonly Area[], { counties: known }: Directory): void => {
  const counties = [...(known.size > 0 ? known : countiesOf(areas))];
  const isOurs = (code: string): boolean =>
    counties.some((county) => code.startsWith(county) || county.startsWith(significant(code)));
  const other = areas.find(({ code }) => !isOurs(code));
  if (other) throw refuse('area/other-county', { area: other.code, counties: counties.join('、') || '–' });
};

export const areaDecider = defineDecider<{ readonly recorded: boolean }>()({
  commands: defineCommands({ RecordAreas }),
  events: areaEvents,
  initialState: { recorded: false },
  creates: ['RecordAreas'],
  known: true,
  area: (_, command) => `${(command as RecordAreas).areas[0]?.code.slice(0, 6) ?? ''}000000`,
  decide: {
    RecordAreas: ({ recorded }, { from, to, ...data }, { places }) => {
      if (recorded) throw refuse('area/recorded');
      mustBelong(data.areas, places);
      if (from !== undefined && to !== undefined && to <= from) throw refuse('area/no-term', { from, to });
      const term = { ...(from !== undefined && { validFrom: from }), ...(to !== undefined && { validTo: to }) };
      return [{ type: 'AreasRecorded', data, ...term }];
    },
  },
  evolve: { AreasRecorded: () => ({ recorded: true }) },
});

/** One list of areas as recorded; the directory reads them all. */
export interface AreaList {
  readonly id: string;
  readonly areas: readonly Area[];
  readonly from?: string;
  readonly to?: string;
}

export const areaLists = defineProjection<AreaList>()({
  name: 'area-lists',
  version: 2,
  from: areaEvents,
  indexes: [],
  opens: [],
  on: {
    AreasRecorded: (_, { areas }, { subject, validFrom: from, validTo: to }) => ({
      id: subject,
      areas,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    }),
  },
});

export const areaFeature: Feature = {
  deciders: [areaDecider],
  projections: [areaLists],
  processes: [],
  permissions: { RecordAreas: ['admin', 'system'] },
};

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    areaList: CommandClasses<typeof areaDecider>;
  }
}
