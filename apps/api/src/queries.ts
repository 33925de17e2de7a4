import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const CIVIL_DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

export class AtLeastQuery {
  /** Position of a receipt: answers only when the view has folded it. */
  @IsOptional() @Matches(/^\d{1,20}$/) atLeast?: string;
}

export class PageQuery extends AtLeastQuery {
  @IsOptional() @Transform(({ value }: { value: unknown }) => Number(value)) @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @IsString() @MaxLength(500) after?: string;
}

export class ListQuery extends PageQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) area?: string;
  @IsOptional() @Matches(/^[a-z-]{2,20}$/) status?: string;
  @IsOptional() @IsString() @MaxLength(60) q?: string;
}

/** Cards and histories are read from the log: whatever has a receipt is in them. */
export class MomentQuery extends AtLeastQuery {
  /** Civil date: what was true then. */
  @IsOptional() @Matches(CIVIL_DATE) asOf?: string;
  /** UTC instant: what was recorded then. */
  @IsOptional() @Matches(INSTANT) knownAt?: string;
}

export class RecordQuery extends PageQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) area?: string;
  @IsOptional() @Matches(/^[a-z0-9-]{2,40}$/) kind?: string;
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export class ReadersQuery {
  @IsOptional() @Transform(({ value }: { value: unknown }) => Number(value)) @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @IsString() @MaxLength(60) after?: string;
  /** First and last civil day of Asia/Shanghai, both included. */
  @IsOptional() @Matches(DAY) from?: string;
  @IsOptional() @Matches(DAY) to?: string;
  @IsOptional() @Matches(/^[a-z-]{2,40}$/) view?: string;
  /** `only`: reads through a broken glass alone; they stand first anyway. */
  @IsOptional() @IsIn(['only']) glass?: 'only';
}

export class ReadsQuery extends ReadersQuery {
  @IsOptional() @IsString() @MaxLength(60) actor?: string;
  @IsOptional() @IsUUID() subject?: string;
}

export class AreaQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) parent?: string;
}
