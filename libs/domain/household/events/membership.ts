import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { codesOf } from '@domain/code-lists/contract';
import { Clear, PartialOf, Personal, IsId } from '@kernel/sourcing';
import { HouseholdFacts, LISTING, MemberFacts, OnPaper } from './fields';

/** Yearly collection (年度信息采集): only what changed. */
export class HouseholdProfileRevised extends HouseholdFacts {
  @Clear() @IsInt() @Min(2013) @Max(2100) year!: number;
  @Clear('account') @IsId() collector!: string;
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

export class HouseholdMemberAdded extends MemberFacts {
  @Personal('social', 'person') @IsIn(codesOf('joined')) why!: Personal<string>;
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}

export class HouseholdMemberRemoved extends OnPaper {
  @Clear('person') @IsId() person!: string;
  /** Death, prison, marriage: about the person, therefore sealed. */
  @Personal('social', 'person') @IsIn(codesOf('left')) why!: Personal<string>;
}

export class HouseholdHeadChanged extends OnPaper {
  @Clear('person') @IsId() from!: string;
  @Clear('person') @IsId() to!: string;
}

export class HouseholdRelocated extends OnPaper {
  @Clear('area') @Matches(/^\d{12}$/) from!: string;
  @Clear('area') @Matches(/^\d{12}$/) to!: string;
  @Clear() @IsIn(['resettlement', 'move', 'area-change']) kind!: string;
  @Personal('contact') @IsOptional() @IsString() @MaxLength(200) address?: Personal<string>;
}

export class HouseholdCancelled extends OnPaper {}

/** Found to have been registered wrongly (错评清退). */
export class MisidentificationRemoved extends OnPaper {
  @Clear() @IsIn(codesOf('exclusion')) exclusion!: string;
  @Clear() @IsIn(['self-check', 'cross-check', 'inspection', 'complaint']) discovered!: string;
  @Clear('notice') @IsId() notice!: string;
  @Personal('remark') @IsOptional() @IsString() @MaxLength(2000) finding?: Personal<string>;
}

/** Something elsewhere concerns this household: `cli verify` checks both directions. */
export class RecordLinked {
  @Clear('stream') @Matches(/^[a-z][A-Za-z0-9]*-[0-9a-f-]{36}$/) stream!: string;
}

/** Somebody says that an event was recorded wrongly, and how it should read. */
export class CorrectionRequested extends OnPaper {
  @Clear('event') @IsId() event!: string;
  /** Type of the event. */
  @Clear() @IsString() @MaxLength(80) corrects!: string;
  @PartialOf('corrects') @IsObject() replaces!: object;
}

/** A second person agreed: from here on the event reads so; the wrong value stays in the history. */
export class CorrectionRecorded {
  @Clear('event') @IsId() request!: string;
  @Clear('event') @IsId() event!: string;
  @Clear() @IsString() @MaxLength(80) corrects!: string;
  @PartialOf('corrects') @IsObject() replaces!: object;
}

export class CorrectionRefused extends OnPaper {
  @Clear('event') @IsId() request!: string;
}

export class Origin {
  @Clear() @IsId() log!: string;
  @Clear('stream') @IsString() @MaxLength(120) stream!: string;
  @Clear() @IsInt() @Min(0) rev!: number;
  @Clear() @Matches(/^[0-9a-f]{64}$/) h!: string;
}

/** Members leave for another household by decision; until they are received they are in transfer. */
export class MembersReleased {
  @Clear('reorganisation') @IsId() reorganisation!: string;
  @Clear('household') @IsId() to!: string;
  /** State of this household as it is left: the last event before this one. */
  @Clear() @ValidateNested() @Type(() => Origin) origin!: Origin;
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => MemberFacts)
  members!: readonly MemberFacts[];
}

export class MembersReceived {
  @Clear('reorganisation') @IsId() reorganisation!: string;
  @Clear('household') @IsId() from!: string;
  @Clear() @ValidateNested() @Type(() => Origin) origin!: Origin;
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => MemberFacts)
  members!: readonly MemberFacts[];
}

/**
 * Goes on with the members of the event of type `of` that stands before it in the same append: both were decided by one
 * command, whose id `cmd` both carry.
 */
export class MembersListed {
  @Clear() @IsIn(LISTING) of!: (typeof LISTING)[number];
  /** Of members who leave: the household that is to receive them. */
  @Clear('household') @IsOptional() @IsId() to?: string;
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => MemberFacts)
  members!: readonly MemberFacts[];
}

export class MembersReturned {
  @Clear('reorganisation') @IsId() reorganisation!: string;
  @Clear('person') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(40) persons!: readonly string[];
}
