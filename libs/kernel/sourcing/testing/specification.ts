import { newUuid, ZERO_HASH } from '@kernel/format';
import {
  amended,
  localDate,
  Rejection,
  rejectionCatalogue,
  type Act,
  type AnyDecider,
  type AnyFact,
  type AnyProjection,
  type Directory,
  type FactMeta,
  type OpenedFact,
  type RuleValue,
} from '..';

/** What a test may set of an act; everything else has a default. */
export interface Setting extends Partial<Omit<Act, 'rules' | 'referred'>> {
  readonly rules?: Readonly<Record<string, RuleValue>>;
  /** Folded states of other streams, by id. */
  readonly others?: Readonly<Record<string, unknown>>;
}

/** A fact that was recorded before, by whom and when it matters. */
export type Given = AnyFact & { readonly by?: string; readonly at?: string; readonly id?: string };

export const SUBJECT = '01999999-0000-7000-8000-0000000000aa';
export const SOMEBODY = '01999999-0000-7000-8000-0000000000ac';
export const LOG = '01999999-0000-7000-8000-000000000001';
/** A directory that knows every area. */
export const EVERYWHERE: Directory = { known: () => true, counties: new Set(['433124']), home: (area) => area };
const NOW = '2016-11-23T08:00:00.000Z';

type Evolve = (state: unknown, data: object, meta: FactMeta) => unknown;
type Decide = (state: unknown, body: object, act: Act) => readonly AnyFact[];
type Fold = (document: object | undefined, data: object, meta: FactMeta) => object | undefined;

export const openedFact = (category: string, fact: Given, revision: number): OpenedFact => {
  const { type, data, by = SOMEBODY, at = '2016-01-01T00:00:00.000Z', id = newUuid(), ...dating } = fact;
  const meta: FactMeta = {
    id,
    type,
    revision,
    stream: `${category}-${SUBJECT}`,
    subject: SUBJECT,
    h: ZERO_HASH,
    schema: 1,
    cmd: newUuid(),
    actor: by,
    auth: 'pwd',
    via: 'web',
    area: '433124110226',
    recordedAt: at,
    ...dating,
  };
  return { meta, data };
};

const actOf = (setting: Setting): Act => {
  const at = setting.at ?? NOW;
  const rules = setting.rules ?? {};
  return {
    log: LOG,
    cmd: newUuid(),
    actor: SOMEBODY,
    auth: 'pwd',
    via: 'web',
    at,
    stream: `x-${SUBJECT}`,
    subject: SUBJECT,
    today: localDate(at),
    places: EVERYWHERE,
    ...setting,
    rules: { lookup: (key) => (key in rules ? { value: rules[key]!, version: `rule ${key}` } : undefined) },
    referred: <S>(id: string) => (setting.others?.[id] ?? refuse(id)) as S,
  };
};

const refuse = (id: string): never => {
  throw new Rejection('record/unknown-reference', { id });
};

/** What the words of a refusal name and its details do not say. */
const untold = ({ code, details }: Rejection): readonly string[] => {
  const words = Object.values(rejectionCatalogue().get(code) ?? {}).flat() as readonly string[];
  const named = words.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name));
  return named.filter((name) => (details[name] ?? '') === '');
};

const refusalOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (error instanceof Rejection)
      expect({ code: error.code, untold: untold(error) }).toEqual({ code: error.code, untold: [] });
    throw error;
  }
};

/**
 * Given facts, when a command, then facts or a refusal. Commands are validated and facts checked against their classes.
 */
export const specificationOf = (decider: AnyDecider, defaults: Setting = {}) => {
  const stateOf = (facts: readonly Given[]): unknown =>
    amended(facts.map((fact, revision) => openedFact(decider.category, fact, revision))).reduce<unknown>(
      (state, { data, meta }) => {
        const next = (decider.evolve[meta.type] as Evolve)(state, data, meta);
        if (Object.values(next as object).includes(data)) throw new Error(`${meta.type}: keep fields, not the fact`);
        return next;
      },
      decider.initialState,
    );
  const run = (facts: readonly Given[], command: string, body: object, setting: Setting): readonly AnyFact[] => {
    const issues = decider.commands.issues(command, body);
    if (issues) throw new Error(`${command} is no valid command: ${JSON.stringify(issues)}`);
    const act = actOf({
      ...defaults,
      ...setting,
      rules: { ...defaults.rules, ...setting.rules },
      others: { ...defaults.others, ...setting.others },
    });
    const decided = (decider.decide[command] as Decide)(stateOf(facts), body, act);
    for (const { type, data } of decided) {
      const refused =
        decider.events.types.get(type)?.refuse(data) ?? (decider.events.types.has(type) ? undefined : 'unknown');
      if (refused !== undefined) throw new Error(`${type} is no valid event: ${refused}`);
    }
    return decided;
  };
  const given = (...facts: readonly Given[]) => ({
    state: () => stateOf(facts),
    when: (command: string, body: object = {}, setting: Setting = {}) => ({
      decided: () => run(facts, command, body, setting),
      then: (...expected: readonly object[]) => {
        expect(run(facts, command, body, setting)).toEqual(
          expected.map((fact) => expect.objectContaining(fact) as object),
        );
      },
      thenRejected: (code: string, details?: object) => {
        const expected = {
          name: 'Rejection',
          code,
          ...(details && { details: expect.objectContaining(details) as object }),
        };
        expect(() => refusalOf(() => run(facts, command, body, setting))).toThrow(
          expect.objectContaining(expected) as Error,
        );
      },
    }),
  });
  return given;
};

/** Folds facts through a projection. */
export const foldedBy =
  (projection: AnyProjection) =>
  (...facts: readonly Given[]) =>
    amended(facts.map((fact, revision) => openedFact(projection.from.category, fact, revision))).reduce<
      object | undefined
    >(
      (document, { data, meta }) => (projection.on[meta.type] as Fold | undefined)?.(document, data, meta) ?? document,
      undefined,
    );
