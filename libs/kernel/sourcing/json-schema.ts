import { getMetadataStorage, Matches, type ValidationOptions } from 'class-validator';
import type { Class } from './facts';
import { nestedClass } from './nested';

/** The part of JSON Schema (draft 2020-12, also OpenAPI 3.1) that the validators of this project map to. */
export interface JsonSchema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  [keyword: string]: unknown;
}

interface Rule {
  readonly propertyName: string;
  readonly name: string;
  readonly type: string;
  readonly constraints: readonly unknown[];
  readonly each: boolean;
}

/** The validators of a class, field by field. */
export const rulesOf = (owner: Class): readonly Rule[] =>
  getMetadataStorage()
    .getTargetValidationMetadatas(owner, '', true, false)
    .map(({ propertyName, name, type, constraints, each }) => ({
      propertyName,
      name: name ?? type,
      type,
      constraints: (constraints as readonly unknown[] | undefined) ?? [],
      each,
    }));

/** The fields of a class that carry a validator. */
export const validatedFields = (owner: Class): readonly string[] => [
  ...new Set(rulesOf(owner).map((rule) => rule.propertyName)),
];

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A UUID in lower case, as ids are written in streams and hashes. */
export const IsId = (options: ValidationOptions = {}): PropertyDecorator =>
  Matches(ID, { message: '$property must be a UUID in lower case', ...options });

type Keywords = (constraints: readonly unknown[]) => JsonSchema;

/** Scalar validators; `MinLength` and its kin count in their own way, hence the keywords of our own. */
const SCALARS: Readonly<Record<string, Keywords>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isIn: ([values]) => ({ enum: values }),
  min: ([least]) => ({ minimum: least }),
  max: ([most]) => ({ maximum: most }),
  minLength: ([least]) => ({ minUnits: least }),
  maxLength: ([most]) => ({ maxUnits: most }),
  isLength: ([least, most]) => ({ minUnits: least, ...(most !== undefined && { maxUnits: most }) }),
  isNotEmpty: () => ({ minUnits: 1 }),
  matches: ([pattern]) => ({
    type: 'string',
    pattern: (pattern as RegExp).source,
    ...(pattern === ID && { format: 'uuid' }),
  }),
  equals: ([value]) => ({ enum: [value] }),
  isObject: () => ({ type: 'object' }),
};

const LISTS: Readonly<Record<string, Keywords>> = {
  isArray: () => ({ type: 'array' }),
  arrayMinSize: ([least]) => ({ type: 'array', minItems: least }),
  arrayMaxSize: ([most]) => ({ type: 'array', maxItems: most }),
  arrayNotEmpty: () => ({ type: 'array', minItems: 1 }),
  arrayUnique: () => ({ type: 'array', uniqueItems: true }),
};

/**
 * JSON Schema of a class, from its validators and `@Type` alone.
 * @throws Error for a validator that has no mapping: ajv and class-validator must accept the same set.
 */
export const schemaOf = (owner: Class): JsonSchema => {
  const properties: Record<string, JsonSchema> = {};
  const required = new Set<string>();
  for (const field of validatedFields(owner)) {
    const rules = rulesOf(owner).filter((rule) => rule.propertyName === field);
    properties[field] = fieldSchema(owner, field, rules);
    if (!rules.some(({ name }) => name === 'isOptional')) required.add(field);
  }
  return { type: 'object', properties, required: [...required], additionalProperties: false };
};

const fieldSchema = (owner: Class, field: string, rules: readonly Rule[]): JsonSchema => {
  const whole: JsonSchema = {};
  const item: JsonSchema = {};
  for (const rule of rules) {
    if (rule.name === 'isOptional') continue;
    Object.assign(rule.each ? item : whole, keywords(owner, field, rule));
  }
  if (Object.keys(item).length === 0) return whole;
  return { ...whole, type: 'array', items: item };
};

const keywords = (owner: Class, field: string, rule: Rule): JsonSchema => {
  if (rule.type === 'nestedValidation') {
    const nested = nestedClass(owner, field);
    if (!nested) throw new Error(`${owner.name}.${field} lacks @Type`);
    return schemaOf(nested);
  }
  const map = SCALARS[rule.name] ?? LISTS[rule.name];
  if (!map) throw new Error(`${owner.name}.${field}: the validator ${rule.name} has no JSON schema`);
  return map(rule.constraints);
};
