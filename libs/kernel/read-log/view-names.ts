/** What was looked at, as a household is told it. */
const NAMES: Readonly<Record<string, string>> = {
  'household-card': '户档案卡',
  'household-history': '变动历史',
  'household-list': '户名单',
  'household-blame': '逐项来源',
  'household-slip': '凭证单',
  'trace-household': '变动追溯',
  'evidence-pack': '举证包',
  'notice-sheet': '公示名单',
  'compliance-cases': '程序合规核查',
  compliance: '程序合规统计',
  paper: '材料目录',
  'paper-content': '材料原件',
  readers: '查阅情况',
  reads: '查阅记录',
  accounts: '账号名册',
};

export const viewNameOf = (view: string): string => NAMES[view] ?? (view.startsWith('trace-') ? '事件追溯' : view);
