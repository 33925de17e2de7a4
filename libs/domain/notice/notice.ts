import type { CommandClasses } from '@kernel/commanding/commands';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsOptional, Matches } from 'class-validator';
import { RecordEffectRefused } from '@kernel/processes';
import { needsPaper } from '@domain/paper/contract';
import { canonicalDigest } from '@kernel/format';
import {
  addDays,
  AtLevel,
  Clear,
  daysBetween,
  defineCommands,
  defineDecider,
  defineProjection,
  defineRejections,
  type Act,
  IsId,
  IsDay,
} from '@kernel/sourcing';
import {
  NOTICE_KINDS,
  type NoticeKind,
  NoticePhotographed,
  NoticeClosed,
  NoticeInvalidated,
  noticeEvents,
} from './notice.events';

export class PrepareNotice {
  @Clear() @IsIn(NOTICE_KINDS) kind!: NoticeKind;
  @Clear('area') @AtLevel('village', 'township', 'county') @Matches(/^\d{12}$/) area!: string;
  @Clear('household') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(500) households!: readonly string[];
}
export class PostNotice {
  @Clear() @IsDay() on!: string;
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}
export class PhotographNotice extends NoticePhotographed {
  @Clear() @IsDay() on!: string;
}
export class CloseNotice extends NoticeClosed {
  @Clear() @IsDay() on!: string;
}
export class InvalidateNotice extends NoticeInvalidated {
  @Clear() @IsOptional() @IsDay() on?: string;
}

const refuse = defineRejections({
  'notice/prepared': {
    zh: ['该公示已经编制', '另一份公示请新建记录'],
    en: ['This notice is prepared already', 'Another notice is another record'],
  },
  'notice/wrong-step': {
    zh: ['公示目前状态为 {status},缺少步骤:{missing}', '请先完成 {missing}'],
    en: ['The notice is {status}; the step missing is {missing}', 'Do {missing} first'],
  },
  'notice/too-short': {
    zh: ['张贴 {posted},须满 {days} 日,{last} 起方可期满(规则 {rule})', '请在 {last} 或之后登记期满'],
    en: [
      'Posted on {posted} it must hang {days} days: it closes on {last} at the earliest (rule {rule})',
      'Close it on {last} or later',
    ],
  },
  'notice/wrong-date': {
    zh: ['日期 {on} 不在 {from} 至今天之间', '请核对张贴、拍照或期满日期'],
    en: ['The date {on} does not lie between {from} and today', 'Check the day of posting, photograph or closing'],
  },
  'notice/one-village': {
    zh: ['户 {household} 重复列入', '一份公示每户只列一次'],
    en: ['Household {household} is listed twice', 'List each household once'],
  },
});

export type NoticeStatus = 'none' | 'prepared' | 'posted' | 'closed' | 'invalid';

export interface NoticeState {
  readonly status: NoticeStatus;
  readonly kind: NoticeKind;
  readonly area: string;
  readonly households: readonly string[];
  readonly posted: string;
  readonly days: number;
  readonly closed: string;
}

const daysRule = (kind: NoticeKind): string => {
  if (kind.endsWith('announcement')) return 'publicity.announcement.days';
  return kind.startsWith('exit') ? 'publicity.exit.days' : 'publicity.identification.days';
};

const mustBe = (notice: NoticeState, status: NoticeStatus, missing: string): void => {
  if (notice.status !== status) throw refuse('notice/wrong-step', { status: notice.status, missing });
};

const mustLie = (on: string, from: string, { today }: Act): void => {
  if (on < from || on > today) throw refuse('notice/wrong-date', { on, from });
};

/** The count starts on the day after posting. */
const mustHaveHung = ({ kind, posted, days }: NoticeState, on: string): void => {
  if (daysBetween(posted, on) < days)
    throw refuse('notice/too-short', { posted, days, last: addDays(posted, days), rule: daysRule(kind) });
};

const mustListOnce = (households: readonly string[]): void => {
  const twice = households.find((household, index) => households.indexOf(household) !== index);
  if (twice !== undefined) throw refuse('notice/one-village', { household: twice });
};

