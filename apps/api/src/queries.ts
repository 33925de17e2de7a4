import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

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

export class ReadsQuery {
  @IsOptional() @IsString() @MaxLength(40) actor?: string;
  @IsOptional() @IsString() @MaxLength(40) subject?: string;
  @IsOptional() @Transform(({ value }: { value: unknown }) => Number(value)) @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @Transform(({ value }: { value: unknown }) => Number(value)) @IsInt() @Min(1) after?: number;
}

export class AreaQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) parent?: string;
}
