import type { AreaDirectory } from '@domain/area/contract';
import { codeOf, type ListName } from '@domain/codes/contract';
import { idStatusOf, readIdNumber } from '@domain/household/contract';
import { derivedUuid } from '@kernel/format';
import { REGISTER_COLUMNS, type RegisterHousehold, type RegisterRow } from './register-file';

/** Why rows of the file were not taken over: line, column, what is wrong. */
export interface RowRefusal {
  readonly line: number;
  readonly column: string;
  readonly reason: string;
}

export type Mapped = { readonly body: LegacyBody } | { readonly refused: readonly RowRefusal[] };

export interface LegacyBody {
  readonly on: string;
  readonly head: string;
  readonly members: readonly LegacyMember[];
  readonly [field: string]: unknown;
}

interface LegacyMember {
  readonly person: string;
  readonly relation: string;
  readonly [field: string]: unknown;
}

const refusals = (row: RegisterRow) => {
  const found: RowRefusal[] = [];
  const cell = (column: string): string | undefined => row.cells[column];
  const refuse = (column: string, reason: string): string | undefined => {
    found.push({ line: row.line, column, reason });
    return undefined;
  };
  const refuseNumber = (column: string, reason: string): number | undefined =>
    Number(refuse(column, reason)) || undefined;
  const code = (list: ListName, column: string): string | undefined => {
    const label = cell(column);
    if (label === undefined) return undefined;
    return codeOf(list, label) ?? refuse(column, `没有代码 no code for "${label}"`);
  };
  const yesNo = (column: string): string | undefined => {
    const label = cell(column);
    if (label === undefined) return undefined;
    if (label === '是' || label === '否') return label === '是' ? 'yes' : 'no';
    return refuse(column, '应为 是 或 否 (yes or no)');
  };
  const wholeNumber = (column: string, most: number): number | undefined => {
    const text = cell(column);
    if (text === undefined) return undefined;
    return /^\d{1,4}$/.test(text) && Number(text) <= most
      ? Number(text)
      : refuseNumber(column, `应为 0 至 ${String(most)} 的整数`);
  };
  const fen = (column: string): number | undefined => {
    const text = cell(column);
    if (text === undefined) return undefined;
    return /^-?\d{1,9}(\.\d{1,2})?$/.test(text)
      ? Math.round(Number(text) * 100)
      : refuseNumber(column, '应为金额(元) an amount in yuan');
  };
  const date = (column: string): string | undefined => {
    const text = cell(column);
    if (text === undefined) return undefined;
    return civilDate(text) ?? refuse(column, '应为日期 a date such as 2014, 2014-04, 2014-04-01');
  };
  return { found, cell, refuse, code, yesNo, wholeNumber, fen, date };
};

type Reading = ReturnType<typeof refusals>;

/** `2014`, `2014-04`, `2014/4/1`, `20140401`, `2014年4月` as a civil date. */
export const civilDate = (text: string): string | undefined => {
  const compact = /^(\d{4})(\d{2})(\d{2})?$/.exec(text);
  const parts = compact
    ? compact.slice(1).filter(Boolean)
    : text
        .replace(/[年月]/g, '-')
        .replace(/日/g, '')
        .split(/[-/.]/)
        .filter(Boolean);
  const date = parts.map((part, index) => (index === 0 ? part : part.padStart(2, '0'))).join('-');
  return /^(19|20)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/.test(date) ? date : undefined;
};

const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

const memberOf = (read: Reading, person: string): LegacyMember => {
  const name = read.cell('姓名') ?? read.refuse('姓名', '缺少姓名 the name is missing') ?? '';
  const idNumber = read.cell('证件号码');
  if (read.cell('与户主关系') === undefined) read.refuse('与户主关系', '缺少关系 the relation is missing');
  const relation = read.code('relation', '与户主关系') ?? '';
  const known = idNumber === undefined ? undefined : readIdNumber(idNumber);
  const health = read
    .cell('健康状况')
    ?.split(/[,,、;;]/)
    .map((label) => codeOf('health', label) ?? read.refuse('健康状况', `没有代码 no code for "${label}"`));
  return defined({
    person,
    name,
    idNumber,
    idStatus: idStatusOf(idNumber),
    relation,
    nation: read.code('nation', '民族'),
    sex: known?.sex,
    born: known?.born,
    phone: read.cell('人联系电话'),
    education: read.code('education', '文化程度'),
    school: read.code('school', '在校生状况'),
    labour: read.code('labour', '劳动技能'),
    workMonths: read.wholeNumber('务工时间(月)', 12),
    illnessInsurance: read.yesNo('是否参加大病保险'),
    health: health?.flatMap((one) => one ?? []),
  });
};

