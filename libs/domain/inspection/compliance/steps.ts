/** Steps of a procedure in the order of the rules (国开办发〔2014〕24号, 厅字〔2016〕16号). */
export const STEPS = {
  identification: [
    'application', 'survey', 'income', 'review', 'verification', 'publicity-1', 'township-review', 'publicity-2', 'county-review', 'announcement',
    'registration',
  ],
  exit: [
    'plan', 'pre-exit', 'survey', 'review', 'verification', 'consent', 'publicity-1', 'township-review', 'publicity-2', 'county-approval',
    'announcement', 'exit', 'notice',
  ],
} as const satisfies Record<string, readonly string[]>; // prettier-ignore

export type CaseKind = keyof typeof STEPS;
export type StepName = (typeof STEPS)[CaseKind][number];

export const stepsOfKind = (kind: CaseKind): readonly StepName[] => STEPS[kind];

/** Every step that there is, each once. */
export const ALL_STEPS: readonly StepName[] = [...new Set<StepName>([...STEPS.identification, ...STEPS.exit])];

/** Chinese name of a step. */
export const STEP_LABELS: Readonly<Record<StepName, string>> = {
  application: '申请', survey: '入户核查', income: '收入核算', review: '民主评议', verification: '村核实', 'publicity-1': '第一次公示',
  'township-review': '乡镇审核', 'publicity-2': '第二次公示', 'county-review': '县复审', announcement: '公告', registration: '建档立卡',
  plan: '列入计划', 'pre-exit': '预脱贫', consent: '户认可', 'county-approval': '县审定', exit: '脱贫销号', notice: '告知书送达',
}; // prettier-ignore

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
  application: 'application', survey: 'survey', income: 'survey', review: 'review', verification: 'verification', 'publicity-1': 'publicity',
  'township-review': 'township-review', 'publicity-2': 'publicity', 'county-review': 'county-review', announcement: 'announcement',
  registration: 'approval-paper',
}; // prettier-ignore
