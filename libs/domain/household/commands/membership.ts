import { EffectRefused } from '@kernel/processes';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { AtLevel, Clear, Personal, IsId } from '@kernel/sourcing';
import { MemberFacts, OnPaper } from '../events/fields';
import * as events from '../events/membership';
import { Late, On } from './dated';

export class ReviseHouseholdProfile extends events.HouseholdProfileRevised {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class AddHouseholdMember extends events.HouseholdMemberAdded {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class RemoveHouseholdMember extends events.HouseholdMemberRemoved {
  @On() on!: string;
  @Late() lateReason?: string;
  /** Demanded when the head leaves. */
  @Clear('person') @IsOptional() @IsId() newHead?: string;
}
export class ChangeHouseholdHead extends OnPaper {
  @On() on!: string;
  @Clear('person') @IsId() to!: string;
}
export class RelocateHousehold extends OnPaper {
  @On() on!: string;
  @Clear('area') @AtLevel('village') @Matches(/^\d{12}$/) to!: string;
  @Clear() @IsIn(['resettlement', 'move', 'area-change']) kind!: string;
  @Personal('contact') @IsOptional() @IsString() @MaxLength(200) address?: Personal<string>;
}
export class CancelHousehold extends events.HouseholdCancelled {
  @On() on!: string;
}
export class RemoveMisidentified extends events.MisidentificationRemoved {
  @On() on!: string;
}
export class LinkRecord extends events.RecordLinked {}
export class RequestCorrection extends events.CorrectionRequested {
  @Clear() @IsIn(['entry-error', 'document-changed', 'appeal']) reason!: string;
}
export class RecordCorrection {
  @Clear('event') @IsId() request!: string;
}
export class RefuseCorrection extends events.CorrectionRefused {}
export class RecordEffectRefused extends EffectRefused {}

class Reorganised {
  @Clear('reorganisation') @IsId() reorganisation!: string;
}
export class ReleaseMembers extends Reorganised {
  @Clear('household') @IsId() to!: string;
  @Clear('person') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(40) persons!: readonly string[];
}
export class ReceiveMembers extends Reorganised {
  @Clear('household') @IsId() from!: string;
  @Clear() @ValidateNested() @Type(() => events.Origin) origin!: events.Origin;
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => MemberFacts)
  members!: readonly MemberFacts[];
}
