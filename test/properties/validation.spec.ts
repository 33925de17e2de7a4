import fc from 'fast-check';
import { schemaOf, wordedIssues, type Class, type JsonSchema } from '@kernel/sourcing';
import { acceptsInput } from '@kernel/sourcing/testing/accepts';
import { features } from '@system/features';

/** Values that a schema may or may not accept: mostly right, sometimes wrong in type, form or length. */
const inputOf = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const {
    enum: values,
    type,
    items,
    properties = {},
    required = [],
    format,
    pattern,
  } = schema as JsonSchema & { enum?: unknown[]; format?: string; pattern?: string };
  const wrong = fc.constantFrom<unknown>(
    '',
    'x',
    -1,
    0,
    1.5,
    1e20,
    true,
    null,
    [],
    {},
    ['x'],
    'X'.repeat(3000),
    '2016-13',
    '01999999-0000-7000-8000-0000000000BB',
  );
  const right = (): fc.Arbitrary<unknown> => {
    if (values) return fc.constantFrom(...values);
    if (type === 'object')
      return fc.record(Object.fromEntries(Object.entries(properties).map(([field, of]) => [field, inputOf(of)])), {
        requiredKeys: required,
      });
    if (type === 'array') return fc.array(inputOf(items ?? {}), { maxLength: 3 });
    if (type === 'integer') return fc.oneof(fc.integer({ min: 0, max: 50 }), fc.maxSafeInteger());
    if (type === 'boolean') return fc.boolean();
    if (format === 'uuid') return fc.uuid();
    if (pattern !== undefined)
      return fc.constantFrom('2016-10-20', '2016', '433124110226', '4331', 'E1', 'ab'.repeat(32), 'a.b.c', 'image/png');
    return fc.string({ unit: 'grapheme', maxLength: 30 });
  };
  return fc.oneof({ weight: 40, arbitrary: right() }, { weight: 1, arbitrary: wrong });
};

const classes: readonly (readonly [name: string, owner: Class])[] = features.flatMap(({ deciders }) =>
  deciders.flatMap(({ commands }) => Object.entries(commands.classes)),
);

describe('ajv and class-validator', () => {
  it.each(classes)('accept the same %s', (_name, owner) => {
    fc.assert(
      fc.property(inputOf(schemaOf(owner)), (input) => {
        fc.pre(typeof input === 'object' && input !== null && !Array.isArray(input));
        const [fast, slow] = [acceptsInput(owner, input), wordedIssues(owner, input).length === 0];
        if (fast !== slow)
          throw new Error(
            `ajv ${String(fast)}, class-validator ${String(slow)}: ${JSON.stringify(input)} ` +
              JSON.stringify(wordedIssues(owner, input)),
          );
      }),
      { numRuns: Number(process.env['RUNS'] ?? 40) },
    );
  });
});
