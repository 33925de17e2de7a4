import { ArrayMaxSize, ArrayMinSize, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { RecordEffectRefused } from '@kernel/processes';
import { Clear, defineCommands, IsId, IsDay } from '@kernel/sourcing';
import {
  FindingConfirmed,
  FindingWithdrawn,
  INSPECTION_KINDS,
  InspectionFindingRaised,
  RebuttalSubmitted,
} from './inspection.events';

export class OpenInspection {
  @Clear() @IsIn(INSPECTION_KINDS) kind!: (typeof INSPECTION_KINDS)[number];
  @Clear() @IsString() @MaxLength(100) body!: string;
  @Clear('area') @Matches(/^\d{2,12}$/) area!: string;
  @Clear('household')
  @IsOptional()
  @IsId({ each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  households?: readonly string[];
  @Clear('account') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(20) inspectors!: readonly string[];
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
  /** First day of access. */
  @Clear() @IsDay() from!: string;
  /** The day on which access has ended. */
  @Clear() @IsDay() to!: string;
}
export class CloseInspection {}
export class RaiseInspectionFinding extends InspectionFindingRaised {}
export class SubmitRebuttal extends RebuttalSubmitted {}
export class ConfirmFinding extends FindingConfirmed {}
export class WithdrawFinding extends FindingWithdrawn {}

export const inspectionCommands = defineCommands({
  OpenInspection,
  CloseInspection,
  RaiseInspectionFinding,
  SubmitRebuttal,
  ConfirmFinding,
  WithdrawFinding,
  RecordEffectRefused,
});
