import type { CommandClasses } from '@kernel/commanding/commands';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { codesOf } from '@domain/code-lists/contract';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineEvents,
  defineProjection,
  defineRejections,
  Erased,
  Personal,
  type Feature,
  type Issue,
  type Refers,
} from '@kernel/sourcing';

const PAPER_KINDS = codesOf('paper');

/** A paper was received: its file is stored once, encrypted; only kind and id stand in clear. */
export class PaperReceived {
  @Clear() @IsIn(PAPER_KINDS) kind!: string;
  /** Area of the office that received it. */
  @Clear('area') @Matches(/^\d{12}$/) area!: string;
  @Personal('paper') @IsInt() @Min(1) @Max(100 * 1024 * 1024) bytes!: Personal<number>;
  @Personal('paper') @Matches(/^[a-z]+\/[a-z0-9.+-]+$/) @MaxLength(100) mime!: Personal<string>;
  @Personal('paper') @IsString() @MaxLength(200) name!: Personal<string>;
  @Personal('paper') @IsOptional() @IsString() @MaxLength(200) place?: Personal<string>;
  @Personal('paper') @Matches(/^[0-9a-f]{64}$/) sha256!: Personal<string>;
  @Personal('paper') @Matches(/^[0-9a-f]{64}$/) sm3!: Personal<string>;
}

export class ReceivePaper extends PaperReceived {}

export const paperEvents = defineEvents(
  'paper',
  { PaperReceived },
  {
    events: { PaperReceived: ['接收材料', 'Paper received'] },
    fields: {
      kind: ['类别', 'Kind'],
      area: ['区划', 'Area'],
      bytes: ['字节数', 'Bytes'],
      mime: ['文件类型', 'Type of file'],
      name: ['文件名', 'Name of the file'],
      place: ['地点', 'Place'],
      sha256: ['SHA-256', 'SHA-256'],
      sm3: ['SM3', 'SM3'],
    },
  },
);

const refuse = defineRejections({
  'paper/received': {
    zh: ['该材料已经接收,不可替换', '请以新的编号上传新材料'],
    en: ['This paper was received already and is never replaced', 'Upload another paper under a new id'],
  },
});

/** What other deciders may know of a paper. */
export interface PaperState {
  readonly kind: string;
}

export const paperDecider = defineDecider<PaperState>()({
  commands: defineCommands({ ReceivePaper }),
  events: paperEvents,
  initialState: { kind: '' },
  creates: ['ReceivePaper'],
  mustExist: true,
  proves: true,
  area: (_, command) => (command as ReceivePaper).area,
  decide: {
    ReceivePaper: ({ kind }, data) => {
      if (kind !== '') throw refuse('paper/received');
      return [{ type: 'PaperReceived', data }];
    },
  },
  evolve: { PaperReceived: (_, { kind }) => ({ kind }) },
});

/** What may be said of a paper before its file is there. */
export type PaperForm = Pick<ReceivePaper, 'kind' | 'area' | 'mime' | 'name'>;

const NO_FILE = { bytes: 1, sha256: '0'.repeat(64), sm3: '0'.repeat(64) };

/** Which of the command's demands a form does not meet; those of the file itself are known later. */
export const formIssues = (form: Partial<PaperForm>): readonly Issue[] | undefined =>
  paperDecider.commands.issues('ReceivePaper', { ...form, ...NO_FILE });

export class PaperSheet {
  @Clear('paper' satisfies Refers) id!: string;
  @Clear() kind!: string;
  @Clear() area!: string;
  @Clear() receivedAt!: string;
  @Clear('account') receivedBy!: string;
  @Personal('paper') bytes!: Personal<number>;
  @Personal('paper') mime!: Personal<string>;
  @Personal('paper') name!: Personal<string>;
  @Personal('paper') place?: Personal<string>;
  @Personal('paper') sha256!: Personal<string>;
  @Personal('paper') sm3!: Personal<string>;
}

export const papers = defineProjection<PaperSheet>()({
  name: 'papers',
  version: 2,
  from: paperEvents,
  indexes: ['kind', 'area', 'sha256', 'sm3', 'receivedBy'],
  opens: ['paper'],
  on: {
    PaperReceived: (_, { place, ...fact }, { subject, recordedAt, actor }) => ({
      ...fact,
      ...(place !== undefined && !(place instanceof Erased) && { place }),
      id: subject,
      receivedAt: recordedAt,
      receivedBy: actor,
    }),
  },
});

const OFFICE = ['village', 'township', 'county', 'helper', 'leading-group', 'archivist', 'admin', 'system'];

export const paperFeature = {
  deciders: [paperDecider],
  projections: [papers],
  processes: [],
  permissions: { ReceivePaper: OFFICE },
  views: { paper: ['材料目录', 'Entry of a paper'], 'paper-content': ['材料原件', 'File of a paper'] },
} satisfies Feature;

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    paper: CommandClasses<typeof paperDecider>;
  }
}
