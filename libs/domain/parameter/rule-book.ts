import { defineProjection, type RuleBook, type RuleValue } from '@kernel/sourcing';
import { derivedUuid } from '@kernel/format';
import { DEFAULTS } from './defaults';
import { parameterEvents, type ParameterEnacted } from './parameter.events';

/** One version of a parameter: in force in an area from a day on. */
export interface Enactment {
  readonly id: string;
  readonly key: string;
  readonly value: RuleValue;
  readonly area: string;
  readonly from: string;
  readonly to?: string;
  /** Event id of the enactment; a fixed UUID for what ships. */
  readonly version: string;
}

const SHIPPED = '6f1d2f0c-6a55-5e0e-9d6a-2f3d8c1b7a10';

const shipped: readonly Enactment[] = DEFAULTS.map(({ key, value, from }) => {
  const version = derivedUuid(SHIPPED, `${key}/${from}`);
  return { id: version, key, value, area: '', from, version };
});

const valueOf = ({ kind, value }: ParameterEnacted): RuleValue => {
  if (kind === 'number') return Number(value);
  return kind === 'yes-no' ? value === 'yes' : value;
};

export const parameters = defineProjection<Enactment>()({
  name: 'parameters',
  version: 1,
  from: parameterEvents,
  indexes: ['key', 'area'],
  opens: [],
  on: {
    ParameterEnacted: (_, fact, { id, subject, validFrom = '', validTo }) => ({
      id: subject,
      key: fact.key,
      value: valueOf(fact),
      area: fact.area,
      from: validFrom,
      ...(validTo !== undefined && { to: validTo }),
      version: id,
    }),
  },
});

const inForce = (one: Enactment, area: string, on: string): boolean =>
  area.startsWith(one.area) && one.from <= on && (one.to === undefined || on < one.to);

/** The longest matching area wins, then the latest beginning. */
const closer = (a: Enactment, b: Enactment): Enactment => {
  if (a.area.length !== b.area.length) return a.area.length > b.area.length ? a : b;
  return a.from > b.from ? a : b;
};

/** What ships, overlaid by what was enacted. */
export const ruleBook = (enacted: readonly Enactment[] = []): RuleBook => {
  const byKey = new Map<string, Enactment[]>();
  for (const one of [...shipped, ...enacted]) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  return {
    lookup: (key, area, on) => {
      const candidates = (byKey.get(key) ?? []).filter((one) => inForce(one, area, on));
      if (candidates.length === 0) return undefined;
      const { value, version } = candidates.reduce(closer);
      return { value, version };
    },
  };
};

/** Every version that ships, for the parameter page. */
export const shippedParameters = shipped;