export const noticeDecider = defineDecider<NoticeState>()({
  commands: defineCommands({
    PrepareNotice,
    PostNotice,
    PhotographNotice,
    CloseNotice,
    InvalidateNotice,
    RecordEffectRefused,
  }),
  events: noticeEvents,
  initialState: { status: 'none', kind: 'identification-1', area: '', households: [], posted: '', days: 0, closed: '' },
  creates: ['PrepareNotice'],
  mustExist: true,
  proves: true,
  area: ({ area }, command) => (area === '' ? (command as PrepareNotice).area : area),
  decide: {
    PrepareNotice: ({ status }, { kind, area, households }) => {
      if (status !== 'none') throw refuse('notice/prepared');
      mustListOnce(households);
      const sorted = [...households].sort();
      return [{ type: 'NoticePrepared', data: { kind, area, households: sorted, digest: canonicalDigest(sorted) } }];
    },
    PostNotice: (notice, { on, papers }, act) => {
      mustBe(notice, 'prepared', 'PrepareNotice');
      mustLie(on, addDays(act.today, -365), act);
      needsPaper(act, papers, 'notice');
      const rule = act.rules.lookup(daysRule(notice.kind), notice.area, on);
      return [
        {
          type: 'NoticePosted',
          data: { papers, days: Number(rule?.value ?? 7) },
          validFrom: on,
          ...(rule && { basis: rule.version }),
        },
      ];
    },
    PhotographNotice: (notice, { on, ...data }, act) => {
      mustBe(notice, 'posted', 'PostNotice');
      mustLie(on, notice.posted, act);
      needsPaper(act, data.papers, 'photo');
      return [{ type: 'NoticePhotographed', data, validFrom: on }];
    },
    CloseNotice: (notice, { on, ...data }, act) => {
      mustBe(notice, 'posted', 'PostNotice');
      mustLie(on, notice.posted, act);
      mustHaveHung(notice, on);
      needsPaper(act, data.papers, 'result');
      return [{ type: 'NoticeClosed', data, validFrom: on }];
    },
    InvalidateNotice: (notice, { defect, on }, act) => {
      if (notice.status === 'none' || notice.status === 'invalid')
        throw refuse('notice/wrong-step', { status: notice.status, missing: 'PrepareNotice' });
      if (on !== undefined) mustLie(on, notice.posted, act);
      return [{ type: 'NoticeInvalidated', data: { defect }, validFrom: on ?? act.today }];
    },
    RecordEffectRefused: (_, data) => [{ type: 'EffectRefused', data }],
  },
  evolve: {
    NoticePrepared: (notice, { kind, area, households }) => ({ ...notice, status: 'prepared', kind, area, households }),
    NoticePosted: (notice, { days }, { validFrom = '' }) => ({ ...notice, status: 'posted', days, posted: validFrom }),
    NoticePhotographed: (notice) => notice,
    NoticeClosed: (notice, _, { validFrom = '' }) => ({ ...notice, status: 'closed', closed: validFrom }),
    NoticeInvalidated: (notice) => ({ ...notice, status: 'invalid' }),
    EffectRefused: (notice) => notice,
  },
});

export interface NoticeSheet {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly area: string;
  readonly status: NoticeStatus;
  readonly households: readonly string[];
  readonly digest: string;
  readonly posted?: string;
  readonly days?: number;
  readonly closed?: string;
  readonly objections?: number;
  readonly papers: readonly string[];
  readonly refused: readonly { readonly target: string; readonly command: string; readonly code: string }[];
}

const papersOf = (sheet: NoticeSheet, papers: readonly string[]): readonly string[] => [
  ...new Set([...sheet.papers, ...papers]),
];

export const notices = defineProjection<NoticeSheet>()({
  name: 'notices',
  version: 1,
  from: noticeEvents,
  indexes: ['area', 'kind', 'status', 'households[]'],
  opens: [],
  on: {
    NoticePrepared: (_, fact, { subject }) => ({ id: subject, ...fact, status: 'prepared', papers: [], refused: [] }),
    NoticePosted: (sheet, { days, papers }, { validFrom = '' }) =>
      sheet && { ...sheet, status: 'posted', posted: validFrom, days, papers: papersOf(sheet, papers) },
    NoticePhotographed: (sheet, { papers }) => sheet && { ...sheet, papers: papersOf(sheet, papers) },
    NoticeClosed: (sheet, { objections, papers }, { validFrom = '' }) =>
      sheet && { ...sheet, status: 'closed', closed: validFrom, objections, papers: papersOf(sheet, papers) },
    NoticeInvalidated: (sheet) => sheet && { ...sheet, status: 'invalid' },
    EffectRefused: (sheet, { target, command, code }) =>
      sheet && { ...sheet, refused: [...sheet.refused, { target, command, code }] },
  },
});

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    notice: CommandClasses<typeof noticeDecider>;
  }
}
