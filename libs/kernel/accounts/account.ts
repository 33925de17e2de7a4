import type { CommandClasses } from '@kernel/commanding/commands';
import { IsIn, IsOptional } from 'class-validator';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineProjection,
  defineRejections,
  openedOr,
  IsDay,
} from '@kernel/sourcing';
import { mustLeaveAnAdministrator, mustReach, reachedFrom } from './administering';
import { inForce, type Post, type Role } from './post';
import { AccountOpened, PostAssigned, PostEnded, accountEvents } from './account.events';

export class OpenAccount extends AccountOpened {}
export class SuspendAccount {
  @Clear() @IsIn(['left', 'investigation', 'lost-credential', 'other']) reason!: string;
}
export class ReinstateAccount {}
export class SetPassword {}
export class AssignPost extends PostAssigned {
  @Clear() @IsDay() from!: string;
  @Clear() @IsOptional() @IsDay() to?: string;
}
export class EndPost extends PostEnded {
  @Clear() @IsDay() on!: string;
}

const refuse = defineRejections({
  'account/open': {
    zh: ['该账号已经开立', '一人一号;请使用新的编号'],
    en: ['The account is open already', 'One account a person; use another id'],
  },
  'account/suspended': { zh: ['该账号已停用', '请先恢复'], en: ['The account is suspended', 'Reinstate it first'] },
  'account/not-suspended': {
    zh: ['该账号未停用', '无需恢复'],
    en: ['The account is not suspended', 'Nothing is to be done'],
  },
  'account/incompatible-posts': {
    zh: ['{role} 与现任 {other} 不相容', '监督、管理与业务岗位不得由同一人兼任;请先结束原岗位'],
    en: [
      '{role} is incompatible with the present post {other}',
      'Oversight, administration and business posts are held by different persons: end the other post first',
    ],
  },
  'account/no-term': {
    zh: ['任期自 {from} 至 {to}(不含),没有一天', '请核对起止日期'],
    en: ['The term from {from} until {to} has no day', 'Check both dates'],
  },
  'account/post-unknown': {
    zh: ['没有在任岗位 {post}', '请核对岗位编号'],
    en: ['There is no post {post} in force', 'Check its id'],
  },
});

export interface AccountState {
  readonly status: 'none' | 'open' | 'suspended';
  readonly posts: readonly Post[];
  readonly openedBy?: string;
}

/** Business, oversight, administration: nobody holds posts of two of them. */
const SIDES: Readonly<Partial<Record<Role, string>>> = {
  inspector: 'oversight',
  'dispute-handler': 'oversight',
  admin: 'administration',
};
const sideOf = (role: Role): string => SIDES[role] ?? 'business';

/** Holds no business and no administration post: may be let in as an inspector. */
export const isIndependent = (posts: readonly Post[]): boolean =>
  posts.every(({ role }) => sideOf(role) === 'oversight');

type Term = Pick<Post, 'from' | 'to'>;

const isBefore = ({ to }: Term, from: string): boolean => to !== undefined && to <= from;

/** Both hold on one day at least. */
const overlap = (one: Term, other: Term): boolean =>
  !isBefore(one, one.from) && !isBefore(one, other.from) && !isBefore(other, one.from);

/** The post that a command assigns or ends. */
const touchedBy = (command: object, posts: readonly Post[]): readonly Post[] =>
  'role' in command ? [command as AssignPost] : posts.filter(({ post }) => 'post' in command && command.post === post);

