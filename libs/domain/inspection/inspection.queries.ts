import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsNumber, MomentQuery, RepeatableQuery } from '@kernel/http';
import { BREACHES } from './compliance/compliance.rules';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
  @IsOptional() @IsNumber() @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @Matches(/^([0-9a-f-]{36}|\d{1,15})$/) after?: string;
}

export class BlameQuery extends MomentQuery {
  @IsOptional() @IsNumber() @IsInt() @Min(0) treeSize?: number;
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
