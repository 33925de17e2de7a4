/**
 * The values of the format (docs/format/1.md, section 2): objects, arrays, booleans, strings and safe integers.
 * There is no null (absent = unknown) and there are no fractions.
 */
export type Value = boolean | number | string | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}

/** A value that the format does not know. `path` is the RFC 6901 pointer of the offending place. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  constructor(
    readonly rule: string,
    readonly path: string,
    readonly limit?: number,
  ) {
    super(`${rule} at ${path === '' ? '(root)' : path}`);
  }
}

const KEY = /^[A-Za-z$][A-Za-z0-9_]{0,63}$/;
const MAX_DEPTH = 32;

/** RFC 6901 escaping of one reference token. */
export const pointerToken = (token: string | number): string =>
  String(token).replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * `J(x)`: RFC 8785 of a value, as text. Strings stay as entered (never normalised).
 * @throws FormatError for whatever is not a value of the format, with its JSON pointer.
 */
export const canonical = (value: unknown): string => text(value, 0) ?? write(value, '', 0);

/**
 * The same without places: `undefined` at the first thing that is no value, which `write` then finds again and names.
 */
const text = (value: unknown, depth: number): string | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value + 0) : undefined;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  return Array.isArray(value) ? listText(value, depth) : objectText(value, depth);
};

const listText = (value: readonly unknown[], depth: number): string | undefined => {
  let written = '[';
  for (let index = 0; index < value.length; index++) {
    const item = text(value[index], depth + 1);
    if (item === undefined) return undefined;
    written += index === 0 ? item : `,${item}`;
  }
  return `${written}]`;
};

const objectText = (value: object, depth: number): string | undefined => {
  if (!isPlain(value)) return undefined;
  let written = '{';
  for (const key of Object.keys(value).sort()) {
    const item = KEY.test(key) ? text((value as ValueObject)[key], depth + 1) : undefined;
    if (item === undefined) return undefined;
    written += written === '{' ? `"${key}":${item}` : `,"${key}":${item}`;
  }
  return `${written}}`;
};

const write = (value: unknown, path: string, depth: number): string => {
  if (depth > MAX_DEPTH) throw new FormatError('too-deep', path, MAX_DEPTH);
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      return writeInteger(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return Array.isArray(value) ? writeArray(value, path, depth) : writeObject(value, path, depth);
    default:
      throw new FormatError(`not-a-value:${typeof value}`, path);
  }
};

const writeString = (value: string, path: string): string => {
  if (!value.isWellFormed()) throw new FormatError('lone-surrogate', path);
  return JSON.stringify(value);
};

const writeInteger = (value: number, path: string): string => {
  if (!Number.isSafeInteger(value))
    throw new FormatError(Number.isInteger(value) ? 'unsafe-integer' : 'fraction', path);
  return Object.is(value, -0) ? '0' : String(value);
};

const writeArray = (value: readonly unknown[], path: string, depth: number): string => {
  let text = '[';
  for (let index = 0; index < value.length; index++) {
    if (index > 0) text += ',';
    text += write(value[index], `${path}/${String(index)}`, depth + 1);
  }
  return text + ']';
};

const writeObject = (value: object | null, path: string, depth: number): string => {
  if (value === null) throw new FormatError('null', path);
  if (!isPlain(value)) throw new FormatError('not-a-plain-object', path);
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    const at = `${path}/${pointerToken(key)}`;
    if (!KEY.test(key)) throw new FormatError('bad-key', at);
    if (text.length > 1) text += ',';
    text += `"${key}":${write((value as ValueObject)[key], at, depth + 1)}`;
  }
  return text + '}';
};

/** Instances of event classes are plain for the format: only their own enumerable properties count. */
const isPlain = (value: object): boolean =>
  !(value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value));
