import Ajv, { type ValidateFunction } from 'ajv';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Class } from './facts';
import { nestedClass } from './nested';
import { type JsonSchema, rulesOf, validatedFields, schemaOf } from './json-schema';

/** One unmet demand of an input: RFC 6901 pointer, validator name, words. */
export interface Issue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

const ajv = new Ajv({ allErrors: false, strict: false });
/** Length as class-validator counts it: a surrogate pair, and a character with its presentation mark, are one. */
const unitsOf = (text: string): number =>
  text.length -
  (text.match(/[^\uFE0F\uFE0E][\uFE0F\uFE0E]/g) ?? []).length -
  (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g) ?? []).length;
const minUnits = (least: number, text: string): boolean => text.length >= least && unitsOf(text) >= least;
const maxUnits = (most: number, text: string): boolean => text.length <= most || unitsOf(text) <= most;
ajv.addKeyword({ keyword: 'minUnits', type: 'string', validate: minUnits });
ajv.addKeyword({ keyword: 'maxUnits', type: 'string', validate: maxUnits });
ajv.addFormat('uuid', true);

const compiled = new Map<Class, ValidateFunction>();

/** ajv compiled once per class. */
export const accepts = (owner: Class): ValidateFunction => {
  const known = compiled.get(owner);
  if (known) return known;
  const validate = ajv.compile(schemaOf(owner));
  compiled.set(owner, validate);
  return validate;
};

const compiledPartials = new Map<Class, ValidateFunction>();

/** ajv of a class with every field optional and at least one present: a typed partial. */
export const acceptsPartial = (owner: Class): ValidateFunction => {
  const known = compiledPartials.get(owner);
  if (known) return known;
  const validate = ajv.compile({ ...schemaOf(owner), required: [], minProperties: 1 });
  compiledPartials.set(owner, validate);
  return validate;
};

/** How many unmet demands a refusal lists. */
const LISTED = 50;

const listed = (issues: readonly Issue[]): readonly Issue[] => {
  const more = String(issues.length - LISTED);
  if (issues.length <= LISTED) return issues;
  return [...issues.slice(0, LISTED), { path: '', code: 'more', message: `另有 ${more} 处 and ${more} more` }];
};

/**
 * Checks an input against a class: ajv accepts fast; class-validator is asked only to word the refusal.
 * `undefined` = accepted.
 */
export const issuesOf = (owner: Class, input: unknown): readonly Issue[] | undefined => {
  const validate = accepts(owner);
  if (validate(input)) return undefined;
  const long = longLists(schemaOf(owner), input, '');
  if (long.length > 0) return listed(long);
  const worded = wordedIssues(owner, input);
  return listed(worded.length > 0 ? worded : ajvIssues(validate));
};

/** Lists with more items than they may have: said before anything looks at each of their items. */
const longLists = (
  { maxItems, items, properties = {} }: JsonSchema,
  value: unknown,
  path: string,
): readonly Issue[] => {
  if (!Array.isArray(value)) {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(properties).flatMap(([field, inner]) =>
      longLists(inner, (value as Record<string, unknown>)[field], `${path}/${field}`),
    );
  }
  if (typeof maxItems === 'number' && value.length > maxItems)
    return [{ path, code: 'arrayMaxSize', message: `must contain no more than ${String(maxItems)} elements` }];
  return items ? value.flatMap((item, index) => longLists(items, item, `${path}/${String(index)}`)) : [];
};

/** The same question to class-validator alone; the slow half of the pair that must agree. */
export const wordedIssues = (owner: Class, input: unknown): readonly Issue[] => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return [{ path: '', code: 'isObject', message: 'must be an object' }];
  }
  const errors = validateSync(plainToInstance(owner, input), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  return [...nullIssues(input, ''), ...listIssues(owner, input, ''), ...flatten(errors, '')];
};

/** There is no null in the format: what is unknown is left out. (`IsOptional` alone would let it pass.) */
const nullIssues = (value: unknown, path: string): readonly Issue[] => {
  if (value === null) return [{ path, code: 'isNotNull', message: 'must be left out when unknown, never null' }];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => nullIssues(inner, `${path}/${key}`));
};

/** Class-validator goes into lists of any depth where a record is asked for; a list is never a record. */
const listIssues = (owner: Class, input: object, path: string): readonly Issue[] =>
  validatedFields(owner).flatMap((field) => {
    const nested = nestedClass(owner, field);
    const value = (input as Record<string, unknown>)[field];
    if (!nested || typeof value !== 'object' || value === null) return [];
    const each = rulesOf(owner).some((rule) => rule.propertyName === field && rule.each);
    const records: readonly (readonly [string, unknown])[] =
      each && Array.isArray(value)
        ? value.map((item, index) => [`${path}/${field}/${String(index)}`, item] as const)
        : [[`${path}/${field}`, value]];
    return records.flatMap(([at, record]) => {
      if (Array.isArray(record)) return [{ path: at, code: 'isObject', message: 'must be an object, not a list' }];
      return typeof record === 'object' && record !== null ? listIssues(nested, record, at) : [];
    });
  });

const flatten = (errors: readonly ValidationError[], path: string): readonly Issue[] =>
  errors.flatMap(({ property, constraints, children }) => {
    const here = `${path}/${property}`;
    const own = Object.entries(constraints ?? {}).map(([code, message]) => ({ path: here, code, message }));
    return [...own, ...flatten(children ?? [], here)];
  });

const ajvIssues = (validate: ValidateFunction): readonly Issue[] =>
  (validate.errors ?? []).map(({ instancePath, keyword, message }) => ({
    path: instancePath,
    code: keyword,
    message: message ?? keyword,
  }));
