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
import { codesOf } from '@domain/code-lists/contract';
import { Clear, Personal, IsId } from '@kernel/sourcing';
import { IncomeLine, OnPaper } from './fields';
import { InRound, OnNotice, PublicityObjectionResolved, ReviewResult, Verification } from './identification';

export class ExitPlanned extends OnPaper {
  @Clear() @IsInt() @Min(2013) @Max(2100) year!: number;
}
export class PreExitMarked extends OnPaper {
  @Clear() @IsInt() @Min(2013) @Max(2100) year!: number;
}

/** One check item of the exit (E1 income … E7 water, local ones from E8 on). */
export class ExitItem {
  @Clear() @Matches(/^E([1-9]|[1-9]\d)$/) item!: string;
  @Clear() @IsIn(['met', 'not-met', 'not-applicable']) result!: 'met' | 'not-met' | 'not-applicable';
  /** Who confirms it: village, township, or a sector department. */
  @Clear() @IsString() @MaxLength(60) confirmer!: string;
}

export class ExitSurveyed extends OnPaper {
  @Clear('account') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(10) surveyors!: readonly string[];
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => ExitItem)
  items!: readonly ExitItem[];
  @Clear() @Matches(/^\d{4}-\d{2}-\d{2}$/) periodFrom!: string;
  @Clear() @Matches(/^\d{4}-\d{2}-\d{2}$/) periodBefore!: string;
  @Clear() @IsInt() @Min(1) @Max(40) heads!: number;
  @Clear() @IsBoolean() signedByHousehold!: boolean;
  @Personal('finance') @ArrayMaxSize(40) @ValidateNested({ each: true }) @Type(() => IncomeLine) lines!: Personal<
    readonly IncomeLine[]
  >;
  @Personal('finance') @IsInt() @Min(0) expenditureFen!: Personal<number>;
  @Personal('finance') @IsInt() netFen!: Personal<number>;
  @Personal('finance') @IsInt() perHeadFen!: Personal<number>;
}

export class ExitReviewHeld extends ReviewResult {
  @Clear() @IsBoolean() passed!: boolean;
}
export class ExitVerified extends Verification {}

/** The household accepts its exit itself (拟退出户认可): the step that "made to exit" complaints are about. */
export class HouseholdExitConsentGiven extends OnPaper {
  @Clear('person') @IsId() signer!: string;
  @Clear() @IsIn(['sign', 'fingerprint', 'agent']) mode!: 'sign' | 'fingerprint' | 'agent';
  @Clear() @IsInt() @Min(0) @Max(10) witnesses!: number;
  @Clear() @IsBoolean() incomeSheetShown!: boolean;
  @Clear() @IsBoolean() policyExplained!: boolean;
  @Personal('identity')
  @IsOptional()
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  @ArrayMaxSize(10)
  witnessNames?: Personal<readonly string[]>;
}
export class HouseholdExitConsentRefused extends OnPaper {
  @Clear('person') @IsId() signer!: string;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) reasons?: Personal<string>;
}

export class ExitPublicityOpened extends InRound {}
export class ExitPublicityClosed extends InRound {
  @Clear() @IsInt() @Min(0) objections!: number;
}
/** The notice of the exit was invalid: its round is done again. */
export class ExitPublicityInvalidated extends InRound {}

/** Somebody objects to the exit while it is public; the national rule demands publicity without objection. */
export class ExitObjectionRaised extends OnPaper {
  @Clear('case') @IsId() objection!: string;
  @Clear()
  @IsIn(['income', 'items', 'procedure', 'consent', 'wrong-facts', 'other'])
  ground!: 'income' | 'items' | 'procedure' | 'consent' | 'wrong-facts' | 'other';
  @Personal('identity', 'objection') @IsOptional() @IsString() @MaxLength(60) objector?: Personal<string>;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) words?: Personal<string>;
}
/** The objection was investigated and answered; upheld, the household is surveyed again. */
export class ExitObjectionResolved extends PublicityObjectionResolved {}

export class TownshipExitReviewed extends OnPaper {
  @Clear() @IsIn(['approve', 'return']) opinion!: 'approve' | 'return';
  @Clear('account') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(20) team!: readonly string[];
}

/** The leading group's decision, on the county's minutes. */
export class CountyExitApproved extends OnPaper {
  @Clear() @IsInt() @Min(0) @Max(1000) inFavour!: number;
  @Clear() @IsInt() @Min(0) @Max(1000) against!: number;
}

export class ExitAnnounced extends OnNotice {}

/** Out of poverty (脱贫销号): with the line and the items it was measured by. */
export class HouseholdExited extends OnPaper {
  @Clear() @IsInt() @Min(2013) @Max(2100) year!: number;
  @Clear() @IsIn(['exit', 'statistical']) series!: string;
  @Clear() @IsInt() @Min(0) lineFen!: number;
  @Clear() @IsString() @MaxLength(60) lineVersion!: string;
  @Clear() @IsBoolean() policiesContinue!: boolean;
  /** A paper by which an unmet line or item was excepted. */
  @Clear('paper') @IsOptional() @IsId() exception?: string;
  @Personal('finance') @IsInt() perHeadFen!: Personal<number>;
}

export class ExitNoticeDelivered extends OnPaper {
  @Clear('person') @IsId() receiver!: string;
}
export class ExitCaseReturned extends OnPaper {
  @Clear() @IsIn(['planned', 'pre-exit', 'surveyed']) to!: 'planned' | 'pre-exit' | 'surveyed';
}
export class ExitCaseAbandoned extends OnPaper {}

/** The exit was wrong when it was decided (错退纠正); the old exit stays visible. */
export class ExitRevoked extends OnPaper {
  @Clear('event') @IsId() exit!: string;
  @Clear() @IsIn(['income', 'items', 'procedure', 'consent', 'other']) ground!: string;
  @Clear() @IsInt() @Min(2013) @Max(2100) statisticalYear!: number;
}

/** The exit was right, circumstances changed (返贫). */
export class HouseholdRelapsed extends OnPaper {
  @Clear('event') @IsId() exit!: string;
  @Personal('social') @IsIn(codesOf('cause'), { each: true }) @ArrayMinSize(1) @ArrayMaxSize(3) causes!: Personal<
    readonly string[]
  >;
}

export class PostExitFollowUpRecorded extends OnPaper {
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => ExitItem)
  items!: readonly ExitItem[];
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) remark?: Personal<string>;
}
