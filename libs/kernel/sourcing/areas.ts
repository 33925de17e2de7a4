import 'reflect-metadata';

/** Levels of an area code by the count of its significant digits. */
const LEVELS = { 2: 'province', 4: 'prefecture', 6: 'county', 9: 'township', 12: 'village' } as const;

export type AreaLevel = (typeof LEVELS)[keyof typeof LEVELS];

const ABOVE_VILLAGE = [2, 4, 6, 9] as const;

/** Digits of a 12-digit code that say something: those of its own level. A shorter prefix is taken as it is. */
export const significant = (code: string): string => {
  const level = code.length === 12 ? ABOVE_VILLAGE.find((digits) => /^0+$/.test(code.slice(digits))) : undefined;
  return code.slice(0, level ?? code.length);
};

/** The whole code of 12 digits of a code or prefix. */
export const wholeCode = (code: string): string => code.padEnd(12, '0');

/** Level of a code or prefix; `undefined` for a length that no level has. */
export const levelOf = (code: string): AreaLevel | undefined =>
  LEVELS[significant(wholeCode(code)).length as keyof typeof LEVELS];

/** The areas that the log has recorded. A snapshot, so that `decide` stays pure. */
export interface Directory {
  /** Whether a code, or a prefix that stands for one, names an area in force on a civil date. */
  known(code: string, on: string): boolean;
  /** Counties of this log, by their 6 digits; none before the first list of areas. */
  readonly counties: ReadonlySet<string>;
  /** The area, of 12 digits, that holds all of the log's counties; absent before the first list. */
  readonly own?: string | undefined;
  /**
   * Where a record counts as standing: outside the log's counties nothing stands, so such a record is the county's own.
   */
  home(area: string): string;
}

const AT_LEVEL = Symbol('at level');

/** The levels that an area in this field (marked `@Clear('area')`) may have; without it any level will do. */
export const AtLevel =
  (...levels: readonly AreaLevel[]) =>
  (prototype: object, key: string): void => {
    Reflect.defineMetadata(AT_LEVEL, levels, prototype, key);
  };

/** What `AtLevel` says of a field. */
export const levelsAt = (prototype: object, key: string): readonly AreaLevel[] | undefined =>
  Reflect.getMetadata(AT_LEVEL, prototype, key) as readonly AreaLevel[] | undefined;
