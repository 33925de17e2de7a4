import { listOf, type ListName } from '@domain/code-lists/contract';
import { householdEvents } from '@domain/household';
import { schemaOf, type EventTable, type JsonSchema, type Words, type WordsFor } from '@kernel/sourcing';
import { eventTables, features } from './features';

const tables: ReadonlyMap<string, EventTable> = new Map(
  eventTables.flatMap((table) => [...table.types.keys()].map((type) => [type, table] as const)),
);

const views: ReadonlyMap<string, Words> = new Map(features.flatMap((feature) => Object.entries(feature.views ?? {})));

/** What an event of a type is called. */
export const eventWords = (type: string): Words | undefined => tables.get(type)?.words.events[type];

/** What a field of an event of a type is called, one of what it holds too. */
export const fieldWords = (type: string, field: string): Words | undefined => {
  const { fields = {} } = tables.get(type)?.words ?? {};
  return fields[`${type}.${field}`] ?? fields[field];
};

/** What a reading is called. */
export const viewWords = (view: string): Words | undefined => views.get(view);

/** Every event by its type. */
export const eventsByType: WordsFor<string> = Object.fromEntries(
  eventTables.flatMap(({ words }) => Object.entries(words.events)),
);

const plain = ({ words }: EventTable) => Object.entries(words.fields).filter(([name]) => !name.includes('.'));

/** Fields by name alone, for who knows no type: what a household calls them goes before what other records do. */
export const fieldsByName: WordsFor<string> = Object.fromEntries(
  [householdEvents, ...eventTables].reverse().flatMap(plain),
);

type Coded = readonly [field: string, list: ListName | undefined];

const codedIn = ({ properties = {} }: JsonSchema): readonly Coded[] =>
  Object.entries(properties).flatMap(([field, { items, ...of }]): readonly Coded[] => [
    [field, listOf(items?.['enum'] ?? of['enum'])],
    ...codedIn(items ?? of),
  ]);

const isOfOne = (field: string, list: ListName, all: readonly Coded[]): boolean =>
  all.every(([other, of]) => other !== field || of === list);

const codedByField = (): ReadonlyMap<string, ListName> =>
  new Map(
    eventTables
      .flatMap(({ classes }) => Object.values(classes))
      .flatMap((owner) => codedIn(schemaOf(owner)))
      .flatMap(([field, list], _, all) => (list && isOfOne(field, list, all) ? [[field, list] as const] : [])),
  );

let lists: ReadonlyMap<string, ListName> | undefined;

/** The list that a field's values are codes of, by its name alone: only where it means that in every event. */
export const listsByField = (): ReadonlyMap<string, ListName> => (lists ??= codedByField()); // few verbs of the CLI ask
