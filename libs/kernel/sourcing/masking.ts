import type { PersonalClass } from '@kernel/format';
import type { Class } from './facts';
import { Erased, marksOf } from './marks';
import { nestedClass } from './nested';

/** What a reader may see, and how what is closed to them looks: a mask, or nothing (`undefined`). */
export interface Reader {
  readonly opens: (of: PersonalClass) => boolean;
  readonly mask: (value: unknown, of: PersonalClass, field: string) => unknown;
}

/**
 * A document as its reader may see it: personal fields of classes that are closed to the reader pass through `mask`
 * (`undefined` leaves the field out). `owner` carries the marks of the document; a field without a mark is not shown.
 */
export const masked = (owner: Class, document: object, reader: Reader): object => {
  const seen: Record<string, unknown> = {};
  for (const [field, mark] of marksOf(owner.prototype as object)) {
    const value = (document as Record<string, unknown>)[field];
    const isClosed = mark.kind === 'personal' && !reader.opens(mark.class);
    const shown = isClosed ? closed(value, mark.class, field, reader) : inner(owner, field, value, reader);
    if (shown !== undefined) seen[field] = shown;
  }
  return seen;
};

const closed = (value: unknown, of: PersonalClass, field: string, { mask }: Reader): unknown =>
  value === undefined || value instanceof Erased ? value : mask(value, of, field);

const inner = (owner: Class, field: string, value: unknown, reader: Reader): unknown => {
  const nested = nestedClass(owner, field);
  if (!nested || typeof value !== 'object' || value === null || value instanceof Erased) return value;
  return Array.isArray(value)
    ? value.map((item) => masked(nested, item as object, reader))
    : masked(nested, value, reader);
};
