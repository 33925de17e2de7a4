import type { WordsFor } from '@kernel/sourcing';

/** Steps of a procedure in the order of the rules (国开办发〔2014〕24号, 厅字〔2016〕16号). */
export const STEPS = {
  identification: [
    'application',
    'survey',
    'income',
    'review',
    'verification',
    'publicity-1',
    'township-review',
    'publicity-2',
    'county-review',
    'announcement',
    'registration',
  ],
  exit: [
    'plan',
    'pre-exit',
    'survey',
    'review',
    'verification',
    'consent',
    'publicity-1',
    'township-review',
    'publicity-2',
    'county-approval',
    'announcement',
    'exit',
    'notice',
  ],
} as const satisfies Record<string, readonly string[]>;

export type CaseKind = keyof typeof STEPS;
export type StepName = (typeof STEPS)[CaseKind][number];

export const stepsOfKind = (kind: CaseKind): readonly StepName[] => STEPS[kind];

/** Every step that there is, each once. */
export const ALL_STEPS: readonly StepName[] = [...new Set<StepName>([...STEPS.identification, ...STEPS.exit])];

export const KIND_WORDS: WordsFor<CaseKind> = { identification: ['识别', 'Identification'], exit: ['退出', 'Exit'] };

export const STEP_WORDS: WordsFor<StepName> = {
  application: ['申请', 'Application'],
  survey: ['入户核查', 'Survey'],
  income: ['收入核算', 'Income'],
  review: ['民主评议', 'Democratic review'],
  verification: ['村核实', 'Verification in the village'],
  'publicity-1': ['第一次公示', 'First publicity'],
  'township-review': ['乡镇审核', 'Review in the township'],
  'publicity-2': ['第二次公示', 'Second publicity'],
  'county-review': ['县复审', 'Review in the county'],
  announcement: ['公告', 'Announcement'],
  registration: ['建档立卡', 'Registration'],
  plan: ['列入计划', 'Plan'],
  'pre-exit': ['预脱贫', 'Pre-exit'],
  consent: ['户认可', 'Consent of the household'],
  'county-approval': ['县审定', 'Approval by the county'],
  exit: ['脱贫销号', 'Exit'],
  notice: ['告知书送达', 'Notice delivered'],
};

/** Who did the step on the left must not do the step on the right. */
export const FOUR_EYES: Readonly<Record<CaseKind, Readonly<Partial<Record<StepName, readonly StepName[]>>>>> = {
  identification: {
    verification: ['application'],
    'township-review': ['application', 'survey', 'verification'],
    'county-review': ['application', 'survey', 'verification', 'township-review'],
  },
  exit: {
    'pre-exit': ['plan'],
    verification: ['survey'],
    'township-review': ['survey', 'verification', 'consent'],
    'county-approval': ['survey', 'verification', 'consent', 'township-review'],
  },
};

/** What the old register calls the evidence of a step. */
export const EVIDENCE_OF: Readonly<Partial<Record<StepName, string>>> = {
  application: 'application',
  survey: 'survey',
  income: 'survey',
  review: 'review',
  verification: 'verification',
  'publicity-1': 'publicity',
  'township-review': 'township-review',
  'publicity-2': 'publicity',
  'county-review': 'county-review',
  announcement: 'announcement',
  registration: 'approval-paper',
};
