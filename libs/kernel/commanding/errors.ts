import { FormatError } from '@kernel/format';
import { Rejection, type Issue, type RejectionDetails } from '@kernel/sourcing';

/** The input does not meet its demands (400). */
export class InvalidCommand extends Error {
  override readonly name = 'InvalidCommand';
  readonly code = 'command/invalid';
  constructor(readonly issues: readonly Issue[]) {
    super(issues.map(({ path, message }) => `${path} ${message}`).join('; '));
  }
}

/** The record does not exist, or is nothing to the caller (404). */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(
    readonly code: string,
    readonly details: RejectionDetails = {},
  ) {
    super(code);
  }
}

/** The caller saw another revision than the record's (412). */
export class StaleRevision extends Error {
  override readonly name = 'StaleRevision';
  readonly code = 'record/stale';
  constructor(
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`revision ${String(expected)} was seen, the record is at ${String(actual)}`);
  }
}

/** No post of the caller covers this act here and today (403). */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
  constructor(
    readonly code: string,
    readonly details: RejectionDetails = {},
  ) {
    super(code);
  }
}

/** A command id that was used before, with another body (409). */
export class CommandReused extends Error {
  override readonly name = 'CommandReused';
  readonly code = 'command/reused';
  constructor(readonly cmd: string) {
    super(`command ${cmd} was carried out before with another body`);
  }
}

/** The server's clock runs more than 5 s behind the record's last event: nothing may be recorded (503). */
export class ClockBehind extends Error {
  override readonly name = 'ClockBehind';
  readonly code = 'system/clock-behind';
  constructor(
    readonly now: string,
    readonly last: string,
  ) {
    super(`the clock says ${now}, the last event says ${last}`);
  }
}

/** More was sent than may be at once (413). */
export class TooLarge extends Error {
  constructor(
    readonly code: string,
    readonly details: RejectionDetails = {},
  ) {
    super(code);
  }
}

/** What is stored is not what was recorded: nothing of it is given out (500). */
export class Damaged extends Error {
  constructor(
    readonly code: string,
    readonly details: RejectionDetails,
    message: string,
  ) {
    super(message);
  }
}

const REFUSALS = [
  Rejection,
  InvalidCommand,
  NotFound,
  StaleRevision,
  Forbidden,
  CommandReused,
  ClockBehind,
  FormatError,
];

/** Nothing was recorded, and that is certain: any other error of a command may hide an append that went through. */
export const isRefused = (error: unknown): boolean => REFUSALS.some((refusal) => error instanceof refusal);
