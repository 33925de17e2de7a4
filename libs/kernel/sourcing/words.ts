import type { ClassTable } from './facts';
import type { Erased } from './marks';

/** What something is called where people read of it. */
export type Words = readonly [zh: string, en: string];

/** Words for each of these names: none is missing, none too many. */
export type WordsFor<Name extends string> = Readonly<Record<Name, Words>>;

/** Names of the fields of an object, of what it holds, and of the items of its lists. */
export type FieldOf<T> = T extends Erased
  ? never
  : T extends readonly (infer Item)[]
    ? FieldOf<Item>
    : T extends object
      ? { [K in keyof T & string]-?: K | FieldOf<NonNullable<T[K]>> }[keyof T & string]
      : never;

/** Names of the fields of every class of a table. */
export type FieldIn<T extends ClassTable> = { [K in keyof T]: FieldOf<InstanceType<T[K]>> }[keyof T];

type OwnFieldIn<T extends ClassTable> = {
  [K in keyof T & string]: `${K}.${FieldOf<InstanceType<T[K]>>}`;
}[keyof T & string];

/** What the events of a table and their fields are called. */
export interface EventWords<E extends ClassTable> {
  readonly events: WordsFor<keyof E & string>;
  /** By name of the field; `Type.field` where one event means something else by it. */
  readonly fields: WordsFor<FieldIn<E>> & Partial<WordsFor<OwnFieldIn<E>>>;
}

/** The same of a table whose types were forgotten. */
export interface AnyEventWords {
  readonly events: WordsFor<string>;
  readonly fields: WordsFor<string>;
}
