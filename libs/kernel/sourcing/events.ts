import { bodyText, eventBytes, measurePart, type Part, type ValueObject } from '@kernel/format';
import type { Class, ClassTable } from './facts';
import { merge, planOf, split, type OpenedPart, type Plan } from './plan';
import { accepts, acceptsPartial } from './schema';
import { schemaOf } from './json-schema';
import type { AnyEventWords, EventWords } from './words';

/** One step of an upcast chain: the class that an older version had, and how its whole data is lifted to the next. */
export interface Upcast {
  readonly from: Class;
  readonly lift: (old: never) => object;
}

/** Makes a step. `lift` is pure and passes `Erased` on. */
export const upcast = <From extends object>(from: Class<From>, lift: (old: From) => object): Upcast => ({ from, lift });

/** Upcasts of the types that had earlier versions, oldest first: entry 0 lifts schema "1" to "2". */
export type Upcasts<E extends ClassTable> = Readonly<Partial<Record<keyof E & string, readonly Upcast[]>>>;

/** One event type: its class is type, validation, documentation and storage format. */
export interface EventType {
  readonly type: string;
  readonly class: Class;
  /** Current schema version: 1 + the number of upcasts. */
  readonly schema: number;
  readonly split: (data: object, owner: string) => { data: ValueObject; parts: readonly Part[] };
  /** Merges opened parts and lifts to the current version. */
  readonly whole: (schema: number, clear: ValueObject, parts: readonly OpenedPart[], owner: string) => object;
  /**
   * Bytes that a whole fact will have in the log, exactly: what sealing adds has one length.
   * @throws FormatError for what is no value of the format
   */
  readonly bytes: (data: object, owner: string) => number;
  /** `undefined` = accepted; otherwise where and why not. */
  readonly refuse: (data: object) => string | undefined;
}

export interface EventTable<E extends ClassTable = ClassTable> {
  readonly category: string;
  readonly classes: E;
  readonly types: ReadonlyMap<string, EventType>;
  readonly words: AnyEventWords;
}

/** Name of the event type whose typed partial is applied to the event it names, wherever that is folded. */
export const CORRECTION = 'CorrectionRecorded';

/**
 * Declares the events of a stream category. The classes are the storage format for ever: do not rename, add optional
 * fields or an upcast. `words` are for people: they may get better.
 * @throws Error at start-up for a field without a mark, an unmapped validator or a gap in an upcast chain.
 */
export const defineEvents = <const E extends ClassTable>(
  category: string,
  classes: E,
  words: EventWords<NoInfer<E>>,
  upcasts: Upcasts<E> = {} as Upcasts<E>,
): EventTable<E> => {
  if (!/^[a-z][A-Za-z0-9]*$/.test(category)) throw new Error(`${category} is not a camelCase category`);
  const types = new Map<string, EventType>();
  const planOfType = (type: string): Plan => {
    const owner = classes[type];
    if (!owner) throw new Error(`${category} has no event ${type}`);
    return planOf(owner, type);
  };
  for (const [type, owner] of Object.entries(classes)) {
    types.set(type, eventType(type, owner, upcasts[type as keyof E & string] ?? [], planOfType, classes));
  }
  return { category, classes, types, words };
};

const eventType = (
  type: string,
  owner: Class,
  chain: readonly Upcast[],
  planOfType: (type: string) => Plan,
  classes: ClassTable,
): EventType => {
  const plans = [...chain.map(({ from }) => from), owner].map((version, index) =>
    planOf(version, `${type}@${String(index + 1)}`),
  );
  const current = plans.at(-1)!;
  schemaOf(owner); // compiled when first needed: a verb of the CLI needs few of them
  const parted: EventType['split'] = (data, subject) => split(current, data, subject, planOfType);
  return {
    type,
    class: owner,
    schema: plans.length,
    split: parted,
    bytes: (data, subject) => bytesOf(parted(data, subject)),
    whole: (schema, clear, parts, subject) => {
      const plan = plans[schema - 1];
      if (!plan) throw new Error(`${type} has no schema ${String(schema)}`);
      const merged = merge(plan, clear, parts, subject, planOfType);
      return chain.slice(schema - 1).reduce((data, { lift }) => lift(data as never), merged);
    },
    refuse: (data) => refusal(owner, data) ?? refusedPartial(current, data, classes),
  };
};

const bytesOf = ({ data, parts }: ReturnType<EventType['split']>): number => {
  const measured = parts.map(measurePart);
  const seals = measured.map(({ seal }) => seal);
  const boxes = measured.map(({ box }) => box);
  return eventBytes({ body: bodyText(data, seals), boxes });
};

const refusal = (owner: Class, data: object): string | undefined => {
  const validate = accepts(owner);
  if (validate(data)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath ?? ''} ${error?.message ?? ''} ${JSON.stringify(error?.params ?? {})}`;
};

const refusedPartial = (plan: Plan, data: object, classes: ClassTable): string | undefined => {
  for (const [field, { mark }] of plan.fields) {
    if (mark.kind !== 'partial-of') continue;
    const type = (data as Record<string, string>)[mark.typeField] ?? '';
    const owner = classes[type];
    if (!owner) return `/${mark.typeField} names no event of this stream`;
    const validate = acceptsPartial(owner);
    if (!validate((data as Record<string, unknown>)[field])) {
      const [error] = validate.errors ?? [];
      return `/${field}${error?.instancePath ?? ''} ${error?.message ?? ''}`;
    }
  }
  return undefined;
};
