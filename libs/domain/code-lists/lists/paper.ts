import type { CodeList } from '../code-list';

/** Kinds of papers. */
export const PAPER_LISTS = {
  paper: {
    zh: '材料类别',
    en: 'Paper kind',
    entries: {
      application: ['贫困户申请书', 'Application'],
      identity: ['身份证、户口簿复印件', 'Copies of identity card and household register'],
      survey: ['入户调查表', 'Survey form'],
      income: ['收入测算表', 'Income sheet'],
      minutes: ['会议记录', 'Minutes'],
      ballots: ['签到表、选票、票决统计', 'Sign-in sheet, ballots, tally'],
      photo: ['照片', 'Photograph'],
      opinion: ['核实、审核意见', 'Opinion of verification or review'],
      notice: ['公示、公告文本', 'Text of the notice'],
      result: ['公示结果报告', 'Report of the publicity'],
      approval: ['批复', 'Approval'],
      crosscheck: ['数据比对报告', 'Report of a data check'],
      receipt: ['签收单', 'Receipt'],
      consent: ['脱贫验收表(户签字)', 'Exit acceptance form, signed by the household'],
      check: ['乡镇逐户核实表', "Township's check sheet, household by household"],
      exit: ['脱贫退出告知书', 'Exit notice'],
      plan: ['帮扶计划', 'Assistance plan'],
      visit: ['走访记录', 'Record of a visit'],
      certificate: ['证明', 'Certificate'],
      correction: ['更正依据', 'Ground of a correction'],
      authorisation: ['核查授权书', 'Check authorisation'],
      register: ['建档立卡数据导出', 'Export of the old register'],
      other: ['其他材料', 'Other paper'],
    },
  },
} as const satisfies Record<string, CodeList>;

/** Kinds of papers that speak of many households at once: what one household's file shows never includes them. */
const COLLECTIVE: ReadonlySet<string> = new Set<keyof (typeof PAPER_LISTS)['paper']['entries']>([
  'minutes',
  'ballots',
  'notice',
  'result',
  'crosscheck',
  'register',
]);

export const isCollective = (kindOfPaper: string): boolean => COLLECTIVE.has(kindOfPaper);
