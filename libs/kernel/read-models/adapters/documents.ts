import { Erased } from '@kernel/sourcing';

/** The value of a document at a dotted path. */
export const valueAt = (document: Readonly<Record<string, unknown>>, field: string): unknown => {
  let value: unknown = document;
  for (const key of field.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
};

/** What a store can index: text and numbers; whatever else a field holds (an erased value) is not found by it. */
export const indexable = (value: unknown): string | number | null => {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
};

/** First text after every text with this prefix, by code point. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;

const ERASED = JSON.stringify(Erased.value);

/** Documents come back as they were written: an erased value is `Erased` again. */
export const revived = (text: string): unknown =>
  text.includes(ERASED)
    ? JSON.parse(text, (_key, value: unknown) => (JSON.stringify(value) === ERASED ? Erased.value : value))
    : JSON.parse(text);

/** The same for a document that came back as values. */
export const revivedValue = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revivedValue);
  const entries = Object.entries(value);
  if (entries.length === 1 && (value as { erased?: unknown }).erased === true) return Erased.value;
  return Object.fromEntries(entries.map(([key, one]) => [key, revivedValue(one)]));
};
