import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { DaysQuery, IsNumber } from '@kernel/http';

export class ReadsQuery extends DaysQuery {
  @IsOptional() @IsString() @MaxLength(60) actor?: string;
  @IsOptional() @IsUUID() subject?: string;
  @IsOptional() @Matches(/^[a-z-]{2,40}$/) view?: string;
  /** `only`: reads through a broken glass alone; they stand first anyway. */
  @IsOptional() @IsIn(['only']) glass?: 'only';
  @IsOptional() @IsNumber() @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @IsString() @MaxLength(60) after?: string;
}
