import type { Filter } from 'mongodb';
import { BadQuery, type Condition, type Conditions, type Query, type Scalar } from '../read-models';
import { afterPrefix, indexable, valueAt } from './documents';
import { cursorValues } from './view-query';

export type Indexed = Readonly<Record<string, string | number | null | readonly (string | number | null)[]>>;

/**
 * A document of a view: what it says, and beside it the values it is found by. A deleted one stays a while as `gone`.
 */
export interface ViewDocument {
  readonly _id: string;
  /** Sortable position of the batch that wrote it. */
  readonly at: string;
  /** The same as the engine writes it, where that is another text. */
  readonly position?: string;
  readonly doc?: object;
  readonly i?: Indexed;
  readonly gone?: Date;
}

type Where = Filter<ViewDocument>;

/** Numbers in a position count as numbers, also as text: `9/12` lies before `10/1`. */
export const sortable = (position: string): string => position.replace(/\d+/g, (digits) => digits.padStart(20, '0'));

/** Name of an indexed field within `i`: a dot would enter an object there. */
const nameOf = (field: string): string => field.replace(/\[\]$/, '').replaceAll('.', '/');

const isList = (field: string): boolean => field.endsWith('[]');

/** The values by which a document is found: a list keeps its values, whatever cannot be indexed is null. */
export const indexedValues = (indexes: readonly string[], document: object): Indexed =>
  Object.fromEntries(
    indexes.map((field): readonly [string, Indexed[string]] => {
      const value = valueAt(document as Readonly<Record<string, unknown>>, field.replace(/\[\]$/, ''));
      if (!isList(field)) return [nameOf(field), indexable(value)];
      return [nameOf(field), Array.isArray(value) ? value.map(indexable) : []];
    }),
  );

/** One index for each declared field, and one that finds what was deleted. */
export const indexesOf = (indexes: readonly string[]) => [
  ...indexes.map((field) => ({ name: field, key: { [`i.${nameOf(field)}`]: 1, _id: 1 } })),
  { name: 'gone', key: { gone: 1 }, sparse: true },
];

export class ViewQuery {
  constructor(
    private readonly view: string,
    private readonly indexes: readonly string[],
  ) {}

  /** Path of a field to sort or count by. @throws BadQuery */
  path(field: string): string {
    if (field === 'id') return '_id';
    if (!this.indexes.includes(field)) throw new BadQuery(`${this.view} has no index ${field}`);
    return `i.${nameOf(field)}`;
  }

  /** @throws BadQuery for a field that is not indexed */
  filter({ where, any }: Pick<Query, 'where' | 'any'>): Where {
    const parts: Where[] = [{ gone: null as never }];
    if (where) parts.push(this.#all(where));
    if (any && any.length > 0) parts.push({ $or: any.map((one) => this.#all(one)) });
    return { $and: parts };
  }

  /** The filter of the page after a cursor. @throws BadQuery */
  page(query: Query): Where {
    const filter = this.filter(query);
    const path = this.path(query.sort ?? 'id');
    return query.after === undefined ? filter : { $and: [filter, afterCursor(path, query)] };
  }

  sort({ sort = 'id', descending = false }: Query): Record<string, 1 | -1> {
    const direction = descending ? -1 : 1;
    return { [this.path(sort)]: direction, _id: direction };
  }

  #all(where: Conditions): Where {
    const parts = Object.entries(where as Readonly<Record<string, Condition>>).map(([field, wanted]) =>
      this.#one(field, wanted),
    );
    return parts.length === 0 ? {} : { $and: parts };
  }

  #one(field: string, wanted: Condition): Where {
    if (!this.indexes.includes(`${field}[]`)) return at(this.path(field), condition(wanted));
    if (typeof wanted === 'object') throw new BadQuery(`${field} is a list: it can only be asked for one value`);
    return at(`i.${nameOf(field)}`, indexable(wanted));
  }
}

const at = (path: string, wanted: unknown): Where => ({ [path]: wanted });

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const condition = (wanted: Condition): unknown => {
  if (typeof wanted !== 'object') return indexable(wanted);
  if ('prefix' in wanted) return { $gte: wanted.prefix, $lt: afterPrefix(wanted.prefix) };
  if ('contains' in wanted) return { $regex: escaped(wanted.contains) };
  if ('in' in wanted) return { $in: wanted.in.map(indexable) };
  return range(wanted);
};

const range = ({ from, before }: { readonly from?: Scalar; readonly before?: Scalar }): unknown =>
  from === undefined && before === undefined
    ? { $exists: true }
    : {
        ...(from !== undefined && { $gte: indexable(from) }),
        ...(before !== undefined && { $lt: indexable(before) }),
      };

/** What follows a value in the order null, numbers, text: a comparison alone never leaves its own kind. */
const afterCursor = (path: string, { after = '', descending = false }: Query): Where => {
  const [value, id] = cursorValues(after);
  const beyond = descending ? '$lt' : '$gt';
  if (path === '_id') return at('_id', { [beyond]: id });
  if (value === null) {
    return descending
      ? { $and: [at(path, null), at('_id', { $lt: id })] }
      : { $or: [at(path, { $ne: null }), { $and: [at(path, null), at('_id', { $gt: id })] }] };
  }
  const otherKinds = [
    ...(descending ? [at(path, null)] : []),
    ...(descending && typeof value === 'string' ? [at(path, { $lte: Number.MAX_VALUE })] : []),
    ...(!descending && typeof value === 'number' ? [at(path, { $gte: '' })] : []),
  ];
  const ties: Where = { $and: [at(path, value), at('_id', { [beyond]: id })] };
  return { $or: [at(path, { [beyond]: value }), ties, ...otherKinds] };
};
