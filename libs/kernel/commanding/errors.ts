import { FormatError } from '@kernel/format';
import { defineRejections, Rejection, type Issue, type RejectionDetails } from '@kernel/sourcing';

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
defineRejections({
  'effects/refused': {
    zh: ['该操作涉及的记录中有 {count} 处不能办理,因此未作任何登记', '请按 errors 逐项处理后重新提交'],
    en: [
      '{count} of the records that this act changes cannot take it: nothing was recorded',
      'Mend each one listed in errors, then repeat',
    ],
  },
  'effects/nothing-to-do': {
    zh: ['该记录已无须变更', '无需处理'],
    en: ['The record had nothing to change', 'Nothing is to be done'],
  },
  'effects/too-large': {
    zh: ['一次登记的内容超过上限(每条 {event} KiB,每次 {append} KiB)', '请分次办理'],
    en: ['What would be recorded is larger than {event} KiB, or {append} KiB at once', 'Do it in several parts'],
  },
  'effects/impossible': {
    zh: ['该记录目前无法读取', '请管理员检查(cli verify)并修复后再办理'],
    en: ['The record cannot be read now', 'Let the operator examine it (cli verify), then repeat'],
  },
});

/** One effect that would not be carried out, and the place in the command's body where its target is named. */
export interface EffectRefusal {
  readonly target: string;
  readonly command: string;
  /** JSON pointer; empty when the body does not name the target. */
  readonly path: string;
  readonly code: string;
  readonly details: RejectionDetails;
  readonly issues?: readonly Issue[];
}

/** What a command brings about elsewhere would be refused there: the command itself is (409). */
export class EffectsRefused extends Rejection {
  constructor(readonly refusals: readonly EffectRefusal[]) {
    super('effects/refused', { count: refusals.length });
  }
}

const IMPOSSIBLE: ReadonlySet<string> = new Set([
  'effects/too-large',
  'effects/impossible',
  'format/refused',
  'record/erased',
  'record/unknown-category',
  'command/unknown',
]);

/** No rule of the field: it can be mended by a newer program, by keys that are found again, or not at all. */
export const isImpossible = (error: unknown): boolean => {
  if (error instanceof EffectsRefused) return error.refusals.some(({ code }) => IMPOSSIBLE.has(code));
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && IMPOSSIBLE.has(code);
};
