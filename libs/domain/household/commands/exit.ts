import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Clear, Personal, IsId, IsDay } from '@kernel/sourcing';
import * as events from '../events/exit';
import { IncomeLine, OnPaper } from '../events/fields';
import { OnNotice, ReviewResult } from '../events/identification';
import { Late, On } from './dated';

export class PlanExit extends events.ExitPlanned {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class MarkPreExit extends OnPaper {
  @On() on!: string;
}
export class SurveyExit extends OnPaper {
  @On() on!: string;
  @Late() lateReason?: string;
  @Clear('account') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(10) surveyors!: readonly string[];
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => events.ExitItem)
  items!: readonly events.ExitItem[];
  @Clear() @IsDay() periodFrom!: string;
  @Clear() @IsDay() periodBefore!: string;
  @Clear() @IsBoolean() signedByHousehold!: boolean;
  @Personal('finance') @ArrayMaxSize(40) @ValidateNested({ each: true }) @Type(() => IncomeLine) lines!: Personal<
    readonly IncomeLine[]
  >;
  @Personal('finance') @IsInt() @Min(0) expenditureFen!: Personal<number>;
}
export class RecordExitReview extends ReviewResult {}
export class VerifyExit extends events.ExitVerified {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class GiveExitConsent extends events.HouseholdExitConsentGiven {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class RefuseExitConsent extends events.HouseholdExitConsentRefused {
  @On() on!: string;
}
export class OpenExitPublicity extends OnNotice {}
export class CloseExitPublicity extends OnNotice {}
export class InvalidateExitPublicity extends OnNotice {}
export class RaiseExitObjection extends events.ExitObjectionRaised {
  @On() on!: string;
}
export class ResolveExitObjection extends events.ExitObjectionResolved {
  @On() on!: string;
}
export class ReviewExitInTownship extends events.TownshipExitReviewed {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class ApproveExitInCounty extends events.CountyExitApproved {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class AnnounceExit extends OnNotice {}
/** Line, income and items are looked up, never entered. */
export class ExitHousehold extends OnPaper {
  @On() on!: string;
  @Clear() @IsBoolean() policiesContinue!: boolean;
  @Clear('paper') @IsOptional() @IsId() exception?: string;
}
export class DeliverExitNotice extends events.ExitNoticeDelivered {
  @On() on!: string;
}
export class ReturnExitCase extends events.ExitCaseReturned {
  @On() on!: string;
}
export class AbandonExitCase extends events.ExitCaseAbandoned {
  @On() on!: string;
}
export class RevokeExit extends OnPaper {
  @On() on!: string;
  @Clear() @Matches(/^(income|items|procedure|consent|other)$/) ground!: string;
  @Clear() @IsInt() @Min(2013) @Max(2100) statisticalYear!: number;
}
export class RelapseHousehold extends OnPaper {
  @On() on!: string;
  @Personal('social') @Matches(/^\d{1,2}$/, { each: true }) @ArrayMinSize(1) @ArrayMaxSize(3) causes!: Personal<
    readonly string[]
  >;
}
export class RecordPostExitFollowUp extends events.PostExitFollowUpRecorded {
  @On() on!: string;
  @Late() lateReason?: string;
}
