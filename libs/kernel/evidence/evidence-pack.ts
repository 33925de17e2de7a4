import type { CommandClasses } from '@kernel/commanding/commands';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineEvents,
  defineRejections,
  IsId,
  type Feature,
} from '@kernel/sourcing';
import { DISCLOSURE_WORDS } from './disclosure-words';
import { DISCLOSURES, type Disclosure } from './evidence';

const HASH = /^[0-9a-f]{64}$/;

/** A pack was handed out: of whom, how far opened, on which ledger, and the digest by which it is known again. */
export class EvidencePackIssued {
  @Clear('household') @IsId() household!: string;
  /** Area of the household. */
  @Clear('area') @Matches(/^\d{12}$/) area!: string;
  @Clear() @IsIn(DISCLOSURES) disclosure!: Disclosure;
  @Clear('person')
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsId({ each: true })
  members?: readonly string[];
  @Clear() @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/) knownAt?: string;
  @Clear() @IsInt() @Min(1) treeSize!: number;
  @Clear() @Matches(HASH) root!: string;
  /** SHA-256 of the zip. */
  @Clear() @Matches(HASH) sha256!: string;
  @Clear() @IsInt() @Min(1) bytes!: number;
}

export class IssueEvidencePack extends EvidencePackIssued {}

const refuse = defineRejections({
  'evidence/no-such-checkpoint': {
    zh: [
      '没有大小为 {treeSize} 且含流头封存的检查点',
      '省略 treeSize 即以最新检查点出具;历次检查点见 /ledger/checkpoints',
    ],
    en: [
      'No checkpoint of size {treeSize} holds sealed heads',
      'Leave treeSize out to get a pack of now; the checkpoints there are stand under /ledger/checkpoints',
    ],
  },
  'evidence/issued': {
    zh: ['该证据包已经出具', '再次出具请使用新的编号'],
    en: ['This evidence pack was issued already', 'Another pack takes a new id'],
  },
  'evidence/members-unnamed': {
    zh: ['按成员公开时必须指明成员', '请在 members 中列出成员编号,且仅在 disclosure 为 members 时填写'],
    en: ['Disclosure by members names them', 'List them in members, and only with disclosure members'],
  },
});

/** 0 = not issued yet; else the checkpoint it rests on, so that a repeated request gets the same bytes. */
export interface EvidencePack {
  readonly treeSize: number;
}

export const evidencePackDecider = defineDecider<EvidencePack>()({
  commands: defineCommands({ IssueEvidencePack }),
  events: defineEvents(
    'evidencePack',
    { EvidencePackIssued },
    {
      events: { EvidencePackIssued: ['出具证据包', 'Evidence pack issued'] },
      fields: {
        household: ['户', 'Household'],
        area: ['区划', 'Area'],
        disclosure: ['公开范围', 'Disclosure'],
        members: ['成员', 'Members'],
        knownAt: ['记录时点', 'Known at'],
        treeSize: ['账本大小', 'Size of the ledger'],
        root: ['账本根', 'Root of the ledger'],
        sha256: ['SHA-256', 'SHA-256'],
        bytes: ['字节数', 'Bytes'],
      },
    },
  ),
  initialState: { treeSize: 0 },
  creates: ['IssueEvidencePack'],
  area: (_, command) => (command as IssueEvidencePack).area,
  decide: {
    IssueEvidencePack: ({ treeSize }, data) => {
      if (treeSize > 0) throw refuse('evidence/issued');
      if ((data.disclosure === 'members') !== (data.members !== undefined)) throw refuse('evidence/members-unnamed');
      return [{ type: 'EvidencePackIssued', data }];
    },
  },
  evolve: { EvidencePackIssued: (_, { treeSize }) => ({ treeSize }) },
});

export const evidenceFeature = {
  deciders: [evidencePackDecider],
  projections: [],
  processes: [],
  permissions: { IssueEvidencePack: ['county', 'leading-group', 'archivist', 'inspector', 'dispute-handler'] },
  views: { 'evidence-pack': ['举证包', 'Evidence pack'] },
  stages: { 'evidencePack.disclosure': DISCLOSURE_WORDS },
} satisfies Feature;

export const noSuchCheckpoint = (treeSize: number) => refuse('evidence/no-such-checkpoint', { treeSize });

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    evidencePack: CommandClasses<typeof evidencePackDecider>;
  }
}
