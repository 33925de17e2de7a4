import { defineRejections, type Act, significant } from '@kernel/sourcing';
import { type Post } from './post';

/**
 * Who may act on an account:
 *
 * - Nobody on their own.
 * - An administrator whose area covers every post that the account holds or is to hold. A post of administration counts
 * as the
 *   area above it, so that its holder is reached from above; those of the county, who have nobody above them, reach
 * each other.
 * - An account that never held a post is reached by whoever opened it, and by the county.
 * - Whoever takes a county's post of administration away holds one for at least as long: one administrator is always
 * left.
 */
export interface Administered {
  readonly posts: readonly Post[];
  readonly openedBy?: string;
}

const refuse = defineRejections({
  'account/own': {
    zh: ['不能办理本人账号的事项', '请由另一名管理员办理'],
    en: ['Nobody administers their own account', 'Let another administrator do it'],
  },
  'account/out-of-reach': {
    zh: ['该账号尚未任命岗位,只能由开立者或县级管理员办理', '请由开立者或县级管理员办理'],
    en: ['The account holds no post yet: it is in the hands of whoever opened it and of the county', 'Ask one of them'],
  },
  'account/last-administrator': {
    zh: [
      '您的管理岗位至 {to} 为止,早于所免岗位;届时县级将没有管理员',
      '请先任命一名任期不短于该岗位的县级管理员,由其办理',
    ],
    en: [
      'Your post of administration ends on {to}, before the one taken away: the county would be without an ' +
        'administrator',
      'Appoint an administrator of the county for at least that long first, and let that one do it',
    ],
  },
});

const NOWHERE = '000000000000';
/** No post covers several provinces. */
const BEYOND = '990000000000';
const LEVELS = [9, 6, 4, 2];
const COUNTY = 6;

const isOfCounty = (area: string): boolean => significant(area).length <= COUNTY;

const above = (area: string): string => {
  const own = significant(area);
  return own.length <= COUNTY
    ? own
    : own.slice(
        0,
        LEVELS.find((digits) => digits < own.length),
      );
};

const common = (one: string, other: string): string =>
  one.slice(
    0,
    [12, ...LEVELS].find(
      (digits) => digits <= Math.min(one.length, other.length) && other.startsWith(one.slice(0, digits)),
    ) ?? 0,
  );

const isToHold = ({ to }: Post, today: string): boolean => to === undefined || to > today;

/** Posts of today and to come; of an account whose posts have all ended, those that it held. */
const countingPosts = (posts: readonly Post[], today: string): readonly Post[] => {
  const held = posts.filter((post) => isToHold(post, today));
  return held.length > 0 ? held : posts;
};

/**
 * The area that a post must cover to reach an account with these posts, 12 digits; `touched` counts on whatever day it
 * is held.
 */
export const reachedFrom = (posts: readonly Post[], today: string, touched: readonly Post[] = []): string => {
  const areas = [...countingPosts(posts, today), ...touched].map(({ role, area }) =>
    role === 'admin' ? above(area) : significant(area),
  );
  if (areas.length === 0) return NOWHERE;
  return (areas.reduce(common) || BEYOND).padEnd(12, '0');
};

const isSystem = ({ actor }: Pick<Act, 'actor'>): boolean => actor.startsWith('system:');

/** @throws Rejection */
export const mustReach = ({ posts, openedBy }: Administered, act: Act): void => {
  if (isSystem(act)) return;
  if (act.actor === act.subject) throw refuse('account/own');
  if (posts.length > 0 || act.actor === openedBy || isOfCounty(act.holds?.area ?? BEYOND)) return;
  throw refuse('account/out-of-reach');
};

/** The posts of administration of the county among those held or to be held. */
export const countyAdministration = (posts: readonly Post[], today: string): readonly Post[] =>
  posts.filter((post) => post.role === 'admin' && isOfCounty(post.area) && isToHold(post, today));

/** @throws Rejection when the county's post of administration outlasts that of whoever takes it away */
export const mustLeaveAnAdministrator = (taken: readonly Post[], act: Act): void => {
  const until = act.holds?.to;
  if (isSystem(act) || until === undefined) return;
  const outlasts = countyAdministration(taken, act.today).some(({ to }) => to === undefined || to > until);
  if (outlasts) throw refuse('account/last-administrator', { to: until });
};
