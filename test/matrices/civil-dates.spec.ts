import { schemaOf, type JsonSchema } from '@kernel/sourcing';
import { householdEvents } from '@domain/household';
import { features } from '@system/features';
import { fullExample } from '../support/catalogue';

const UNREAL = '2014-02-30';
/** Commands whose body an event of the log holds already. */
const CARRIES = ['ReceiveMembers'];

/** Paths of the values that are written as civil dates: by what the form accepts. */
const datesIn = (
  { pattern, properties = {}, items }: JsonSchema & { pattern?: string },
  path = '',
): readonly string[] => {
  const form = pattern === undefined ? undefined : new RegExp(pattern);
  if (form?.test(UNREAL) && !form.test('x')) return [path];
  const inner = Object.entries(properties).flatMap(([field, of]) => datesIn(of, `${path}/${field}`));
  return items ? [...inner, ...datesIn(items, `${path}/0`)] : inner;
};

const changed = (whole: unknown, path: string, value: string): object => {
  const copy = structuredClone(whole) as object;
  const tokens = path.split('/').slice(1);
  const last = tokens.pop() ?? '';
  const holder = tokens.reduce<unknown>((at, token) => (at as Record<string, unknown>)[token], copy);
  (holder as Record<string, unknown>)[last] = value;
  return copy;
};

const commands = features.flatMap(({ deciders }) =>
  deciders.flatMap(({ commands: { classes, issues } }) =>
    Object.entries(classes).map(([command, owner]) => ({ command, schema: schemaOf(owner), issues })),
  ),
);
const dated = commands.flatMap(({ command, schema, issues }) =>
  datesIn(schema).map((path) => ({ command, path, issues, example: fullExample(schema, '') })),
);

describe('a day that no calendar has', () => {
  it('is asked for in many places', () => {
    expect(dated.length).toBeGreaterThan(60);
  });

  it.each(dated)('is refused at $path of $command', ({ command, path, issues, example }) => {
    expect(issues(command, changed(example, path, '2016-02-29'))).toBeUndefined();
    const unreal = issues(command, changed(example, path, UNREAL));
    if (CARRIES.includes(command)) expect(unreal).toBeUndefined();
    else expect(unreal).toMatchObject([{ path, code: 'isCivilDate' }]);
  });

  it('is still read where an old event holds it', () => {
    const type = householdEvents.types.get('HouseholdRegistered')!;
    const example = changed(fullExample(schemaOf(type.class), ''), '/members/0/born', UNREAL);
    expect(type.refuse(changed(example, '/riskFoundOn', UNREAL))).toBeUndefined();
  });
});
