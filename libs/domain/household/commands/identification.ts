import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Clear, IsDay, IsId, Personal } from '@kernel/sourcing';
import { IncomeLine, OnPaper } from '../events/fields';
import * as events from '../events/identification';
import { Late, On } from './dated';

export class SubmitHouseholdApplication extends events.HouseholdApplicationSubmitted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class WithdrawHouseholdApplication extends events.HouseholdApplicationWithdrawn {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class SignCheckAuthorisation extends events.CheckAuthorisationSigned {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class SurveyHousehold extends events.HouseholdSurveyed {
  @On() on!: string;
  @Late() lateReason?: string;
}
/** The sums are computed, never entered. */
export class AssessIncome extends OnPaper {
  @On() on!: string;
  @Late() lateReason?: string;
  @Clear() @IsDay() periodFrom!: string;
  @Clear() @IsDay() periodBefore!: string;
  @Clear() @IsBoolean() signedByHousehold!: boolean;
  @Personal('finance') @ArrayMaxSize(40) @ValidateNested({ each: true }) @Type(() => IncomeLine) lines!: Personal<
    readonly IncomeLine[]
  >;
  @Personal('finance') @IsInt() @Min(0) expenditureFen!: Personal<number>;
}
export class RecordDemocraticReview extends events.ReviewResult {}
export class CompleteVillageVerification extends events.VillageVerificationCompleted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class OpenPublicity extends events.OnNotice {}
export class ClosePublicity extends events.OnNotice {}
export class InvalidatePublicity extends events.OnNotice {}
export class RaisePublicityObjection extends events.PublicityObjectionRaised {
  @On() on!: string;
}
export class ResolvePublicityObjection extends events.PublicityObjectionResolved {
  @On() on!: string;
}
export class CompleteTownshipReview extends events.TownshipReviewCompleted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class CompleteCountyReview extends events.CountyReviewCompleted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class AnnounceIdentification extends events.OnNotice {}
export class TellIdentificationRejected extends OnPaper {
  @On() on!: string;
}
export class ReturnCase extends events.CaseReturned {
  @On() on!: string;
}
export class SuspendCase extends events.CaseSuspended {
  @On() on!: string;
}
export class ResumeCase extends events.CaseResumed {
  @On() on!: string;
}
/** Enters an announced household; area, members and facts are those of its application. */
export class RegisterHousehold extends OnPaper {
  @On() on!: string;
  @Personal('identity') @IsString() @MaxLength(40) householdNo!: Personal<string>;
  @Clear() @IsOptional() @IsBoolean() missed?: boolean;
}
/**
 * Takes a household over from the old register as it stands there: nothing is invented. Only an import that is going on
 * does.
 */
export class RegisterLegacyHousehold extends events.HouseholdRegistered {
  @On() on!: string;
  @Clear('importBatch') @IsId() import!: string;
}
export class IssueHandbook extends events.HandbookIssued {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class PerformSpotCheck extends events.SpotCheckPerformed {
  @On() on!: string;
}
export class ReinstateHousehold extends OnPaper {
  @On() on!: string;
  @Clear() @IsIn(['decision', 'judgment', 'self-check']) ground!: string;
}
