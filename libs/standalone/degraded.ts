import type { System } from './system';

/** What should be mended although recording and reading go on: a stable code, how many, and words for the operator. */
export interface Degraded {
  readonly code: string;
  readonly count: number;
  readonly zh: string;
  readonly en: string;
}

type Condition = (system: System) => Promise<Omit<Degraded, 'code'> | undefined>;

const CONDITIONS: Readonly<Record<string, Condition>> = {
  'documents-parked': async ({ projector }) => {
    const { length: count } = await projector.parked();
    return count === 0
      ? undefined
      : {
          count,
          zh: `${String(count)} 份文档无法生成,已搁置:见运行情况`,
          en: `${String(count)} documents do not fold and are parked: see operations`,
        };
  },
  'effects-parked': async ({ processes }) => {
    const { length: count } = await processes.parked();
    return count === 0
      ? undefined
      : {
          count,
          zh: `${String(count)} 项联动登记无法办理,已搁置:见运行情况`,
          en: `${String(count)} effects cannot be carried out and are parked: see operations`,
        };
  },
};

/** Everything that is degraded now, one entry a condition. */
export const degradedOf = async (system: System): Promise<readonly Degraded[]> => {
  const found = await Promise.all(
    Object.entries(CONDITIONS).map(async ([code, condition]) => {
      const one = await condition(system);
      return one && { code, ...one };
    }),
  );
  return found.flatMap((one) => one ?? []);
};
