import 'reflect-metadata';
import type { PersonalClass } from '@kernel/format';
import { Rejection } from './rejection';

/**
 * A personal value whose key was destroyed, or that is closed to the reader: typed, so that every fold must face it.
 */
export class Erased {
  static readonly value = new Erased();
  readonly #brand = true as const;
  private constructor() {
    Object.freeze(this);
  }
  /** Nominal: nothing else is `Erased` to the compiler. */
  get isErased(): true {
    return this.#brand;
  }
  toJSON(): { readonly erased: true } {
    return { erased: true };
  }
}

/** What `evolve` and projections see of a personal field. */
export type Personal<T> = T | Erased;

/** What `decide` writes and a command carries: every personal field opened. */
export type Whole<T> = T extends Erased
  ? never
  : T extends readonly (infer U)[]
    ? readonly Whole<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Whole<T[K]> }
      : T;

/** The value of an opened field. @throws Rejection `record/erased` */
export const opened = <T>(value: Personal<T>): T => {
  if (value instanceof Erased) throw new Rejection('record/erased');
  return value;
};

/** The value of a personal field, or `undefined` where it is erased. */
export const openedOr = <T, F>(value: Personal<T>, otherwise: F): T | F =>
  value instanceof Erased ? otherwise : value;

/** What a UUID in a clear field refers to. */
export type Refers =
  | 'account'
  | 'approval'
  | 'area'
  | 'case'
  | 'event'
  | 'finding'
  | 'household'
  | 'importBatch'
  | 'inspection'
  | 'key'
  | 'meeting'
  | 'notice'
  | 'paper'
  | 'person'
  | 'post'
  | 'record'
  | 'reorganisation'
  | 'stream';

export type Mark =
  | { readonly kind: 'clear'; readonly refers?: Refers }
  | { readonly kind: 'personal'; readonly class: PersonalClass; readonly subject?: string }
  | { readonly kind: 'partial-of'; readonly typeField: string };

type Is<T, K extends keyof T, Yes> = (Erased extends T[K] ? true : false) extends Yes ? unknown : never;

const MARKS = Symbol('marks');
type Marks = ReadonlyMap<string, Mark>;

const mark = (prototype: object, key: string, value: Mark): void => {
  const own = new Map(marksOf(prototype));
  own.set(key, value);
  Reflect.defineMetadata(MARKS, own, prototype);
};

/** The marks of a class, inherited ones included. */
export const marksOf = (prototype: object): Marks =>
  (Reflect.getMetadata(MARKS, prototype) as Marks | undefined) ?? new Map<string, Mark>();

/** A field that every procedure sheet may show. `refers` names what a UUID stands for. */
export const Clear =
  (refers?: Refers) =>
  <T extends object, K extends keyof T & string>(prototype: T, key: K & Is<T, K, false>): void => {
    mark(prototype, key, { kind: 'clear', ...(refers && { refers }) });
  };

/**
 * A field about a person or household: it is sealed. `subject` names the field of the same object that holds the UUID
 * of whom it is about; without it, it is about the stream's own subject. (A function, not an arrow: compilers emit it
 * as `design:type`, and class-transformer then tries to construct it.)
 */
export function Personal<S extends string = never>(of: PersonalClass, subject?: S) {
  return <T extends Record<S, string>, K extends keyof T & string>(prototype: T, key: K & Is<T, K, true>): void => {
    mark(prototype, key, { kind: 'personal', class: of, ...(subject && { subject }) });
  };
}

/** A typed partial of another event of the same stream; `typeField` names the sibling that holds that event's type. */
export const PartialOf =
  (typeField: string) =>
  (prototype: object, key: string): void => {
    mark(prototype, key, { kind: 'partial-of', typeField });
  };
