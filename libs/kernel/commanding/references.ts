import type { Class } from '@kernel/sourcing';
import { markedFields } from './marked-fields';

/** An id that a command names, and the category of the stream it stands for. */
export interface Reference {
  readonly category: string;
  readonly id: string;
  /** Named alone, not in a list: its folded state is given to `decide`. */
  readonly single: boolean;
}

/** Every stream of the categories wanted that a command names in a marked field, nested lists included. */
export const referencesOf = (
  owner: Class,
  body: object,
  isWanted: (category: string) => boolean,
): readonly Reference[] =>
  markedFields(owner, body).flatMap(({ refers = '', value }) => (isWanted(refers) ? idsOf(refers, value) : []));

const idsOf = (category: string, value: unknown): readonly Reference[] =>
  Array.isArray(value)
    ? value.map((id) => ({ category, id: String(id), single: false }))
    : [{ category, id: String(value), single: true }];
