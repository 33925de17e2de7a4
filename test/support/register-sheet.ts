import { REGISTER_COLUMNS } from '@domain/register-import/register-file';

export type Row = Readonly<Record<string, string>>;

/** Columns that the register does not know. */
export const FURTHER = ['备注', '甲', '乙', '丙', '丁', '戊'] as const;
const COLUMNS: readonly string[] = [...REGISTER_COLUMNS, ...FURTHER];

/** Takes three bytes. */
const LONG = '龘';

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const csvOf = (rows: readonly Row[], columns = COLUMNS): string =>
  `${[
    columns,
    ...rows.map((row) => [...columns.map((column) => row[column] ?? ''), ...(row['surplus']?.split(',') ?? [])]),
  ]
    .map((cells) => cells.map(quoted).join(','))
    .join('\r\n')}\r\n`;

/** Persons of one household as the sheet has them: the first is its head. */
export const rowsOf = (number: string, count = 1, change: Row = {}, further: Row = {}): readonly Row[] =>
  Array.from({ length: count }, (_, index) => ({
    县: '花垣县',
    乡: '双龙镇',
    行政村: '十八洞村',
    户编号: number,
    姓名: `石${String(index)}`,
    与户主关系: index === 0 ? '户主' : '之子',
    户类型: '一般贫困户',
    首次识别时间: '2014-04',
    人数: String(count),
    ...(index === 0 && change),
    ...further,
  }));

/** The same with every column filled to its end. */
export const fullRowsOf = (number: string, count: number): readonly Row[] =>
  rowsOf(
    number,
    count,
    {},
    {
      自然村: LONG.repeat(200),
      证件号码: LONG.repeat(40),
      民族: '基诺族',
      文化程度: '本科及以上',
      在校生状况: '高职(专)三年级',
      健康状况: '健康、长期慢性病、患有大病、残疾',
      劳动技能: '弱劳动力或半劳动力',
      '务工时间(月)': '12',
      是否参加大病保险: '是',
      致贫原因1: '自身发展动力不足',
      危房户: '是',
      是否解决安全饮用水: '否',
      人均纯收入: '2014.55',
      户联系电话: LONG.repeat(40),
      人联系电话: LONG.repeat(40),
      人编号: number,
      人员识别时间: '2014-04-01',
      监测对象类型: '突发严重困难户',
      风险是否消除: '是',
      风险识别时间: '2014-04-01',
      风险消除时间: '2014-04-02',
    },
  ).map((row, index) => ({ ...row, 姓名: `${String(index)}${LONG.repeat(60 - String(index).length)}` }));
