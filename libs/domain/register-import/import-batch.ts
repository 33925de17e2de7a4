import type { CommandClasses } from '@kernel/commanding/commands';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { EffectRefused, effectRefusedWords } from '@kernel/processes';
import { needsPaper } from '@domain/paper/contract';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineEvents,
  defineProjection,
  defineRejections,
  type Feature,
  type WordsFor,
  IsId,
} from '@kernel/sourcing';

/** A file of the old register is being taken over; its households are born under this event's id, label and ordinal. */
export class ImportStarted {
  @Clear('paper') @IsId() paper!: string;
  @Clear('area') @Matches(/^\d{2,12}$/) area!: string;
  @Clear() @IsIn(['register']) kind!: string;
  @Clear() @IsInt() @Min(0) @Max(10_000_000) rows!: number;
}

export class ImportCommitted {
  @Clear() @IsInt() @Min(0) households!: number;
  @Clear() @IsInt() @Min(0) persons!: number;
  @Clear() @IsInt() @Min(0) accepted!: number;
  @Clear() @IsInt() @Min(0) refused!: number;
  @Clear() @IsInt() @Min(0) unchanged!: number;
}

export class StartImport extends ImportStarted {}
export class CommitImport extends ImportCommitted {}

export const importEvents = defineEvents(
  'importBatch',
  { ImportStarted, ImportCommitted, EffectRefused },
  {
    events: {
      ImportStarted: ['开始导入', 'Import started'],
      ImportCommitted: ['导入完成', 'Import committed'],
      ...effectRefusedWords.events,
    },
    fields: {
      paper: ['材料', 'Paper'],
      area: ['区划', 'Area'],
      kind: ['类别', 'Kind'],
      rows: ['行数', 'Rows'],
      households: ['户', 'Households'],
      persons: ['人员', 'Persons'],
      accepted: ['受理', 'Accepted'],
      refused: ['拒绝数', 'Refused'],
      unchanged: ['维持不变', 'Unchanged'],
      ...effectRefusedWords.fields,
    },
  },
);

const refuse = defineRejections({
  'register/import-started': {
    zh: ['该批次已开始', '请使用新的批次编号'],
    en: ['This batch has begun', 'Use another batch id'],
  },
  'register/import-committed': {
    zh: ['该批次已完成', '无需再次提交'],
    en: ['This batch is committed', 'Nothing is to be done'],
  },
});

/** Its households are caused by the event that started it, and rest on its paper. */
interface Batch {
  readonly status: 'none' | 'started' | 'committed';
  readonly area: string;
  readonly started: string;
  readonly paper: string;
}

export const importDecider = defineDecider<Batch>()({
  commands: defineCommands({ StartImport, CommitImport }),
  events: importEvents,
  initialState: { status: 'none', area: '', started: '', paper: '' },
  creates: ['StartImport'],
  mustExist: true,
  area: ({ area }, command) => (area === '' ? (command as StartImport).area : area).padEnd(12, '0'),
  decide: {
    StartImport: ({ status }, data, act) => {
      if (status !== 'none') throw refuse('register/import-started');
      needsPaper(act, [data.paper], 'register');
      return [{ type: 'ImportStarted', data }];
    },
    CommitImport: ({ status }, data) => {
      if (status === 'committed') throw refuse('register/import-committed');
      return [{ type: 'ImportCommitted', data }];
    },
  },
  evolve: {
    ImportStarted: (_, { area, paper }, { id }) => ({ status: 'started', area, started: id, paper }),
    ImportCommitted: (batch) => ({ ...batch, status: 'committed' }),
    EffectRefused: (batch) => batch,
  },
});

export interface ImportSheet {
  readonly id: string;
  readonly paper: string;
  readonly startedEvent: string;
  readonly rows: number;
  readonly status: string;
  readonly accepted?: number;
  readonly refused?: number;
}

// region imports
export const imports = defineProjection<ImportSheet>()({
  name: 'imports',
  version: 1,
  from: importEvents,
  indexes: ['status', 'paper'],
  opens: [],
  on: {
    ImportStarted: (_, { paper, rows }, { subject, id }) => ({
      id: subject,
      paper,
      rows,
      startedEvent: id,
      status: 'started',
    }),
    ImportCommitted: (sheet, { accepted, refused }) => sheet && { ...sheet, status: 'committed', accepted, refused },
  },
});
// endregion

const STATUS_WORDS: WordsFor<Batch['status']> = {
  none: ['未开始', 'Not begun'],
  started: ['导入中', 'Begun'],
  committed: ['已完成', 'Committed'],
};

export const registerFeature: Feature = {
  deciders: [importDecider],
  projections: [imports],
  processes: [],
  permissions: { StartImport: ['county', 'system'], CommitImport: ['county', 'system'] },
  stages: { 'importBatch.status': STATUS_WORDS },
};

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    importBatch: CommandClasses<typeof importDecider>;
  }
}
