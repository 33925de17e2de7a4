import {
  amended,
  CORRECTION,
  effectiveDay,
  Erased,
  firstDay,
  type AnyProjection,
  type FactMeta,
  type OpenedFact,
} from '@kernel/sourcing';

/** Two questions to a history: what was true then, and what was recorded then. Both half-open. */
export interface Moment {
  /** Civil date: acts that took effect up to and including this day. */
  readonly asOf?: string;
  /** UTC instant: events recorded up to and including it. */
  readonly knownAt?: string;
}

type Fold = (document: object | undefined, fact: object, meta: FactMeta) => object | undefined;

/** What the office knew at a moment: the history as recorded then, corrections known then laid over their targets. */
export const knownFacts = (facts: readonly OpenedFact[], { asOf, knownAt }: Moment): readonly OpenedFact[] => {
  const known = knownAt === undefined ? facts : facts.filter(({ meta }) => meta.recordedAt <= knownAt);
  const read = amended(known);
  return asOf === undefined ? read : read.filter(({ meta }) => effectiveDay(meta) <= firstDay(asOf));
};

/** Folds a projection over facts: the same pure fold that the projector runs. */
export const foldDocument = <D extends object>(
  projection: AnyProjection,
  facts: readonly OpenedFact[],
  start?: D,
): D | undefined =>
  facts.reduce<object | undefined>((document, { data, meta }) => {
    const fold = projection.on[meta.type] as Fold | undefined;
    return fold ? fold(document, data, meta) : document;
  }, start) as D | undefined;

/** One field of a document before and after an event. `members[<id>].name` names a field of a listed person. */
export interface Change {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Step {
  readonly fact: OpenedFact;
  readonly before: object | undefined;
  readonly after: object | undefined;
}

/**
 * A history step by step: the document before and after each event, corrections applied from the moment they were
 * recorded.
 */
export const stepsOf = (projection: AnyProjection, facts: readonly OpenedFact[]): readonly Step[] => {
  const steps: Step[] = [];
  let before: object | undefined;
  let corrected = false;
  facts.forEach((fact, index) => {
    corrected ||= fact.meta.type === CORRECTION;
    const after = corrected
      ? foldDocument(projection, amended(facts.slice(0, index + 1)))
      : foldDocument(projection, [fact], before);
    steps.push({ fact, before, after });
    before = after;
  });
  return steps;
};

type Leaves = ReadonlyMap<string, unknown>;

/** Field-level differences between two documents. */
export const changesBetween = (before: object | undefined, after: object | undefined): readonly Change[] => {
  const old = leavesOf(before);
  const now = leavesOf(after);
  const fields = [...new Set([...old.keys(), ...now.keys()])].sort();
  return fields
    .filter((field) => JSON.stringify(old.get(field)) !== JSON.stringify(now.get(field)))
    .map((field) => ({
      field,
      ...(old.has(field) && { before: old.get(field) }),
      ...(now.has(field) && { after: now.get(field) }),
    }));
};

const leavesOf = (document: object | undefined): Leaves => {
  const leaves = new Map<string, unknown>();
  if (document) collect(document as Record<string, unknown>, '', leaves);
  return leaves;
};

const collect = (object: Readonly<Record<string, unknown>>, prefix: string, leaves: Map<string, unknown>): void => {
  for (const [key, value] of Object.entries(object)) addLeaf(`${prefix}${key}`, value, leaves);
};

const addLeaf = (field: string, value: unknown, leaves: Map<string, unknown>): void => {
  if (value === undefined) return;
  if (isPlainObject(value)) collect(value, `${field}.`, leaves);
  else if (Array.isArray(value) && value.length > 0 && value.every(isIdentified)) {
    for (const item of value) collect(item, `${field}[${identityOf(item)}].`, leaves);
  } else leaves.set(field, value);
};

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Erased);

const identityOf = (item: Readonly<Record<string, unknown>>): string =>
  [item['person'], item['id']].find((id) => typeof id === 'string') ?? '';

const isIdentified = (item: unknown): item is Record<string, unknown> => isPlainObject(item) && identityOf(item) !== '';
