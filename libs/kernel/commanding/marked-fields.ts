import { marksOf, nestedClass, type Class, type Refers } from '@kernel/sourcing';

/** A clear field of a command, nested ones included, and what it refers to. */
export interface MarkedField {
  /** RFC 6901 pointer. */
  readonly path: string;
  readonly owner: Class;
  readonly field: string;
  readonly refers?: Refers;
  readonly value: unknown;
}

/** The class that a typed partial in a field is of. */
type PartialClass = (type: string) => Class | undefined;

/** Every clear field of a body that is there; `partialOf` enters typed partials too. */
export const markedFields = (owner: Class, body: object, partialOf?: PartialClass, path = ''): readonly MarkedField[] =>
  [...marksOf(owner.prototype as object)].flatMap(([field, mark]) => {
    const value = (body as Record<string, unknown>)[field];
    if (value === undefined || mark.kind === 'personal') return [];
    const at = `${path}/${field}`;
    const nested =
      mark.kind === 'clear'
        ? nestedClass(owner, field)
        : partialOf?.(String((body as Record<string, unknown>)[mark.typeField]));
    if (nested) return itemsOf(value, at).flatMap(([item, where]) => markedFields(nested, item, partialOf, where));
    return mark.kind === 'clear'
      ? [{ path: at, owner, field, value, ...(mark.refers && { refers: mark.refers }) }]
      : [];
  });

const itemsOf = (value: unknown, path: string): readonly (readonly [item: object, path: string])[] =>
  Array.isArray(value)
    ? value.map((item, index) => [item as object, `${path}/${String(index)}`])
    : [[value as object, path]];
