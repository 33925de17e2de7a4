import { BadQuery, type Condition, type Conditions, type Query, type Scalar } from '../read-models';
import { afterPrefix, indexable, valueAt } from './documents';

/**
 * The tables of one view version. An index named `papers[]` is a list: it is kept value by value in a table of its own.
 */
export interface Table {
  readonly table: string;
  readonly scalars: readonly string[];
  readonly lists: readonly string[];
  readonly column: (field: string) => string;
  readonly list: (field: string) => string;
}

export const viewTableOf = (name: string, version: number, indexes: readonly string[]): Table => {
  const table = `${name}@${String(version)}`;
  const scalars = indexes.filter((field) => !field.endsWith('[]'));
  const lists = indexes.filter((field) => field.endsWith('[]'));
  return {
    table,
    scalars,
    lists,
    column: (field) => {
      if (field !== 'id' && !scalars.includes(field)) throw new BadQuery(`${name} has no index ${field}`);
      return field === 'id' ? 'id' : `"i:${field}"`;
    },
    list: (field) => `${table}/${field}`,
  };
};

interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

const ALWAYS: Sql = { text: '1', values: [] };

const both = (parts: readonly Sql[], word: ' AND ' | ' OR '): Sql => ({
  text: parts.map(({ text }) => `(${text})`).join(word),
  values: parts.flatMap(({ values }) => values),
});

const scalar = (value: Scalar): string | number => (typeof value === 'boolean' ? Number(value) : value);

const condition = (table: Table, field: string, wanted: Condition): Sql => {
  if (table.lists.includes(`${field}[]`)) return inList(table, field, wanted);
  const column = table.column(field);
  if (typeof wanted !== 'object') return { text: `${column} = ?`, values: [scalar(wanted)] };
  if ('prefix' in wanted)
    return { text: `${column} >= ? AND ${column} < ?`, values: [wanted.prefix, afterPrefix(wanted.prefix)] };
  if ('contains' in wanted) return { text: `instr(${column}, ?) > 0`, values: [wanted.contains] };
  if ('in' in wanted)
    return { text: `${column} IN (${wanted.in.map(() => '?').join(',')})`, values: wanted.in.map(scalar) };
  return range(column, wanted);
};

const range = (column: string, { from, before }: { readonly from?: Scalar; readonly before?: Scalar }): Sql =>
  both(
    [
      ALWAYS,
      ...(from === undefined ? [] : [{ text: `${column} >= ?`, values: [scalar(from)] }]),
      ...(before === undefined ? [] : [{ text: `${column} < ?`, values: [scalar(before)] }]),
    ],
    ' AND ',
  );

const inList = (table: Table, field: string, wanted: Condition): Sql => {
  if (typeof wanted === 'object') throw new BadQuery(`${field} is a list: it can only be asked for one value`);
  return { text: `id IN (SELECT id FROM "${table.list(`${field}[]`)}" WHERE value = ?)`, values: [scalar(wanted)] };
};

const conditions = (table: Table, where: Conditions): Sql => {
  const parts = Object.entries(where as Readonly<Record<string, Condition>>).map(([field, wanted]) =>
    condition(table, field, wanted),
  );
  return parts.length === 0 ? ALWAYS : both(parts, ' AND ');
};

const filterOf = (table: Table, { where, any }: Query): Sql => {
  const parts: Sql[] = [];
  if (where && Object.keys(where).length > 0) parts.push(conditions(table, where));
  if (any && any.length > 0)
    parts.push(
      both(
        any.map((one) => conditions(table, one)),
        ' OR ',
      ),
    );
  return both(parts, ' AND ');
};

/** @throws BadQuery for a field that is not indexed or a cursor of another query */
export const compileQuery = (
  table: Table,
  query: Query,
): { readonly sql: string; readonly filter: string; readonly values: readonly (string | number)[] } => {
  const filter = filterOf(table, query);
  const sort = table.column(query.sort ?? 'id');
  const direction = query.descending ? 'DESC' : 'ASC';
  const parts = query.after === undefined ? [filter] : [filter, afterCursor(sort, query)];
  const where = both(
    parts.filter(({ text }) => text !== ''),
    ' AND ',
  );
  const clause = (text: string): string => (text === '' ? '' : `WHERE ${text}`);
  return {
    sql: `${clause(where.text)} ORDER BY ${sort} ${direction}, id ${direction}`,
    filter: clause(filter.text),
    values: where.values,
  };
};

const afterCursor = (sort: string, { after = '', descending = false }: Query): Sql => {
  const [value, id] = cursorValues(after);
  const beyond = descending ? '<' : '>';
  if (value === null) {
    return descending
      ? { text: `${sort} IS NULL AND id < ?`, values: [id] }
      : { text: `${sort} IS NOT NULL OR id > ?`, values: [id] };
  }
  const nulls = descending ? ` OR ${sort} IS NULL` : '';
  return { text: `(${sort}, id) ${beyond} (?, ?)${nulls}`, values: [value, id] };
};

/** Value and id after which a page continues. @throws BadQuery */
export const cursorValues = (cursor: string): readonly [string | number | null, string] => {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown];
    if (typeof id === 'string' && (value === null || typeof value === 'string' || typeof value === 'number'))
      return [value, id];
  } catch {
    throw new BadQuery('the cursor is not one of ours');
  }
  throw new BadQuery('the cursor is not one of ours');
};

/** Keyset cursor that continues after a document. */
export const cursorOf = (document: object, sort: string): string => {
  const fields = document as Readonly<Record<string, unknown>>;
  return Buffer.from(JSON.stringify([indexable(valueAt(fields, sort)), fields['id']])).toString('base64url');
};
