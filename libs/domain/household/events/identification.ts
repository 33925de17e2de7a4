import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AtLevel, Clear, Personal, IsId, IsCivilDate, IsDay } from '@kernel/sourcing';
import { HouseholdFacts, IncomeLine, MemberFacts, OnPaper, RawFact } from './fields';

export class HouseholdApplicationSubmitted extends HouseholdFacts {
  @Clear('area') @AtLevel('village') @Matches(/^\d{12}$/) area!: string;
  @Clear('person') @IsId() applicant!: string;
  @Clear() @IsIn(['written', 'by-proxy']) mode!: string;
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => MemberFacts)
  members!: readonly MemberFacts[];
  @Personal('finance') @IsOptional() @IsInt() @Min(0) statedIncomeFen?: Personal<number>;
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

export class HouseholdApplicationWithdrawn extends OnPaper {}

/** Every adult signs that external data may be checked (2020 and after). */
export class CheckAuthorisationSigned extends OnPaper {
  @Clear('person') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(40) persons!: readonly string[];
  @Clear() @IsDay() expires!: string;
}

export class HouseholdSurveyed extends OnPaper {
  @Clear('account') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(10) surveyors!: readonly string[];
  @Clear() @IsBoolean() teamPresent!: boolean;
  @Personal('social') @IsOptional() @IsIn(['A', 'B', 'C', 'D']) houseGrade?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(['yes', 'no']) safeWater?: Personal<string>;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) findings?: Personal<string>;
}

/** The income sheet (年度人均纯收入测算表), computed: net = gross − expenditure, per head = net ÷ members. */
export class IncomeAssessed extends OnPaper {
  @Clear() @IsDay() periodFrom!: string;
  @Clear() @IsDay() periodBefore!: string;
  @Clear() @IsInt() @Min(1) @Max(40) heads!: number;
  @Clear() @IsBoolean() signedByHousehold!: boolean;
  @Personal('finance') @ArrayMaxSize(40) @ValidateNested({ each: true }) @Type(() => IncomeLine) lines!: Personal<
    readonly IncomeLine[]
  >;
  @Personal('finance') @IsInt() @Min(0) expenditureFen!: Personal<number>;
  @Personal('finance') @IsInt() netFen!: Personal<number>;
  @Personal('finance') @IsInt() perHeadFen!: Personal<number>;
}

/** The result of the democratic appraisal for this household. */
export class ReviewResult {
  @Clear('meeting') @IsId() meeting!: string;
  @Clear() @IsInt() @Min(0) @Max(10_000) inFavour!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) against!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) abstained!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) recused!: number;
}
export class DemocraticReviewHeld extends ReviewResult {
  @Clear() @IsBoolean() passed!: boolean;
}

/** Committee and stationed team both verify and sign. */
export class Verification extends OnPaper {
  @Clear() @IsBoolean() committeeSigned!: boolean;
  @Clear() @IsBoolean() teamSigned!: boolean;
  @Clear() @IsBoolean() accepted!: boolean;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) opinion?: Personal<string>;
}
export class VillageVerificationCompleted extends Verification {}

export class OnNotice {
  @Clear('notice') @IsId() notice!: string;
}
export class InRound extends OnNotice {
  @Clear() @IsIn([1, 2]) round!: 1 | 2;
}
export class PublicityOpened extends InRound {}
export class PublicityClosed extends InRound {
  @Clear() @IsInt() @Min(0) objections!: number;
}
export class PublicityInvalidated extends InRound {}

export class PublicityObjectionRaised extends OnPaper {
  @Clear('case') @IsId() objection!: string;
  @Clear() @IsIn(['not-poor', 'excluded', 'kin', 'wrong-facts', 'other']) ground!: string;
  @Personal('identity', 'objection') @IsOptional() @IsString() @MaxLength(60) objector?: Personal<string>;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) words?: Personal<string>;
}
export class PublicityObjectionResolved extends OnPaper {
  @Clear('case') @IsId() objection!: string;
  @Clear() @IsBoolean() upheld!: boolean;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) reasons?: Personal<string>;
}

export class Opinion extends OnPaper {
  @Clear() @IsIn(['approve', 'return', 'reject']) opinion!: 'approve' | 'return' | 'reject';
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) reasons?: Personal<string>;
}
export class TownshipReviewCompleted extends Opinion {}
export class CountyReviewCompleted extends Opinion {}

export class IdentificationAnnounced extends OnNotice {}

/** The household was told why it was not identified, and what it can do. */
export class IdentificationRejected extends OnPaper {
  @Clear() @IsIn(['village', 'township', 'county']) stage!: 'village' | 'township' | 'county';
}
/** Sent back for defects: the steps from there on are done again. */
export class CaseReturned extends OnPaper {
  @Clear() @IsIn(['applied', 'surveyed']) to!: 'applied' | 'surveyed';
  @Clear()
  @IsIn(['paper-missing', 'facts-unclear', 'procedure', 'other'], { each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  defects!: readonly string[];
}
export class CaseSuspended extends OnPaper {}
export class CaseResumed extends OnPaper {}

/**
 * Entered in the register (建档立卡). A legacy household comes from the old register: what is not proved stands in
 * `evidenceGaps`.
 */
export class HouseholdRegistered extends HouseholdFacts {
  @Clear('area') @AtLevel('village') @Matches(/^\d{12}$/) area!: string;
  @Clear() @IsIn(['new', 'missed', 'legacy']) kind!: 'new' | 'missed' | 'legacy';
  @Clear() @IsIn(['poor', 'pre-exit', 'exited', 'relapsed']) status!: 'poor' | 'pre-exit' | 'exited' | 'relapsed';
  @Clear('person') @IsId() head!: string;
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => MemberFacts)
  members!: readonly MemberFacts[];
  @Clear()
  @IsIn(
    [
      'application',
      'survey',
      'review',
      'verification',
      'publicity',
      'township-review',
      'county-review',
      'announcement',
      'approval-paper',
      'exit-procedure',
    ],
    { each: true },
  )
  @ArrayMaxSize(10)
  evidenceGaps!: readonly string[];
  @Clear('paper') @IsId({ each: true }) @ArrayMaxSize(50) papers!: readonly string[];
  @Personal('identity') @IsString() @MaxLength(40) householdNo!: Personal<string>;
  @Personal('finance') @IsOptional() @IsInt() perHeadFen?: Personal<number>;
  @Personal('social') @IsOptional() @IsIn(['M1', 'M2', 'M3']) monitored?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(['yes', 'no']) riskRemoved?: Personal<string>;
  @Personal('social') @IsOptional() @IsCivilDate() riskFoundOn?: Personal<string>;
  @Personal('social') @IsOptional() @IsCivilDate() riskRemovedOn?: Personal<string>;
  @Personal('remark')
  @IsOptional()
  @ArrayMaxSize(400)
  @ValidateNested({ each: true })
  @Type(() => RawFact)
  raw?: Personal<readonly RawFact[]>;
}

export class HandbookIssued extends OnPaper {
  @Clear('person') @IsId() receiver!: string;
  @Personal('identity') @IsString() @MaxLength(40) handbookNo!: Personal<string>;
}

export class SpotCheckPerformed extends OnPaper {
  @Clear() @IsBoolean() consistent!: boolean;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) differences?: Personal<string>;
}

/** Removed or cancelled wrongly: the file is open again, by decision or judgment. */
export class HouseholdReinstated extends OnPaper {
  @Clear('event') @IsId() cancelled!: string;
  @Clear() @IsIn(['decision', 'judgment', 'self-check']) ground!: string;
}
