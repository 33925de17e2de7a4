import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { Clear, defineEvents, Personal, IsId } from '@kernel/sourcing';
import { ROLES, type Role } from './post';

const LOGIN = /^[a-z][a-z0-9.-]{2,39}$/;

export class AccountOpened {
  @Personal('identity') @Matches(LOGIN) account!: Personal<string>;
  @Personal('identity') @IsString() @MinLength(1) @MaxLength(60) name!: Personal<string>;
}

export class AccountSuspended {}

export class AccountReinstated {}

/** A password was set or reset, by whoever stands in the metadata; the password itself stands nowhere in the log. */
export class PasswordSet {}

/** A person is appointed to a post: a role, an area, from a day on. */
export class PostAssigned {
  @Clear('post') @IsId() post!: string;
  @Clear() @IsIn(ROLES) role!: Role;
  @Clear('area') @Matches(/^\d{2,12}$/) area!: string;
  @Clear() @IsOptional() @IsString() @MaxLength(60) org?: string;
}

export class PostEnded {
  @Clear('post') @IsId() post!: string;
}

export const accountEvents = defineEvents(
  'account',
  {
    AccountOpened,
    AccountSuspended,
    AccountReinstated,
    PasswordSet,
    PostAssigned,
    PostEnded,
  },
  {
    events: {
      AccountOpened: ['开立账户', 'Account opened'],
      AccountSuspended: ['停用账户', 'Account suspended'],
      AccountReinstated: ['恢复账户', 'Account reinstated'],
      PasswordSet: ['设置密码', 'Password set'],
      PostAssigned: ['任命岗位', 'Post assigned'],
      PostEnded: ['免去岗位', 'Post ended'],
    },
    fields: {
      account: ['账户', 'Account'],
      name: ['姓名', 'Name'],
      post: ['岗位', 'Post'],
      role: ['角色', 'Role'],
      area: ['区划', 'Area'],
      org: ['组织', 'Organisation'],
    },
  },
);
