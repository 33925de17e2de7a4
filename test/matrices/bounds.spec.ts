import { BODY, mustBeBounded, QUERY } from '@kernel/http';
import { issuesOf, schemaOf, type Class, type JsonSchema } from '@kernel/sourcing';
import { features } from '@system/features';

const commands = features.flatMap(({ deciders }) =>
  deciders.flatMap(({ commands: { classes } }) => Object.entries(classes)),
);

/** Fields and items of a command that is filled to its limits; a list without a limit counts as one item. */
const valuesOf = ({ type, properties = {}, items, maxItems = 1 }: JsonSchema): number => {
  if (type === 'object') return Object.values(properties).reduce((sum, field) => sum + 1 + valuesOf(field), 0);
  return type === 'array' ? Number(maxItems) * (1 + (items ? valuesOf(items) : 0)) : 0;
};

const listsOf = ({ properties = {}, items, maxItems }: JsonSchema): readonly number[] => [
  ...(typeof maxItems === 'number' ? [maxItems] : []),
  ...[...Object.values(properties), ...(items ? [items] : [])].flatMap(listsOf),
];

const codeOf = (parsed: unknown, bounds = BODY): unknown => {
  try {
    mustBeBounded(parsed, bounds);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
const record = (fields: number): object =>
  Object.fromEntries(Array.from({ length: fields }, (_, at) => [`f${String(at)}`, at]));

describe('what a request may hold', () => {
  it.each(commands)('is enough for %s, filled to its limits', (_command, owner) => {
    expect(valuesOf(schemaOf(owner))).toBeLessThanOrEqual(BODY.values);
    expect(Math.max(0, ...listsOf(schemaOf(owner)))).toBeLessThanOrEqual(BODY.items);
  });

  it('ends at a depth, a number of values, of items, of characters', () => {
    expect([codeOf(nested(16)), codeOf(nested(17)), codeOf(nested(200_000))]).toEqual([
      undefined,
      'request/too-deep',
      'request/too-deep',
    ]);
    expect([codeOf(record(3000)), codeOf(record(3001))]).toEqual([undefined, 'request/too-many-values']);
    expect([codeOf(Array(500).fill(1)), codeOf(Array(501).fill(1))]).toEqual([undefined, 'request/too-many-values']);
    expect(codeOf(Array.from({ length: 31 }, () => new Array<number>(100).fill(1)))).toBe('request/too-many-values');
    expect([codeOf('x'.repeat(65_536)), codeOf({ a: ['x'.repeat(65_537)] })]).toEqual([
      undefined,
      'request/text-too-long',
    ]);
    expect([codeOf({ ['k'.repeat(100)]: 1 }), codeOf({ ['k'.repeat(101)]: 1 })]).toEqual([
      undefined,
      'request/text-too-long',
    ]);
    expect([codeOf(record(100), QUERY), codeOf(record(101), QUERY)]).toEqual([undefined, 'request/too-many-values']);
    expect([codeOf(undefined), codeOf(null), codeOf(7), codeOf({})]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is refused in at most fifty places, and a list that is too long in one', () => {
    const owner = commands.find(([name]) => name === 'SubmitHouseholdApplication')?.[1] as Class;
    const issues = issuesOf(owner, record(3000)) ?? [];
    expect(issues).toHaveLength(51);
    expect(issues.at(-1)).toMatchObject({
      code: 'more',
      message: expect.stringMatching(/另有 \d+ 处 and \d+ more/) as string,
    });
    const members = Array.from({ length: 500 }, () => ({ a: 1, b: 2 }));
    expect(issuesOf(owner, { members })).toEqual([
      { path: '/members', code: 'arrayMaxSize', message: 'must contain no more than 40 elements' },
    ]);
  });
});
