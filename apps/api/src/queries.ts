import { BREACHES } from '@domain/inspection';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const CIVIL_DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

export class AtLeastQuery {
  /** Position of a receipt: answers only when the view has folded it. */
  @IsOptional() @Matches(/^\d{1,20}(\/\d{1,20})?$/) atLeast?: string;
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

export class DaysQuery {
  /** First and last civil day of Asia/Shanghai, both included. */
  @IsOptional() @Matches(DAY) from?: string | undefined;
  @IsOptional() @Matches(DAY) to?: string | undefined;
}

export class ReadsQuery extends DaysQuery {
  @IsOptional() @IsString() @MaxLength(60) actor?: string;
  @IsOptional() @IsUUID() subject?: string;
  @IsOptional() @Matches(/^[a-z-]{2,40}$/) view?: string;
  /** `only`: reads through a broken glass alone; they stand first anyway. */
  @IsOptional() @IsIn(['only']) glass?: 'only';
  @IsOptional() @Transform(({ value }: { value: unknown }) => Number(value)) @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @IsString() @MaxLength(60) after?: string;
}

export class GlassQuery extends PageQuery {
  @IsOptional() @IsIn(['unreviewed', 'justified', 'unjustified']) status?: string;
}

export class AreaQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) parent?: string;
}

const toNumber = Transform(({ value }: { value: unknown }) => Number(value));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class RepeatableQuery {
  /** The answer as it was when the log had this many events: what `basis.treeSize` of an earlier answer said. */
  @IsOptional() @toNumber @IsInt() @Min(0) treeSize?: number;
}

/** Exactly one question; `field` narrows `household`. */
export class TraceQuery extends RepeatableQuery {
  @IsOptional() @Matches(/^[a-z][A-Za-z0-9]*-[0-9a-f-]{36}$/) stream?: string;
  @IsOptional() @Matches(UUID) household?: string;
  /** A field of the card: `mainCause`, `people[<id>].name`, or `name` of any person. */
  @IsOptional() @Matches(/^[a-zA-Z]{1,40}(\[[0-9a-f-]{36}\])?(\.[a-zA-Z]{1,40})?$/) field?: string;
  /** UUID of an account, or `system:<part>`. */
  @IsOptional() @Matches(/^([0-9a-f-]{36}|system:[a-z-]{1,40})$/) actor?: string;
  @IsOptional() @Matches(UUID) paper?: string;
  /** SHA-256 or SM3 of a paper's file. */
  @IsOptional() @Matches(/^[0-9a-f]{64}$/) hash?: string;
  /** An import, notice, meeting or transfer, or a single deciding event: with all that it caused. */
  @IsOptional() @Matches(UUID) batch?: string;
  /** Id of a rule version, or the key of a parameter: with every decision that rests on it. */
  @IsOptional() @Matches(/^([0-9a-f-]{36}|[a-z][A-Za-z0-9.]{2,80})$/) rule?: string;
  @IsOptional() @toNumber @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @Matches(/^([0-9a-f-]{36}|\d{1,15})$/) after?: string;
}

export class BlameQuery extends MomentQuery {
  @IsOptional() @toNumber @IsInt() @Min(0) treeSize?: number;
}

export class ComplianceQuery extends RepeatableQuery {
  @Matches(/^\d{2,12}$/) area!: string;
  @Matches(/^20\d{2}$/) year!: string;
  @IsOptional() @IsIn(['json', 'csv']) format?: 'json' | 'csv';
}

export class CasesQuery extends RepeatableQuery {
  @Matches(/^\d{2,12}$/) area!: string;
  @Matches(/^20\d{2}$/) year!: string;
  @IsOptional() @IsIn(['identification', 'exit']) kind?: string;
  /** Only cases with a finding of this rule. */
  @IsOptional() @IsIn(BREACHES) rule?: string;
}
