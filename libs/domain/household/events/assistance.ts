import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { codesOf } from '@domain/code-lists/contract';
import { Clear, Personal, IsId } from '@kernel/sourcing';
import { OnPaper } from './fields';

export class HelperAssigned extends OnPaper {
  @Clear('account') @IsId() helper!: string;
  @Clear() @IsBoolean() principal!: boolean;
  @Clear() @IsString() @MaxLength(100) unit!: string;
}

export class HelperReleased extends OnPaper {
  @Clear('account') @IsId() helper!: string;
}

/** The year's plan, signed by household, helper and village. */
export class AssistancePlanAdopted extends OnPaper {
  @Clear() @IsInt() @Min(2013) @Max(2100) year!: number;
  @Clear() @IsIn(codesOf('measure'), { each: true }) categories!: readonly string[];
  @Clear() @IsBoolean() signedByHousehold!: boolean;
  @Clear() @IsBoolean() signedByHelper!: boolean;
  @Clear() @IsBoolean() signedByVillage!: boolean;
  @Personal('social') @IsOptional() @IsString() @MaxLength(1000) needs?: Personal<string>;
  @Personal('finance') @IsOptional() @IsInt() @Min(0) expectedIncomeFen?: Personal<number>;
}

export class OnMeasure {
  @Clear('record') @IsId() measure!: string;
}

export class MeasureStarted extends OnMeasure {
  @Clear() @IsIn(codesOf('measure')) category!: string;
  @Clear() @IsString() @MaxLength(100) unit!: string;
  @Clear() @IsInt() @Min(0) costFen!: number;
  @Personal('social') @IsOptional() @IsString() @MaxLength(500) content?: Personal<string>;
}

export class MeasureCompleted extends OnMeasure {
  @Clear() @IsBoolean() signedByHousehold!: boolean;
  @Clear('paper') @IsId({ each: true }) papers!: readonly string[];
  @Clear() @IsInt() @Min(0) costFen!: number;
}

export class MeasureCancelled extends OnMeasure {}

export class VisitRecorded extends OnPaper {
  @Clear() @IsBoolean() householdPresent!: boolean;
  @Personal('remark') @IsString() @MaxLength(2000) done!: Personal<string>;
  @Personal('contact') @IsOptional() @Matches(/^-?\d{1,3}\.\d{1,6},-?\d{1,3}\.\d{1,6}$/) place?: Personal<string>;
}

export class FundsDisbursed extends OnPaper {
  @Clear() @IsIn(['central', 'province', 'city', 'county', 'integrated', 'partner', 'society']) source!: string;
  @Clear() @IsInt() @Min(1) fen!: number;
  @Clear('person') @IsId() payee!: string;
  @Personal('finance') @IsOptional() @IsString() @MaxLength(60) account?: Personal<string>;
}

export class AssistanceSuspended extends OnPaper {}
export class AssistanceResumed extends OnPaper {}
export class AssistanceTerminated extends OnPaper {}
