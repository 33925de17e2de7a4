import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { EffectRefused, effectRefusedWords } from '@kernel/processes';
import { Clear, defineEvents, IsId } from '@kernel/sourcing';

/** What is made public: two publicities and one announcement at identification, one or two and one at exit. */
export const NOTICE_KINDS = [
  'identification-1',
  'identification-2',
  'identification-announcement',
  'exit-1',
  'exit-2',
  'exit-announcement',
  'removal',
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A masked list was made for posting: exactly the households under decision. */
export class NoticePrepared {
  @Clear() @IsIn(NOTICE_KINDS) kind!: NoticeKind;
  @Clear('area') @Matches(/^\d{12}$/) area!: string;
  @Clear('household') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(500) households!: readonly string[];
  /** SHA-256 of J(sorted ids). */
  @Clear() @Matches(/^[0-9a-f]{64}$/) digest!: string;
}

export class NoticePosted {
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
  /** Days it must hang, and the version of the rule that says so. */
  @Clear() @IsInt() @Min(1) @Max(365) days!: number;
}

export class NoticePhotographed {
  @Clear() @IsIn(['first', 'middle', 'last']) day!: 'first' | 'middle' | 'last';
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

export class NoticeClosed {
  @Clear() @IsInt() @Min(0) @Max(500) objections!: number;
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

/** A defect was found: the round is to be done again. */
export class NoticeInvalidated {
  @Clear() @IsIn(['wrong-list', 'too-short', 'not-seen', 'forbidden-content', 'other']) defect!: string;
}

export const noticeEvents = defineEvents(
  'notice',
  { NoticePrepared, NoticePosted, NoticePhotographed, NoticeClosed, NoticeInvalidated, EffectRefused },
  {
    events: {
      NoticePrepared: ['拟制公示', 'Notice prepared'],
      NoticePosted: ['张贴公示', 'Notice posted'],
      NoticePhotographed: ['公示拍照存证', 'Notice photographed'],
      NoticeClosed: ['公示期满', 'Notice closed'],
      NoticeInvalidated: ['公示作废', 'Notice invalidated'],
      ...effectRefusedWords.events,
    },
    fields: {
      kind: ['类别', 'Kind'],
      area: ['区划', 'Area'],
      households: ['户', 'Households'],
      digest: ['摘要', 'Digest'],
      papers: ['材料', 'Papers'],
      days: ['天数', 'Days'],
      day: ['日期', 'Day'],
      objections: ['异议数', 'Objections'],
      defect: ['缺陷', 'Defect'],
      ...effectRefusedWords.fields,
    },
  },
);
