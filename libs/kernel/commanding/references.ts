import type { Class } from '@kernel/sourcing';
import { markedFields } from './marked-fields';

/** An id that a command names, and the category of the stream it stands for. */
export interface Reference {
  readonly category: string;
  readonly id: string;
  /** Named alone, not in a list: its folded state is given to `decide`. */
  readonly single: boolean;
}

/** What a `@Clear(refers)` of a command may name by the id of a stream. */
const CATEGORIES: ReadonlySet<string> = new Set([
  'household',
  'importBatch',
  'meeting',
  'notice',
  'paper',
  'reorganisation',
]);

/** Every stream that a command names in a marked field, nested lists included. */
export const referencesOf = (owner: Class, body: object): readonly Reference[] =>
  markedFields(owner, body).flatMap(({ refers = '', value }) => (CATEGORIES.has(refers) ? idsOf(refers, value) : []));

const idsOf = (category: string, value: unknown): readonly Reference[] =>
  Array.isArray(value)
    ? value.map((id) => ({ category, id: String(id), single: false }))
    : [{ category, id: String(value), single: true }];
