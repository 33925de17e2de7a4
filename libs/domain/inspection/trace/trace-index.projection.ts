import type { ViewDefinition } from '@kernel/read-models';
import {
  marksOf,
  nestedClass,
  type AnyProjection,
  type Class,
  type EventTable,
  type FactMeta,
  type IndexedField,
} from '@kernel/sourcing';

/** Where an event is to be found, and by what: ids only, the event itself is read from the log. */
export interface TraceEntry {
  /** Event id: in order of recording. */
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly actor: string;
  /** The event that made it an effect. */
  readonly cause?: string;
  /** Rule version or paper that its decision names. */
  readonly basis?: string;
  readonly papers?: readonly string[];
}

type Tables = ReadonlyMap<string, EventTable>;

/** Papers that an event's clear data names, nested ones and those of a typed partial included. */
export const papersOf = (table: EventTable, type: string, data: object): readonly string[] => {
  const owner = table.classes[type];
  return owner ? [...new Set(named(owner, data as Record<string, unknown>, table))] : [];
};

const named = (owner: Class, data: Readonly<Record<string, unknown>>, table: EventTable): readonly string[] =>
  [...marksOf(owner.prototype as object)].flatMap(([field, mark]) => {
    const value = data[field];
    if (value === undefined || mark.kind === 'personal') return [];
    const inner = mark.kind === 'partial-of' ? table.classes[String(data[mark.typeField])] : nestedClass(owner, field);
    if (inner) return objectsOf(value).flatMap((item) => named(inner, item, table));
    return mark.kind === 'clear' && mark.refers === 'paper' ? listOf(value).map(String) : [];
  });

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const objectsOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  listOf(value).filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);

const entryOf = (tables: Tables, data: object, meta: FactMeta): TraceEntry => {
  const { id, stream, revision, actor, causation, basis, type, subject } = meta;
  const category = stream.slice(0, stream.indexOf('-'));
  const table = tables.get(category);
  const papers = category === 'paper' ? [subject] : table ? papersOf(table, type, data) : [];
  return {
    id,
    stream,
    revision,
    actor,
    ...(causation !== undefined && { cause: causation }),
    ...(basis !== undefined && { basis }),
    ...(papers.length > 0 && { papers }),
  };
};

export const TRACE_INDEX = {
  name: 'trace-index',
  version: 1,
  indexes: ['actor', 'cause', 'basis', 'papers[]'],
} as const satisfies ViewDefinition<TraceEntry, IndexedField<TraceEntry>>;

/** One small entry an event, over all streams: opens nothing, follows everything. */
export const traceIndex = (all: readonly EventTable[]): AnyProjection => {
  const tables: Tables = new Map(all.map((table) => [table.category, table]));
  const types = new Map(all.flatMap((table) => [...table.types]));
  const fold = (_: object | undefined, data: object, meta: FactMeta): TraceEntry => entryOf(tables, data, meta);
  return {
    ...TRACE_INDEX,
    from: { category: 'all', classes: {}, types, words: { events: {}, fields: {} } },
    opens: [],
    asStored: true,
    key: (_, { id }) => id,
    on: Object.fromEntries([...types.keys()].map((type) => [type, fold])),
  };
};
