import { pointerToken, sealOrder, type Part, type PersonalClass, type ValueObject } from '@kernel/format';
import type { Class } from './facts';
import { Erased, marksOf, type Mark } from './marks';
import { nestedClass } from './nested';
import { validatedFields } from './json-schema';

/** How one class is split into clear data and parts. */
interface Plan {
  readonly fields: ReadonlyMap<string, { readonly mark: Mark; readonly nested?: Plan }>;
}

/** A part that came out of a store: opened, or erased. */
export type OpenedPart = Omit<Part, 'part'> & { readonly part: ValueObject | Erased };

/** The plans by event type that a typed partial may need. */
export type PlanOf = (type: string) => Plan;
export type { Plan };

/** @throws Error naming the first field that carries no mark: what is not marked could leak. */
export const planOf = (owner: Class, name: string): Plan => {
  const marks = marksOf(owner.prototype as object);
  for (const field of validatedFields(owner)) {
    if (!marks.has(field)) throw new Error(`${name}.${field} is neither @Clear nor @Personal`);
  }
  const fields = new Map<string, { mark: Mark; nested?: Plan }>();
  for (const [field, mark] of marks) {
    const nested = mark.kind === 'clear' ? nestedClass(owner, field) : undefined;
    fields.set(field, { mark, ...(nested && { nested: planOf(nested, `${name}.${field}`) }) });
  }
  return { fields };
};

interface Splitting {
  readonly owner: string;
  readonly parts: Map<string, { at?: string; class: PersonalClass; subject: string; part: Record<string, unknown> }>;
  readonly planOf: PlanOf;
}

/** Splits a whole fact into clear data and the parts to seal, in the order of their seals. */
export const split = (
  plan: Plan,
  data: object,
  owner: string,
  planOf: PlanOf,
): { data: ValueObject; parts: readonly Part[] } => {
  const splitting: Splitting = { owner, parts: new Map(), planOf };
  const clear = splitObject(plan, data as Record<string, unknown>, '', splitting);
  const parts = [...splitting.parts.keys()].sort().map((key) => splitting.parts.get(key) as Part);
  return { data: clear as ValueObject, parts };
};

const splitObject = (
  plan: Plan,
  data: Record<string, unknown>,
  at: string,
  into: Splitting,
): Record<string, unknown> => {
  const clear: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const planned = plan.fields.get(field);
    if (!planned) throw new Error(`${at}/${field} is not a field of this event`);
    const { mark, nested } = planned;
    if (mark.kind === 'personal') addToPart(into, at, mark, data, field);
    else
      clear[field] = splitNested(
        partialPlan(mark, data, into.planOf) ?? nested,
        value,
        `${at}/${pointerToken(field)}`,
        into,
      );
  }
  return clear;
};

const partialPlan = (mark: Mark, data: Record<string, unknown>, planOf: PlanOf): Plan | undefined =>
  mark.kind === 'partial-of' ? planOf(data[mark.typeField] as string) : undefined;

const splitNested = (plan: Plan | undefined, value: unknown, at: string, into: Splitting): unknown => {
  if (!plan) return value;
  return Array.isArray(value)
    ? value.map((item, index) => splitObject(plan, item as Record<string, unknown>, `${at}/${String(index)}`, into))
    : splitObject(plan, value as Record<string, unknown>, at, into);
};

const addToPart = (
  into: Splitting,
  at: string,
  mark: Mark & { kind: 'personal' },
  data: Record<string, unknown>,
  field: string,
): void => {
  const subject = mark.subject === undefined ? into.owner : data[mark.subject];
  if (typeof subject !== 'string') throw new Error(`${at}/${String(mark.subject)} must name whom ${field} is about`);
  const key = sealOrder({ at, class: mark.class, subject });
  const entry = into.parts.get(key) ?? { ...(at !== '' && { at }), class: mark.class, subject, part: {} };
  entry.part[field] = data[field];
  into.parts.set(key, entry);
};

/** Puts opened parts back into the clear data; a part without its key leaves `Erased` in each of its fields. */
export const merge = (
  plan: Plan,
  clear: ValueObject,
  parts: readonly OpenedPart[],
  owner: string,
  planOf: PlanOf,
): object => {
  if (parts.length === 0) return clear;
  const whole = copyOf(clear) as Record<string, unknown>;
  for (const part of parts) {
    const { target, plan: at } = find(plan, whole, part.at ?? '', planOf);
    if (part.part instanceof Erased) eraseFields(at, target, part, owner);
    else Object.assign(target, part.part);
  }
  return whole;
};

/** A copy of a value of the format, to put parts into. */
const copyOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) copy[key] = copyOf(inner);
  return copy;
};

const eraseFields = (plan: Plan, target: Record<string, unknown>, part: OpenedPart, owner: string): void => {
  for (const [field, { mark }] of plan.fields) {
    if (mark.kind !== 'personal' || mark.class !== part.class) continue;
    const subject = mark.subject === undefined ? owner : target[mark.subject];
    if (subject === part.subject) target[field] = Erased.value;
  }
};

/** The object and the plan at a pointer; tokens are field names and list indices. */
const find = (
  plan: Plan,
  root: Record<string, unknown>,
  pointer: string,
  planOf: PlanOf,
): { target: Record<string, unknown>; plan: Plan } => {
  let target: unknown = root;
  let here: Plan = plan;
  for (const token of pointer.split('/').slice(1)) {
    if (Array.isArray(target)) {
      target = target[Number(token)] as unknown;
      continue;
    }
    const planned = here.fields.get(token);
    const object = target as Record<string, unknown>;
    here = (planned && (partialPlan(planned.mark, object, planOf) ?? planned.nested)) ?? { fields: new Map() };
    target = object[token];
  }
  if (typeof target !== 'object' || target === null) throw new Error(`no object at ${pointer}`);
  return { target: target as Record<string, unknown>, plan: here };
};
