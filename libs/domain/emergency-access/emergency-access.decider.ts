import type { CommandClasses } from '@kernel/commanding/commands';
import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import {
  AtLevel,
  Clear,
  defineCommands,
  defineDecider,
  defineRejections,
  instantAfter,
  IsId,
  Personal,
  type Act,
} from '@kernel/sourcing';
import { emergencyAccessEvents, GlassReviewed } from './emergency-access.events';

export const GLASS_REASONS = [
  'emergency-relief',
  'disaster',
  'colleague-absent',
  'complaint',
  'safety',
  'other',
] as const;

/** Either one household, or a township or village. */
export class BreakGlass {
  @Clear('household') @IsOptional() @IsId() household?: string;
  @Clear('area') @AtLevel('township', 'village') @IsOptional() @Matches(/^\d{9}(\d{3})?$/) area?: string;
  @Clear() @IsIn(GLASS_REASONS) reason!: string;
  @Personal('remark') @IsString() @MinLength(2) @MaxLength(500) remark!: Personal<string>;
}
export class ReviewGlass extends GlassReviewed {}

const refuse = defineRejections({
  'glass/broken': {
    zh: ['该紧急查阅已经开通', '再次紧急查阅请使用新的编号'],
    en: ['This glass is broken already', 'Break another under another id'],
  },
  'glass/one-scope': {
    zh: ['须指定一户,或一个乡镇、村,二者取一', '请只填写 household 或 area'],
    en: ['Name one household, or one township or village', 'Give either household or area'],
  },
  'glass/term': {
    zh: ['紧急查阅的时限须为 1 至 1440 分钟,现为 {minutes}', '请管理员修改参数 glass.minutes'],
    en: ['A glass stays broken for 1 to 1440 minutes, not {minutes}', 'Let the administrator change glass.minutes'],
  },
  'glass/still-open': {
    zh: ['紧急查阅至 {until} 结束,尚不能复核', '请在结束后复核'],
    en: ['It lasts until {until}', 'Review it when it has ended'],
  },
  'glass/own-review': {
    zh: ['本人不得复核自己的紧急查阅', '请由另一人复核'],
    en: ['Nobody reviews their own breaking of the glass', 'Let another person review it'],
  },
  'glass/reviewed': {
    zh: ['该紧急查阅已经复核', '无需再次复核'],
    en: ['It has been reviewed', 'Nothing is to be done'],
  },
});

export interface GlassState {
  readonly status: 'none' | 'broken' | 'reviewed';
  readonly by: string;
  readonly area: string;
  readonly until: string;
}

const NOWHERE = '000000000000';

const placeOf = ({ household, area }: BreakGlass, act: Act): string => {
  if ((household === undefined) === (area === undefined)) throw refuse('glass/one-scope');
  return household === undefined
    ? (area ?? '').padEnd(12, '0')
    : act.referred<{ readonly area: string }>(household).area;
};

const term = (area: string, { rules, today }: Act): { readonly minutes: number; readonly basis?: string } => {
  const rule = rules.lookup('glass.minutes', area, today);
  const minutes = Number(rule?.value ?? 30);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440) throw refuse('glass/term', { minutes });
  return { minutes, ...(rule && { basis: rule.version }) };
};

/**
 * Breaking opens what lies outside the area of one's post: that act itself has no place. Its review has the place it
 * opened.
 */
export const emergencyAccessDecider = defineDecider<GlassState>()({
  commands: defineCommands({ BreakGlass, ReviewGlass }),
  events: emergencyAccessEvents,
  initialState: { status: 'none', by: '', area: NOWHERE, until: '' },
  creates: ['BreakGlass'],
  area: ({ status, area }, _, { places }) => (status === 'none' ? NOWHERE : places.home(area)),
  decide: {
    BreakGlass: ({ status }, { reason, remark, ...scope }, act) => {
      if (status !== 'none') throw refuse('glass/broken');
      const area = placeOf({ ...scope, reason, remark }, act);
      const { minutes, basis } = term(area, act);
      const { household } = scope;
      const data = {
        area,
        until: instantAfter(act.at, minutes),
        remark,
        ...(household !== undefined && { household }),
      };
      return [{ type: 'GlassBroken', data, reason, ...(basis !== undefined && { basis }) }];
    },
    ReviewGlass: ({ status, by, until }, data, { actor, at }) => {
      if (status === 'reviewed') throw refuse('glass/reviewed');
      if (actor === by) throw refuse('glass/own-review');
      if (at < until) throw refuse('glass/still-open', { until });
      return [{ type: 'GlassReviewed', data }];
    },
  },
  evolve: {
    GlassBroken: (_, { area, until }, { actor }) => ({ status: 'broken', by: actor, area, until }),
    GlassReviewed: (glass) => ({ ...glass, status: 'reviewed' }),
  },
});

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    glass: CommandClasses<typeof emergencyAccessDecider>;
  }
}
