import type { Feature, WordsFor } from '@kernel/sourcing';
import { accountDecider, accounts, type AccountState } from './account';
import type { Role } from './post';

const ROLE_WORDS: WordsFor<Role> = {
  village: ['村级经办', 'Village'],
  township: ['乡镇经办', 'Township'],
  county: ['县级经办', 'County'],
  helper: ['帮扶责任人', 'Helper'],
  'leading-group': ['领导小组', 'Leading group'],
  sector: ['行业部门', 'Sector department'],
  archivist: ['档案员', 'Archivist'],
  inspector: ['检查人员', 'Inspector'],
  'dispute-handler': ['争议处理', 'Dispute handler'],
  admin: ['系统管理', 'Administrator'],
};

const STATUS_WORDS: WordsFor<AccountState['status']> = {
  none: ['未开立', 'Not opened'],
  open: ['正常', 'Open'],
  suspended: ['已停用', 'Suspended'],
};

export const accountFeature = {
  deciders: [accountDecider],
  projections: [accounts],
  processes: [],
  permissions: {
    OpenAccount: ['admin', 'system'],
    SuspendAccount: ['admin'],
    ReinstateAccount: ['admin', 'system'],
    SetPassword: ['admin', 'system'],
    AssignPost: ['admin', 'system'],
    EndPost: ['admin'],
  },
  views: { accounts: ['账号名册', 'List of accounts'] },
  stages: { 'account.role': ROLE_WORDS, 'account.status': STATUS_WORDS },
} satisfies Feature;
