import type { JsonSchema } from '@kernel/sourcing';

const UUID = '01999999-0000-7000-8000-0000000000bb';

const TEXTS: readonly (readonly [part: string, example: string])[] = [
  ['-(0[1-9]', '2016-10-20'],
  ['\\d{12}', '433124110226'],
  ['\\d{2,12}', '433124'],
  ['[0-9a-f]{64}', '0'.repeat(64)],
  ['^E(', 'E1'],
  ['\\d{4}-\\d{2}', '2016-01-01'],
  ['income|items', 'procedure'],
  ['[a-z]+\\/', 'image/jpeg'],
  ['-[0-9a-f-]{36}', `notice-${UUID}`],
];

const text = ({
  format,
  pattern = '',
  minUnits = 1,
}: {
  format?: string;
  pattern?: string;
  minUnits?: number;
}): string => {
  if (format === 'uuid') return UUID;
  const known = TEXTS.find(([part]) => pattern.includes(part));
  return known?.[1] ?? '示例'.repeat(Math.ceil(minUnits / 2));
};

/** A value that the schema accepts, for the documentation. Optional fields are left out. */
export const exampleOf = (schema: JsonSchema): unknown => {
  const {
    enum: values,
    type,
    items,
    properties = {},
    required = [],
    minimum,
  } = schema as JsonSchema & { enum?: unknown[]; minimum?: number };
  if (values) return values[0];
  if (type === 'object')
    return Object.fromEntries(required.map((field) => [field, exampleOf(properties[field] ?? {})]));
  if (type === 'array') return [exampleOf(items ?? { type: 'string' })];
  if (type === 'integer' || minimum !== undefined) return Math.max(minimum ?? 1, 1);
  return type === 'boolean' ? true : text(schema as object);
};
