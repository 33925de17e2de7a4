import { ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { InvalidCommand } from '@kernel/commanding';

/** A number of a query, which comes as text. */
export const IsNumber = () => Transform(({ value }: { value: unknown }) => Number(value));

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const CIVIL_DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

export class AtLeastQuery {
  /** Position of a receipt: answers only when the view has folded it. */
  @IsOptional() @Matches(/^\d{1,20}(\/\d{1,20})?$/) atLeast?: string;
}

export class PageQuery extends AtLeastQuery {
  @IsOptional() @IsNumber() @IsInt() @Min(1) @Max(500) limit?: number;
  @IsOptional() @IsString() @MaxLength(500) after?: string;
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

export class RepeatableQuery {
  /** The answer as it was when the log had this many events: what `basis.treeSize` of an earlier answer said. */
  @IsOptional() @IsNumber() @IsInt() @Min(0) treeSize?: number;
}

const LISTED = 50;

/** Query classes only: bodies of commands are checked by the command tables. */
export const queryPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors) =>
    new InvalidCommand(
      errors
        .slice(0, LISTED)
        .flatMap(({ property, constraints = {} }) =>
          Object.entries(constraints).map(([code, message]) => ({ path: `/${property}`, code, message })),
        ),
    ),
});
