import type { WordsFor } from '@kernel/sourcing';
import type { ExitStage, Stage, Status } from './household.state';

export const STATUS_WORDS: WordsFor<Status> = {
  none: ['未建档', 'Not registered'],
  poor: ['未脱贫', 'Poor'],
  'pre-exit': ['预脱贫', 'Pre-exit'],
  exited: ['脱贫户', 'Exited'],
  relapsed: ['返贫', 'Relapsed'],
  removed: ['已剔除', 'Removed'],
  cancelled: ['已注销', 'Cancelled'],
};

export const STAGE_WORDS: WordsFor<Stage> = {
  none: ['未申请', 'No application'],
  applied: ['已申请', 'Applied'],
  surveyed: ['已入户调查', 'Surveyed'],
  shortlisted: ['已通过民主评议', 'Passed the democratic review'],
  verified: ['村级已核实', 'Verified in the village'],
  'publicity-1': ['第一次公示中', 'In its first publicity'],
  'submitted-to-township': ['已报乡镇', 'Submitted to the township'],
  'approved-by-township': ['乡镇已审核', 'Approved by the township'],
  'publicity-2': ['第二次公示中', 'In its second publicity'],
  'submitted-to-county': ['已报县', 'Submitted to the county'],
  'approved-by-county': ['县级已复审', 'Approved by the county'],
  announced: ['已公告', 'Announced'],
  registered: ['已建档立卡', 'Registered'],
  withdrawn: ['已撤回', 'Withdrawn'],
  'rejected-by-village': ['村级未通过', 'Rejected by the village'],
  'rejected-by-township': ['乡镇未通过', 'Rejected by the township'],
  'rejected-by-county': ['县级未通过', 'Rejected by the county'],
};

export const EXIT_STAGE_WORDS: WordsFor<ExitStage> = {
  none: ['未启动', 'Not begun'],
  planned: ['已列入计划', 'Planned'],
  'pre-exit': ['已标注预退出', 'Marked as pre-exit'],
  surveyed: ['已入户核算', 'Surveyed'],
  reviewed: ['已民主评议', 'Reviewed by the meeting'],
  verified: ['村级已核实', 'Verified in the village'],
  consented: ['户已认可', 'Consented'],
  'consent-refused': ['户不认可', 'Consent refused'],
  'publicity-1': ['第一次公示中', 'In its first publicity'],
  'published-1': ['第一次公示期满', 'First publicity closed'],
  'township-reviewed': ['乡镇已审核', 'Reviewed by the township'],
  'publicity-2': ['第二次公示中', 'In its second publicity'],
  'published-2': ['第二次公示期满', 'Second publicity closed'],
  approved: ['县级已批准', 'Approved by the county'],
  announced: ['已公告', 'Announced'],
  exited: ['已退出', 'Exited'],
};
