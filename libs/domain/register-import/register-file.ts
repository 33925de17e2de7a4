import { parse } from 'csv-parse/sync';
import { decode, encodingExists } from 'iconv-lite';

/** Columns of the national register's export, one row a person. Further columns are kept as raw facts. */
export const REGISTER_COLUMNS = [
  '县',
  '乡',
  '行政村',
  '自然村',
  '户编号',
  '人编号',
  '姓名',
  '证件号码',
  '人数',
  '与户主关系',
  '民族',
  '文化程度',
  '在校生状况',
  '健康状况',
  '劳动技能',
  '务工时间(月)',
  '是否参加大病保险',
  '致贫原因1',
  '危房户',
  '是否解决安全饮用水',
  '人均纯收入',
  '户联系电话',
  '人联系电话',
  '首次识别时间',
  '人员识别时间',
  '户类型',
  '监测对象类型',
  '风险是否消除',
  '风险识别时间',
  '风险消除时间',
] as const;

export const isKnown = (column: string): boolean => (REGISTER_COLUMNS as readonly string[]).includes(column);

/** Columns of a file of refused rows beside those that it came with: it may be mended and imported as it is. */
export const REFUSED_COLUMNS = ['行号', '原因', 'reason'] as const;

export type RegisterColumn = (typeof REGISTER_COLUMNS)[number];

/** Columns without which a row says nothing. */
const REQUIRED: readonly RegisterColumn[] = ['乡', '行政村', '户编号', '姓名', '与户主关系'];

export interface RegisterRow {
  /** Row of the sheet, 1 = the header. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  /** Cells beyond the last column. */
  readonly surplus: readonly string[];
}

/** Rows of one household number, in file order. */
export interface RegisterEntry {
  readonly number: string;
  readonly rows: readonly RegisterRow[];
}

/** A file that is no register export. */
export class RegisterFileError extends Error {
  override readonly name = 'RegisterFileError';
}

/** Text of a file in UTF-8 (with or without byte-order mark) or GB18030. */
export const decodeText = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    if (!encodingExists('gb18030')) throw new RegisterFileError('the file is not UTF-8');
    return decode(bytes, 'gb18030');
  }
};

const headerName = (name: string): string => name.trim().replaceAll('（', '(').replaceAll('）', ')');

/** @throws RegisterFileError naming missing columns or the broken line. */
export const readRegister = (
  bytes: Buffer,
): { readonly columns: readonly string[]; readonly rows: readonly RegisterRow[] } => {
  const [header, ...body] = recordsOf(decodeText(bytes));
  const columns = (header?.record ?? []).map(headerName);
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new RegisterFileError(`缺少列 missing columns: ${missing.join(', ')}`);
  const twice = columns.filter((column, index) => columns.indexOf(column) !== index);
  if (twice.length > 0) throw new RegisterFileError(`列名重复 repeated columns: ${twice.join(', ')}`);
  const rows = body.filter(({ record }) => record.some((cell) => cell !== '')).map((one) => rowOf(columns, one));
  return { columns: columns.filter((column) => !isAdded(column)), rows };
};

const isAdded = (column: string): boolean => (REFUSED_COLUMNS as readonly string[]).includes(column);

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly records: number; readonly empty_lines: number };
}

const recordsOf = (text: string): readonly CsvRecord[] => {
  try {
    const options = { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true, info: true } as const;
    return parse(text, options) as unknown as readonly CsvRecord[];
  } catch (error) {
    throw new RegisterFileError(`不是有效的 CSV not a valid CSV: ${(error as Error).message}`);
  }
};

const rowOf = (columns: readonly string[], { record, info }: CsvRecord): RegisterRow => {
  const cells: Record<string, string> = {};
  columns.forEach((column, index) => {
    const cell = record[index] ?? '';
    if (cell !== '' && !isAdded(column)) cells[column] = cell;
  });
  const beyond = record.slice(columns.length);
  const surplus = beyond.some((cell) => cell !== '') ? beyond : [];
  return { line: info.records + info.empty_lines, cells, surplus };
};

/** Rows by household number, in order of first appearance. Rows without a number stand alone under ''. */
export const householdsOf = (rows: readonly RegisterRow[]): readonly RegisterEntry[] => {
  const byNumber = new Map<string, RegisterRow[]>();
  for (const row of rows) {
    const number = row.cells['户编号'] ?? '';
    const known = byNumber.get(number);
    if (known) known.push(row);
    else byNumber.set(number, [row]);
  }
  return [...byNumber].map(([number, of]) => ({ number, rows: of }));
};
