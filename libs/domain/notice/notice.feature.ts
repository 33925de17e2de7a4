import type { Feature, WordsFor } from '@kernel/sourcing';
import { noticeDecider, notices, type NoticeStatus } from './notice';
import { type NoticeKind } from './notice.events';

const KIND_WORDS: WordsFor<NoticeKind> = {
  'identification-1': ['识别第一次公示', 'First publicity of the identification'],
  'identification-2': ['识别第二次公示', 'Second publicity of the identification'],
  'identification-announcement': ['识别公告', 'Announcement of the identification'],
  'exit-1': ['退出第一次公示', 'First publicity of the exit'],
  'exit-2': ['退出第二次公示', 'Second publicity of the exit'],
  'exit-announcement': ['退出公告', 'Announcement of the exit'],
  removal: ['剔除公示', 'Publicity of a removal'],
};

const STATUS_WORDS: WordsFor<NoticeStatus> = {
  none: ['未拟制', 'Not prepared'],
  prepared: ['已拟制', 'Prepared'],
  posted: ['已张贴', 'Posted'],
  closed: ['已期满', 'Closed'],
  invalid: ['已作废', 'Invalid'],
};

const POSTERS = ['village', 'township', 'county'];

export const noticeFeature = {
  deciders: [noticeDecider],
  projections: [notices],
  processes: [],
  permissions: {
    PrepareNotice: POSTERS,
    PostNotice: POSTERS,
    PhotographNotice: POSTERS,
    CloseNotice: POSTERS,
    InvalidateNotice: ['township', 'county'],
  },
  views: { 'notice-sheet': ['公示名单', 'List for posting'] },
  stages: { 'notice.kind': KIND_WORDS, 'notice.status': STATUS_WORDS },
} satisfies Feature;