export const accountDecider = defineDecider<AccountState>()({
  commands: defineCommands({ OpenAccount, SuspendAccount, ReinstateAccount, SetPassword, AssignPost, EndPost }),
  events: accountEvents,
  initialState: { status: 'none', posts: [] },
  creates: ['OpenAccount'],
  known: true,
  area: ({ posts }, command, { today }) => reachedFrom(posts, today, touchedBy(command, posts)),
  decide: {
    OpenAccount: ({ status }, data) => {
      if (status !== 'none') throw refuse('account/open');
      return [{ type: 'AccountOpened', data }];
    },
    SuspendAccount: (account, { reason }, act) => {
      mustReach(account, act);
      if (account.status === 'suspended') throw refuse('account/suspended');
      mustLeaveAnAdministrator(account.posts, act);
      return [{ type: 'AccountSuspended', data: {}, reason }];
    },
    ReinstateAccount: (account, _, act) => {
      mustReach(account, act);
      if (account.status !== 'suspended') throw refuse('account/not-suspended');
      return [{ type: 'AccountReinstated', data: {} }];
    },
    SetPassword: (account, _, act) => {
      mustReach(account, act);
      return [{ type: 'PasswordSet', data: {} }];
    },
    AssignPost: (account, { from, to, ...data }, act) => {
      mustReach(account, act);
      if (account.status === 'suspended') throw refuse('account/suspended');
      const term = { from, ...(to !== undefined && { to }) };
      if (to !== undefined && to <= from) throw refuse('account/no-term', { from, to });
      const other = account.posts.find((post) => overlap(post, term) && sideOf(post.role) !== sideOf(data.role));
      if (other) throw refuse('account/incompatible-posts', { role: data.role, other: other.role });
      return [{ type: 'PostAssigned', data, validFrom: from, ...(to !== undefined && { validTo: to }) }];
    },
    EndPost: (account, { post, on }, act) => {
      mustReach(account, act);
      const ended = account.posts.filter((one) => one.post === post && inForce(one, on));
      if (ended.length === 0) throw refuse('account/post-unknown', { post });
      mustLeaveAnAdministrator(ended, act);
      return [{ type: 'PostEnded', data: { post }, validFrom: on }];
    },
  },
  evolve: {
    AccountOpened: (account, _, { actor }) => ({ ...account, status: 'open', openedBy: actor }),
    AccountSuspended: (account) => ({ ...account, status: 'suspended' }),
    AccountReinstated: (account) => ({ ...account, status: 'open' }),
    PasswordSet: (account) => account,
    PostAssigned: (account, { post, role, area, org }, { validFrom = '', validTo }) => ({
      ...account,
      posts: [
        ...account.posts,
        {
          post,
          role,
          area,
          from: validFrom,
          ...(validTo !== undefined && { to: validTo }),
          ...(org !== undefined && { org }),
        },
      ],
    }),
    PostEnded: (account, { post }, { validFrom = '' }) => ({
      ...account,
      posts: account.posts.map((one) => (one.post === post ? { ...one, to: validFrom } : one)),
    }),
  },
});

export interface AccountSheet {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly status: string;
  readonly posts: readonly Post[];
}

export const accounts = defineProjection<AccountSheet>()({
  name: 'accounts',
  version: 1,
  from: accountEvents,
  indexes: ['account', 'status'],
  opens: ['identity'],
  on: {
    AccountOpened: (_, { account, name }, { subject }) => ({
      id: subject,
      account: openedOr(account, ''),
      name: openedOr(name, ''),
      status: 'open',
      posts: [],
    }),
    AccountSuspended: (sheet) => sheet && { ...sheet, status: 'suspended' },
    AccountReinstated: (sheet) => sheet && { ...sheet, status: 'open' },
    PostAssigned: (sheet, { post, role, area, org }, { validFrom = '', validTo }) =>
      sheet && {
        ...sheet,
        posts: [
          ...sheet.posts,
          {
            post,
            role,
            area,
            from: validFrom,
            ...(validTo !== undefined && { to: validTo }),
            ...(org !== undefined && { org }),
          },
        ],
      },
    PostEnded: (sheet, { post }, { validFrom = '' }) =>
      sheet && { ...sheet, posts: sheet.posts.map((one) => (one.post === post ? { ...one, to: validFrom } : one)) },
  },
});

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    account: CommandClasses<typeof accountDecider>;
  }
}
