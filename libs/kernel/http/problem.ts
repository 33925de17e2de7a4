import {
  ClockBehind,
  CommandReused,
  Damaged,
  EffectsRefused,
  Forbidden,
  InvalidCommand,
  NotFound,
  StaleRevision,
  TooLarge,
  type EffectRefusal,
} from '@kernel/commanding';
import { isUnavailable } from '@kernel/engines';
import { DamagedStream } from '@kernel/event-store';
import { FormatError } from '@kernel/format';
import { NotAuthenticated, Throttled } from './identity';
import { BadQuery, UnknownView, ViewBehind } from '@kernel/read-models';
import { OutOfBounds } from './bounds';
import { defineRejections, Rejection, wordsOf, type Issue, type RejectionDetails } from '@kernel/sourcing';

/** RFC 9457 with a stable code, what is wrong, how to mend it, and where. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly mend: string;
  readonly instance: string;
  readonly errors?: readonly ProblemIssue[];
  readonly details?: RejectionDetails;
  readonly retryAfter?: number;
}

/** One place to mend: of the body, or of another record that the act would change. */
export interface ProblemIssue extends Issue {
  /** The record that would refuse, by stream. */
  readonly target?: string;
}

export type Language = 'zh' | 'en';

/** Chinese unless English is preferred. */
export const languageOf = (accept: string | undefined): Language => (/^\s*en\b/i.test(accept ?? '') ? 'en' : 'zh');

defineRejections({
  'request/malformed': {
    zh: ['请求无法读取:{what}', '请按接口文档(/docs)填写'],
    en: ['The request cannot be read: {what}', 'Write it as the documentation at /docs says'],
  },
  'request/too-large': {
    zh: ['请求超过大小上限', '请拆分,或作为材料上传'],
    en: ['The request is too large', 'Split it, or upload it as a paper'],
  },
  'request/too-many': {
    zh: ['请求过于频繁', '请 {seconds} 秒后再试'],
    en: ['Too many requests', 'Try again in {seconds} seconds'],
  },
  'request/no-such-route': { zh: ['没有这个地址', '请查阅 /docs'], en: ['There is no such address', 'See /docs'] },
  'request/bad-query': {
    zh: ['查询条件无效:{what}', '请核对查询参数'],
    en: ['The query is not valid: {what}', 'Check its parameters'],
  },
  'command/invalid': {
    zh: ['填写内容不符合要求', '请按 errors 逐项改正'],
    en: ['The input does not meet its demands', 'Mend each place listed in errors'],
  },
  'command/unknown': { zh: ['没有命令 {command}', '请查阅 /docs'], en: ['There is no command {command}', 'See /docs'] },
  'command/reused': {
    zh: ['该命令编号已用于另一内容', '新的命令请使用新的 Idempotency-Key'],
    en: ['This command id was used with another body', 'A new command needs a new Idempotency-Key'],
  },
  'record/not-found': { zh: ['没有这条记录', '请核对编号'], en: ['There is no such record', 'Check the id'] },
  'record/unknown-category': {
    zh: ['没有这类记录', '请查阅 /docs'],
    en: ['There is no such kind of record', 'See /docs'],
  },
  'record/unknown-reference': {
    zh: ['引用的记录不存在:{id}', '请先登记该记录,或核对编号'],
    en: ['A record named here does not exist: {id}', 'Record it first, or check the id'],
  },
  'record/stale': {
    zh: ['记录已更新至第 {actual} 版,您看到的是第 {expected} 版', '请刷新后再提交'],
    en: ['The record is at revision {actual}, you saw {expected}', 'Read it again and repeat'],
  },
  'access/not-authenticated': {
    zh: ['账号与密码不符,或登录已失效', '请重新登录'],
    en: ['Account and password do not match, or the session has ended', 'Sign in again'],
  },
  'access/purpose-missing': {
    zh: ['您的岗位查看个人信息须说明目的', '请以 X-Purpose 说明目的'],
    en: ['Your post states a purpose with every reading', 'Say it in X-Purpose'],
  },
  'system/clock-behind': {
    zh: ['服务器时钟慢于已有记录', '请管理员校时'],
    en: ['The clock of the server is behind the record', 'Ask the administrator to set it'],
  },
  'system/view-behind': {
    zh: ['列表尚未更新到最新的记录', '请稍后再查;已办理的操作都已记录'],
    en: ['The list has not caught up with the record yet', 'Ask again in a moment; what was done is recorded'],
  },
  'system/unavailable': {
    zh: ['存储暂时不可用,未能确认完成', '请稍后重试;同一 Idempotency-Key 的操作不会重复办理'],
    en: [
      'A store is away for now: not known to be done',
      'Try again later; the same Idempotency-Key is not done twice',
    ],
  },
  'system/damaged': {
    zh: [
      '这条记录在存储中不完整:{stream} 缺第 {expected} 版,其处为 {found}',
      '请勿重试;请管理员运行 verify,并按《备份与恢复》找回缺失部分',
    ],
    en: [
      'Part of this record is missing in the store: {stream} lacks revision {expected}, found {found}',
      'Do not repeat it; the administrator runs verify and restores what is missing',
    ],
  },
  'system/fault': {
    zh: ['系统故障,未完成', '请以同一 Idempotency-Key 重试;仍有问题请联系管理员'],
    en: [
      'A fault of the system; it is not done',
      'Try again with the same Idempotency-Key; then ask the administrator',
    ],
  },
  'format/refused': {
    zh: ['内容超出记录格式:{rule}', '请改正 {path} 处'],
    en: ['The content is outside the format: {rule}', 'Mend it at {path}'],
  },
});