const STATUSES: Readonly<Record<string, string>> = {
  poor: 'poor',
  exited: 'exited',
  'pre-exit': 'pre-exit',
  relapsed: 'relapsed',
  monitored: 'exited',
};

/** What the old register cannot show is a gap, never an invented step. */
const GAPS = [
  'application',
  'survey',
  'review',
  'verification',
  'publicity',
  'township-review',
  'county-review',
  'announcement',
  'approval-paper',
];

const rawOf = (rows: readonly RegisterRow[]): readonly { label: string; value: string }[] =>
  rows.flatMap(({ line, cells }) =>
    Object.entries(cells)
      .filter(
        ([label]) =>
          !(REGISTER_COLUMNS as readonly string[]).includes(label) ||
          ['自然村', '人编号', '人员识别时间', '户类型', '监测对象类型'].includes(label),
      )
      .map(([label, value]) => ({ label: `${String(line)}/${label}`, value })),
  );

interface Origin {
  readonly startedEvent: string;
  readonly paper: string;
  readonly today: string;
  readonly ordinal: number;
}

/** What must hold of the household as a whole. */
const checkWhole = (
  read: Reading,
  { number, rows }: RegisterHousehold,
  area: string | undefined,
  heads: number,
): void => {
  if (number === '') read.refuse('户编号', '缺少户编号 the household number is missing');
  if (area === undefined) {
    read.refuse('行政村', `没有这个村 no such village: ${read.cell('乡') ?? ''}/${read.cell('行政村') ?? ''}`);
  }
  const stated = read.wholeNumber('人数', 40);
  if (stated !== undefined && stated !== rows.length) {
    read.refuse('人数', `人数 ${String(stated)} 与行数 ${String(rows.length)} 不符 does not match the rows`);
  }
  if (heads !== 1) read.refuse('与户主关系', `户主应为 1 名,实为 ${String(heads)} 名 one head, not ${String(heads)}`);
  if (read.cell('户类型') === '一般农户') {
    read.refuse('户类型', '一般农户不属建档立卡户 an ordinary household is not registered as poor');
  }
};

const factsOf = (read: Reading) => ({
  address: read.cell('自然村'),
  phone: read.cell('户联系电话'),
  attribute: codeOf('attribute', read.cell('户类型') ?? ''),
  mainCause: read.code('cause', '致贫原因1'),
  dangerousHouse: read.yesNo('危房户'),
  safeWater: read.yesNo('是否解决安全饮用水'),
  perHeadFen: read.fen('人均纯收入'),
  monitored: read.code('monitoring', '监测对象类型'),
  riskRemoved: read.yesNo('风险是否消除'),
  riskFoundOn: read.date('风险识别时间'),
  riskRemovedOn: read.date('风险消除时间'),
});

/** One household of the file as a command body, under ids derived from the batch's own event. */
export const legacyHousehold = (household: RegisterHousehold, directory: AreaDirectory, origin: Origin): Mapped => {
  const { number, rows } = household;
  const reads = rows.map(refusals);
  const [read] = reads;
  if (!read) return { refused: [] };
  const label = `household/${String(origin.ordinal)}/person/`;
  const members = reads.map((one, index) =>
    memberOf(one, derivedUuid(origin.startedEvent, `${label}${String(index + 1)}`)),
  );
  const heads = members.filter(({ relation }) => relation === '01');
  const area = directory.village(read.cell('乡') ?? '', read.cell('行政村') ?? '');
  checkWhole(read, household, area, heads.length);
  const kind = read.code('household', '户类型') ?? 'poor';
  const [head] = heads;
  const status = STATUSES[kind] ?? 'poor';
  const body = defined({
    on: read.date('首次识别时间') ?? origin.today,
    area,
    kind: 'legacy',
    status,
    head: head?.person ?? '',
    members,
    evidenceGaps: status === 'poor' ? GAPS : [...GAPS, 'exit-procedure'],
    papers: [origin.paper],
    householdNo: number,
    ...factsOf(read),
    raw: rawOf(rows),
  });
  const refused = reads.flatMap(({ found }) => found);
  return refused.length > 0 ? { refused } : { body };
};
