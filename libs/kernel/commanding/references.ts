import { type Class, marksOf, nestedClass } from '@kernel/sourcing';

/** An id that a command names, and the category of the stream it stands for. */
export interface Reference {
  readonly category: string;
  readonly id: string;
  /** Named alone, not in a list: its folded state is given to `decide`. */
  readonly single: boolean;
}

/** What a `@Clear(refers)` of a command may name by the id of a stream. */
const CATEGORIES: ReadonlySet<string> = new Set(['household', 'meeting', 'notice', 'paper', 'reorganisation']);

/** Every stream that a command names in a marked field, nested lists included. */
export const referencesOf = (owner: Class, body: object): readonly Reference[] => {
  const found: Reference[] = [];
  for (const [field, mark] of marksOf(owner.prototype as object)) {
    const value = (body as Record<string, unknown>)[field];
    if (value === undefined || mark.kind !== 'clear') continue;
    const nested = nestedClass(owner, field);
    if (nested) found.push(...itemsOf(value).flatMap((item) => referencesOf(nested, item as object)));
    else if (mark.refers && CATEGORIES.has(mark.refers)) found.push(...idsOf(mark.refers, value));
  }
  return found;
};

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const idsOf = (category: string, value: unknown): readonly Reference[] =>
  itemsOf(value).map((id) => ({ category, id: String(id), single: !Array.isArray(value) }));
