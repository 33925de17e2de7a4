import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { codesOf } from '@domain/code-lists/contract';
import { Clear, Personal, IsId, IsCivilDate } from '@kernel/sourcing';

/** Papers that a step rests on; a step that needs one refuses without it. */
export class OnPaper {
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

/** A person as the registration form knows them. */
export class MemberFacts {
  @Clear('person') @IsId() person!: string;
  @Personal('identity', 'person') @IsString() @MaxLength(60) name!: Personal<string>;
  @Personal('identity', 'person') @IsOptional() @IsString() @MaxLength(40) idNumber?: Personal<string>;
  @Personal('identity', 'person')
  @IsOptional()
  @IsIn(['FORMAT_OK', 'VERIFIED', 'MISSING', 'DUPLICATE', 'DISPUTED'])
  idStatus?: Personal<string>;
  @Personal('identity', 'person') @IsIn(codesOf('relation')) relation!: Personal<string>;
  @Personal('identity', 'person') @IsOptional() @IsIn(codesOf('nation')) nation?: Personal<string>;
  @Personal('identity', 'person') @IsOptional() @IsIn(['male', 'female']) sex?: Personal<string>;
  @Personal('identity', 'person') @IsOptional() @IsCivilDate() born?: Personal<string>;
  @Personal('contact', 'person') @IsOptional() @IsString() @MaxLength(40) phone?: Personal<string>;
  @Personal('social', 'person') @IsOptional() @IsIn(codesOf('education')) education?: Personal<string>;
  @Personal('social', 'person') @IsOptional() @IsIn(codesOf('school')) school?: Personal<string>;
  @Personal('social', 'person') @IsOptional() @IsIn(codesOf('labour')) labour?: Personal<string>;
  @Personal('social', 'person') @IsOptional() @IsInt() @Min(0) @Max(12) workMonths?: Personal<number>;
  @Personal('social', 'person') @IsOptional() @IsIn(['yes', 'no']) illnessInsurance?: Personal<string>;
  @Personal('health', 'person')
  @IsOptional()
  @IsIn(codesOf('health'), { each: true })
  @ArrayMaxSize(4)
  health?: Personal<readonly string[]>;
}

/** Events whose members may be too many for one event: `MembersListed` goes on with them. */
export const LISTING = [
  'HouseholdApplicationSubmitted',
  'HouseholdRegistered',
  'MembersReleased',
  'MembersReceived',
] as const;

/** What the register says of a household beside its members. */
export class HouseholdFacts {
  @Personal('contact') @IsOptional() @IsString() @MaxLength(200) address?: Personal<string>;
  @Personal('contact') @IsOptional() @IsString() @MaxLength(40) phone?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(codesOf('standard')) standard?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(codesOf('attribute')) attribute?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(codesOf('cause')) mainCause?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(codesOf('cause'), { each: true }) @ArrayMaxSize(9) otherCauses?: Personal<
    readonly string[]
  >;
  @Personal('social') @IsOptional() @IsIn(['yes', 'no']) dangerousHouse?: Personal<string>;
  @Personal('social') @IsOptional() @IsIn(['yes', 'no']) safeWater?: Personal<string>;
}

/** A raw column of a file that this system has no field for: kept as it was. */
export class RawFact {
  @IsString() @MaxLength(60) label!: string;
  @IsString() @MaxLength(500) value!: string;
}

/** One line of the income sheet, in fen. */
export class IncomeLine {
  @IsIn(['wage', 'business', 'property', 'transfer']) kind!: 'wage' | 'business' | 'property' | 'transfer';
  @IsInt() @Min(0) fen!: number;
}