interface Kind {
  readonly status: number;
  readonly code: string;
  readonly details?: RejectionDetails;
  readonly errors?: readonly Issue[];
  readonly refusals?: readonly EffectRefusal[];
  readonly retryAfter?: number;
}

/** What nobody foresaw. */
export const UNEXPECTED = 'system/fault';

/** Characters of what a parser says. */
const SHOWN = 200;

/** What a fault says is for the log of the process alone: it may name files, tables, addresses. */
const codeAt = (status: number, what: string): Kind => {
  if (status === 404) return { status, code: 'request/no-such-route' };
  if (status === 413) return { status, code: 'request/too-large' };
  if (status === 429) return { status, code: 'request/too-many', details: { seconds: 60 }, retryAfter: 60 };
  if (status === 401) return { status, code: 'access/not-authenticated' };
  if (status >= 500) return { status, code: UNEXPECTED };
  return { status, code: 'request/malformed', details: { what: what.slice(0, SHOWN) } };
};

type Rule = readonly [matches: new (...args: never[]) => Error, kind: (error: never) => Kind];

const RULES: readonly Rule[] = [
  [EffectsRefused, ({ code, details, refusals }: EffectsRefused) => ({ status: 409, code, details, refusals })],
  [Rejection, ({ code, details }: Rejection) => ({ status: 409, code, details })],
  [InvalidCommand, ({ issues }: InvalidCommand) => ({ status: 400, code: 'command/invalid', errors: issues })],
  [OutOfBounds, ({ code, details }: OutOfBounds) => ({ status: 400, code, details })],
  [NotFound, ({ code, details }: NotFound) => ({ status: 404, code, details })],
  [
    StaleRevision,
    ({ expected, actual, code }: StaleRevision) => ({ status: 412, code, details: { expected, actual } }),
  ],
  [Forbidden, ({ code, details }: Forbidden) => ({ status: 403, code, details })],
  [CommandReused, ({ code }: CommandReused) => ({ status: 409, code })],
  [TooLarge, ({ code, details }: TooLarge) => ({ status: 413, code, details })],
  [Damaged, ({ code, details }: Damaged) => ({ status: 500, code, details })],
  [
    DamagedStream,
    ({ stream, expected, found }: DamagedStream) => ({
      status: 503,
      code: 'system/damaged',
      details: { stream, expected, found: found ?? '–' },
    }),
  ],
  [ClockBehind, ({ code }: ClockBehind) => ({ status: 503, code, retryAfter: 5 })],
  [ViewBehind, ({ code }: ViewBehind) => ({ status: 503, code, retryAfter: 2 })],
  [UnknownView, () => ({ status: 503, code: 'system/view-behind', retryAfter: 10 })],
  [NotAuthenticated, () => ({ status: 401, code: 'access/not-authenticated' })],
  [
    Throttled,
    ({ seconds }: Throttled) => ({ status: 429, code: 'request/too-many', details: { seconds }, retryAfter: seconds }),
  ],
  [BadQuery, ({ message }: BadQuery) => ({ status: 400, code: 'request/bad-query', details: { what: message } })],
  [
    FormatError,
    ({ rule, path }: FormatError) => ({
      status: 400,
      code: 'format/refused',
      details: { rule, path },
      errors: [{ path, code: rule, message: rule }],
    }),
  ],
];

const kindOf = (error: unknown): Kind => {
  if (isUnavailable(error)) return { status: 503, code: 'system/unavailable', retryAfter: 2 };
  const rule = RULES.find(([matches]) => error instanceof matches);
  if (rule) return (rule[1] as (error: unknown) => Kind)(error);
  const { statusCode, status, message = '' } = error as { statusCode?: number; status?: number; message?: string };
  return codeAt(statusCode ?? (typeof status === 'number' ? status : 500), message);
};

/** What another record would refuse, in its own words, with how to mend it. */
const wordedIn =
  (language: Language) =>
  ({ path, code, target, details, issues = [] }: EffectRefusal): ProblemIssue => {
    const words = wordsOf(code, details)[language].filter((text) => text !== '');
    const places = issues.map((issue) => `${issue.path} ${issue.message}`);
    return { path, code, target, message: [...words, ...places].join(language === 'zh' ? ';' : '; ') };
  };

/** The places to mend. */
const placesOf = (
  { code, details, errors, refusals }: Kind,
  language: Language,
): readonly ProblemIssue[] | undefined => {
  if (refusals) return refusals.map(wordedIn(language));
  const path = details?.['path'];
  if (errors || typeof path !== 'string') return errors;
  return [{ path, code, message: wordsOf(code, details)[language][0] }];
};

/** Any error as a problem in the reader's language. Codes are stable; words may get better. */
export const problemOf = (error: unknown, language: Language, instance: string): Problem => {
  const kind = kindOf(error);
  const { status, code, details = {}, retryAfter } = kind;
  const [what, mend] = wordsOf(code, details)[language];
  const places = placesOf(kind, language);
  return {
    type: `urn:jiandang:problem:${code}`,
    title: what,
    status,
    code,
    detail: what,
    mend,
    instance,
    ...(places && { errors: places }),
    ...(Object.keys(details).length > 0 && { details }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
};
