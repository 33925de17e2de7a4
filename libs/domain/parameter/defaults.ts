import type { RuleValue } from '@kernel/sourcing';

/** A parameter as it ships: what an office that enacted nothing goes by. Money in fen. */
export interface Default {
  readonly key: string;
  readonly value: RuleValue;
  /** First day in force. */
  readonly from: string;
  readonly zh: string;
  readonly basis: string;
}

const always = (key: string, value: RuleValue, zh: string, basis: string): Default => ({
  key,
  value,
  from: '2013-01-01',
  zh,
  basis,
});

const EXIT_LINES = { 2013: 2736, 2014: 2800, 2015: 2968, 2016: 3146, 2017: 3335, 2018: 3535, 2019: 3747, 2020: 4000 };
const STATISTICAL_LINES = {
  2011: 2536,
  2012: 2625,
  2013: 2736,
  2014: 2800,
  2015: 2855,
  2016: 2952,
  2017: 2952,
  2018: 2995,
  2019: 3218,
  2020: 4000,
};

const lines = (series: string, zh: string, byYear: Readonly<Record<number, number>>): readonly Default[] =>
  Object.entries(byYear).map(([year, yuan]) =>
    always(`povertyLine.${series}.${year}`, yuan * 100, `${year} 年${zh}`, '2014 年标准每年递增 6% 或国家统计局公布数'),
  );

export const DEFAULTS: readonly Default[] = [
  ...lines('exit', '脱贫线(分)', EXIT_LINES),
  ...lines('statistical', '统计贫困线(分)', STATISTICAL_LINES),
  always('povertyLine.series', 'exit', '退出所用贫困线系列', '省级规定'),
  always('publicity.identification.days', 7, '识别公示天数', '省级扶贫条例: 每次公示公告不少于 7 日'),
  always('publicity.exit.days', 7, '退出公示天数', '省级退出办法'),
  always('publicity.announcement.days', 7, '公告天数', '省级扶贫条例: 每次公示公告不少于 7 日'),
  always('publicity.round2.required.exit', false, '退出是否需要第二次公示', '部分省份要求'),
  always(
    'meeting.quorum.assembly.halves',
    1,
    '村民会议到会法定人数(十八周岁以上村民的二分之几以上)',
    '村民委员会组织法 第二十二条',
  ),
  always(
    'meeting.quorum.thirds',
    2,
    '村民代表会议、户的代表会议、村民小组会议到会法定人数(三分之几)',
    '村民委员会组织法 第二十二、二十六、二十八条',
  ),
  always('meeting.majority.halves', 1, '到会者过半数(二分之几以上)', '村民委员会组织法 第二十六条'),
  always('survey.surveyorsMin', 2, '入户核查最少人数', '通行做法'),
  always('township.exit.teamMin', 3, '乡镇退出核查最少人数', '省级退出办法'),
  always('exit.sameYearAsRegistration.allowed', true, '当年识别可否当年退出', '各省不同'),
  always('cause.otherMax', 2, '其他致贫原因最多个数', '建档立卡指标说明'),
  always('backdate.days', 30, '补录超过天数须注明原因', '系统默认'),
  always('exit.notice.days', 30, '脱贫告知书送达天数', '系统默认'),
  always('inspection.maxDays', 180, '一次检查开通权限的最长天数', '系统默认'),
  always('readLog.retention.years', 10, '查阅记录保管年数', '网络安全法: 日志留存不少于六个月;本系统十年'),
  always('glass.minutes', 30, '紧急查阅一次开通的分钟数', '系统默认'),
];
