import type { WordsFor } from '@kernel/sourcing';
import type { Breach, Standing } from './compliance/compliance.rules';
import type { Outcome } from './compliance/procedure-cases.projection';
import type { FindingState } from './inspection.decider';
import type { InspectionFindingRaised, InspectionOpened } from './inspection.events';
import type { InspectionSheet } from './inspections.projection';

export const BREACH_WORDS: WordsFor<Breach> = {
  'step-missing': ['缺步骤', 'Step missing'],
  'step-inverted': ['倒置', 'Steps inverted'],
  'publicity-short': ['公示短', 'Publicity too short'],
  'late-entry': ['补录', 'Late entry'],
  'four-eyes': ['四眼', 'Four eyes'],
  'evidence-gap': ['证据缺', 'Evidence missing'],
};

export const RULE_WORDS: WordsFor<InspectionFindingRaised['rule']> = {
  ...BREACH_WORDS,
  criteria: ['标准不符', 'Criteria not met'],
  facts: ['情况不实', 'Facts wrong'],
  funds: ['资金问题', 'Funds'],
  conduct: ['作风问题', 'Conduct'],
  other: ['其他', 'Other'],
};

/** How a step stands, with a mark that is seen at once. */
export const STANDING_WORDS: WordsFor<Standing> = {
  present: ['✓', '✓'],
  pending: ['·', '·'],
  missing: ['✗ 缺', '✗ missing'],
  'on-paper': ['○ 纸质', '○ on paper'],
  gap: ['✗ 无据', '✗ no evidence'],
};

export const OUTCOME_WORDS: WordsFor<Outcome> = {
  open: ['办理中', 'Open'],
  registered: ['已建档立卡', 'Registered'],
  exited: ['已退出', 'Exited'],
  rejected: ['未通过', 'Rejected'],
  withdrawn: ['已撤回', 'Withdrawn'],
  abandoned: ['已终止', 'Abandoned'],
  revoked: ['已撤销', 'Revoked'],
};

export const INSPECTION_KIND_WORDS: WordsFor<InspectionOpened['kind']> = {
  assessment: ['考核评估', 'Assessment'],
  'cross-assessment': ['交叉考核', 'Cross-assessment'],
  'third-party': ['第三方评估', 'Third-party assessment'],
  patrol: ['巡视巡察', 'Patrol inspection'],
  discipline: ['纪检监察', 'Discipline inspection'],
  audit: ['审计', 'Audit'],
  archive: ['档案检查', 'Inspection of archives'],
};

export const INSPECTION_STATUS_WORDS: WordsFor<InspectionSheet['status']> = {
  open: ['进行中', 'Open'],
  closed: ['已结束', 'Closed'],
};

export const SEVERITY_WORDS: WordsFor<InspectionFindingRaised['severity']> = {
  minor: ['一般', 'Minor'],
  major: ['较重', 'Major'],
  grave: ['严重', 'Grave'],
};

export const FINDING_STATE_WORDS: WordsFor<FindingState> = {
  raised: ['已提出', 'Raised'],
  rebutted: ['已申辩', 'Rebutted'],
  confirmed: ['已认定', 'Confirmed'],
  withdrawn: ['已撤回', 'Withdrawn'],
};
