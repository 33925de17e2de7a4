import type { AreaDirectory } from '@domain/area/contract';
import { codeOf, type ListName } from '@domain/code-lists/contract';
import { idStatusOf, readIdNumber } from '@domain/household/contract';
import { derivedUuid, isCivilDate } from '@kernel/format';
import type { Rejection } from '@kernel/sourcing';
import { refuse, type RowRefusal } from './refusals';
import { isKnown, type RegisterEntry, type RegisterRow } from './register-file';

export type Mapped = { readonly body: LegacyBody } | { readonly refused: readonly RowRefusal[] };

export interface LegacyBody {
  readonly on: string;
  readonly head: string;
  readonly members: readonly LegacyMember[];
  readonly raw?: readonly RawCell[];
  readonly [field: string]: unknown;
}

/** A cell of a further column, labelled by row and column. */
interface RawCell {
  readonly label: string;
  readonly value: string;
}

interface LegacyMember {
  readonly person: string;
  readonly relation: string;
  readonly [field: string]: unknown;
}

/** Characters that nobody sees, and the one that stands for what could not be decoded. */
const UNREADABLE = /[\p{Cc}\uFFFD]/u;
/** Texts of further columns may have lines. */
const UNREADABLE_IN_TEXT = /(?![\t\n\r])[\p{Cc}\uFFFD]/u;

const unreadableIn = (column: string, text: string): string | undefined => {
  const [found] = (isKnown(column) ? UNREADABLE : UNREADABLE_IN_TEXT).exec(text) ?? [];
  return found && `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
};

const reading = (row: RegisterRow) => {
  const found: RowRefusal[] = [];
  const cell = (column: string): string | undefined => row.cells[column];
  const refused = (column: string, why: Rejection): undefined => {
    found.push({ line: row.line, column, value: cell(column) ?? '', why });
    return undefined;
  };
  /** What stands in the column, read; it is refused for `why` when it cannot be read. */
  const read = <T>(column: string, parse: (text: string) => T | undefined, why: Rejection): T | undefined => {
    const text = cell(column);
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) refused(column, why);
    return value;
  };
  const needed = (column: string): string | undefined =>
    cell(column) ?? refused(column, refuse('register/cell-missing'));
  const code = (list: ListName, column: string): string | undefined =>
    read(column, (label) => codeOf(list, label), refuse('register/no-code'));
  const yesNo = (column: string): string | undefined =>
    read(column, (label) => YES_NO.get(label), refuse('register/yes-or-no'));
  const wholeNumber = (column: string, most: number): number | undefined => {
    const parse = (text: string) => (/^\d{1,4}$/.test(text) && Number(text) <= most ? Number(text) : undefined);
    return read(column, parse, refuse('register/whole-number', { most }));
  };
  const fen = (column: string): number | undefined => {
    const parse = (text: string) => (YUAN.test(text) ? Math.round(Number(text) * 100) : undefined);
    return read(column, parse, refuse('register/yuan'));
  };
  const date = (column: string): string | undefined => read(column, civilDate, refuse('register/no-such-day'));
  for (const [column, text] of Object.entries(row.cells)) {
    const character = unreadableIn(column, text);
    if (character !== undefined) refused(column, refuse('register/unreadable', { character }));
  }
  const surplus = row.surplus.length;
  if (surplus > 0) refused('', refuse('register/too-many-cells', { surplus }));
  return { found, cell, refused, needed, code, yesNo, wholeNumber, fen, date };
};

const YES_NO: ReadonlyMap<string, string> = new Map([
  ['是', 'yes'],
  ['否', 'no'],
]);
const YUAN = /^-?\d{1,9}(\.\d{1,2})?$/;

type Reading = ReturnType<typeof reading>;

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
  return /^(19|20)/.test(date) && isCivilDate(date) ? date : undefined;
};

const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

const memberOf = (read: Reading, person: string): LegacyMember => {
  const name = read.needed('姓名') ?? '';
  const idNumber = read.cell('证件号码');
  const relation = (read.needed('与户主关系') && read.code('relation', '与户主关系')) ?? '';
  const known = idNumber === undefined ? undefined : readIdNumber(idNumber);
  const health = read
    .cell('健康状况')
    ?.split(/[,,、;;]/)
    .map((label) => codeOf('health', label) ?? read.refused('健康状况', refuse('register/no-code')));
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

/** Columns of the register that this system has no field of its own for, or reads a code from. */
const KEPT_RAW: ReadonlySet<string> = new Set(['自然村', '人编号', '人员识别时间', '户类型', '监测对象类型']);

const rawOf = (rows: readonly RegisterRow[]): readonly RawCell[] =>
  rows.flatMap(({ line, cells }) =>
    Object.entries(cells)
      .filter(([column]) => !isKnown(column) || KEPT_RAW.has(column))
      .map(([label, value]) => ({ label: `${String(line)}/${label}`, value })),
  );

interface Origin {
  readonly startedEvent: string;
  readonly paper: string;
  readonly today: string;
  readonly ordinal: number;
}

/** What must hold of the household as a whole. */
const checkWhole = (read: Reading, { rows }: RegisterEntry, area: string | undefined, heads: number): void => {
  read.needed('户编号');
  if (area === undefined) read.refused('行政村', refuse('register/no-such-village'));
  const stated = read.wholeNumber('人数', 9999);
  if (stated !== undefined && stated !== rows.length)
    read.refused('人数', refuse('register/count-differs', { rows: rows.length }));
  if (heads !== 1) read.refused('与户主关系', refuse('register/one-head', { heads }));
  if (read.cell('户类型') === '一般农户') read.refused('户类型', refuse('register/ordinary'));
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
export const legacyHousehold = (household: RegisterEntry, directory: AreaDirectory, origin: Origin): Mapped => {
  const { number, rows } = household;
  const reads = rows.map(reading);
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
