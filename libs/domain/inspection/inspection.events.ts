import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import { EffectRefused, effectRefusedWords } from '@kernel/processes';
import { Clear, defineEvents, IsId, Personal } from '@kernel/sourcing';
import { ALL_STEPS, type StepName } from './compliance/steps';

/** Who inspects, and on what errand. */
export const INSPECTION_KINDS = [
  'assessment',
  'cross-assessment',
  'third-party',
  'patrol',
  'discipline',
  'audit',
  'archive',
] as const;

/** What a finding says was not kept. */
export const FINDING_RULES = [
  'step-missing',
  'step-inverted',
  'publicity-short',
  'late-entry',
  'four-eyes',
  'evidence-gap',
  'criteria',
  'facts',
  'funds',
  'conduct',
  'other',
] as const;

/**
 * An inspection begins by letter: the inspectors it names read within its scope from `validFrom` until `validTo`, when
 * it ends by itself. With `households` the scope is these households and no other.
 */
export class InspectionOpened {
  @Clear() @IsIn(INSPECTION_KINDS) kind!: (typeof INSPECTION_KINDS)[number];
  /** The organ that sends it, never a person. */
  @Clear() @IsString() @MaxLength(100) body!: string;
  @Clear('area') @Matches(/^\d{2,12}$/) area!: string;
  @Clear('household')
  @IsOptional()
  @IsId({ each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  households?: readonly string[];
  /** SHA-256 of J(sorted ids). */
  @Clear() @IsOptional() @Matches(/^[0-9a-f]{64}$/) digest?: string;
  @Clear('account') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(20) inspectors!: readonly string[];
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

/** Everything found was decided: nothing is added any more. */
export class InspectionClosed {
  @Clear() @IsInt() @Min(0) confirmed!: number;
  @Clear() @IsInt() @Min(0) withdrawn!: number;
}

/** Something was not as it should be, and the events it rests on. */
export class InspectionFindingRaised {
  @Clear('finding') @IsId() finding!: string;
  @Clear('household') @IsOptional() @IsId() household?: string;
  /** The step of the procedure it is about. */
  @Clear() @IsOptional() @IsIn(ALL_STEPS) step?: StepName;
  @Clear() @IsIn(FINDING_RULES) rule!: (typeof FINDING_RULES)[number];
  @Clear() @IsIn(['minor', 'major', 'grave']) severity!: 'minor' | 'major' | 'grave';
  @Clear('event') @IsOptional() @IsId({ each: true }) @ArrayMaxSize(50) events?: readonly string[];
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) words?: Personal<string>;
}

class OnFinding {
  @Clear('finding') @IsId() finding!: string;
}

/** The office answers a finding with its papers (申诉举证). */
export class RebuttalSubmitted extends OnFinding {
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) words?: Personal<string>;
}
export class FindingConfirmed extends OnFinding {
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) words?: Personal<string>;
}
export class FindingWithdrawn extends OnFinding {
  @Clear() @IsIn(['rebutted', 'duplicate', 'out-of-scope', 'other']) ground!: string;
}

export const inspectionEvents = defineEvents(
  'inspection',
  {
    InspectionOpened,
    InspectionClosed,
    InspectionFindingRaised,
    RebuttalSubmitted,
    FindingConfirmed,
    FindingWithdrawn,
    EffectRefused,
  },
  {
    events: {
      InspectionOpened: ['开启巡查', 'Inspection opened'],
      InspectionClosed: ['结束巡查', 'Inspection closed'],
      InspectionFindingRaised: ['提出问题', 'Finding raised'],
      RebuttalSubmitted: ['提交申辩', 'Rebuttal submitted'],
      FindingConfirmed: ['认定问题', 'Finding confirmed'],
      FindingWithdrawn: ['撤回问题', 'Finding withdrawn'],
      ...effectRefusedWords.events,
    },
    fields: {
      kind: ['类别', 'Kind'],
      body: ['检查机关', 'Inspecting body'],
      area: ['区划', 'Area'],
      households: ['户', 'Households'],
      digest: ['摘要', 'Digest'],
      inspectors: ['检查人员', 'Inspectors'],
      papers: ['材料', 'Papers'],
      confirmed: ['认定数', 'Confirmed'],
      withdrawn: ['撤回数', 'Withdrawn'],
      finding: ['问题', 'Finding'],
      household: ['户', 'Household'],
      step: ['步骤', 'Step'],
      rule: ['规则', 'Rule'],
      severity: ['严重程度', 'Severity'],
      events: ['所涉事件', 'Events'],
      words: ['内容', 'Words'],
      ground: ['依据', 'Ground'],
      ...effectRefusedWords.fields,
    },
  },
);
