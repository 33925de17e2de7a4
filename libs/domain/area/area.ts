import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineEvents,
  defineProjection,
  defineRejections,
  type Feature,
  IsId,
} from '@kernel/sourcing';

export class Area {
  /** 12 digits; townships and above end in zeros. */
  @Clear() @Matches(/^\d{12}$/) code!: string;
  @Clear() @IsString() @MaxLength(60) name!: string;
}

/** Areas of one administrative list, at most 400 an event. */
export class AreasRecorded {
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(400)
  @ValidateNested({ each: true })
  @Type(() => Area)
  areas!: readonly Area[];
  @Clear('paper') @IsOptional() @IsId() paper?: string;
}

export class RecordAreas extends AreasRecorded {}

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
});

export const areaDecider = defineDecider<{ readonly recorded: boolean }>()({
  commands: defineCommands({ RecordAreas }),
  events: areaEvents,
  initialState: { recorded: false },
  creates: ['RecordAreas'],
  area: (_, command) => `${(command as RecordAreas).areas[0]?.code.slice(0, 6) ?? ''}000000`,
  decide: {
    RecordAreas: ({ recorded }, data) => {
      if (recorded) throw refuse('area/recorded');
      return [{ type: 'AreasRecorded', data }];
    },
  },
  evolve: { AreasRecorded: () => ({ recorded: true }) },
});

/** One list of areas as recorded; the directory reads them all. */
export interface AreaList {
  readonly id: string;
  readonly areas: readonly Area[];
}

export const areaLists = defineProjection<AreaList>()({
  name: 'area-lists',
  version: 1,
  from: areaEvents,
  indexes: [],
  opens: [],
  on: { AreasRecorded: (_, { areas }, { subject }) => ({ id: subject, areas }) },
});

export const areaFeature: Feature = {
  deciders: [areaDecider],
  projections: [areaLists],
  processes: [],
  permissions: { RecordAreas: ['admin', 'system'] },
};
