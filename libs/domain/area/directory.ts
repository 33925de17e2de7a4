import { levelOf, significant, wholeCode, type Directory } from '@kernel/sourcing';
import { countiesOf, type Area, type AreaList } from './area';

const LEVELS = [2, 4, 6, 9, 12];

/** An area with the days in which it is in force, both open where nothing was said. */
type Entry = Area & Pick<AreaList, 'from' | 'to'>;

/** Every area known, by code and by the names along its path; the last word about an area counts. */
export class AreaDirectory implements Directory {
  readonly counties: ReadonlySet<string>;
  /** The area, of 12 digits, that holds all of the log's counties; `undefined` before the first list. */
  readonly own: string | undefined;
  readonly #byCode: ReadonlyMap<string, Entry>;
  readonly #byPath: ReadonlyMap<string, string>;

  constructor(lists: readonly AreaList[]) {
    const areas = lists.flatMap(({ areas: listed, from, to }) =>
      listed.map((area) => ({ ...area, ...termOf(from, to) })),
    );
    this.counties = countiesOf(areas);
    this.own = holding([...this.counties]);
    this.#byCode = new Map(areas.map((area) => [area.code, area]));
    this.#byPath = new Map(
      areas.filter(({ code }) => levelOf(code) === 'village').map((area) => [this.#path(area), area.code]),
    );
  }

  get size(): number {
    return this.#byCode.size;
  }

  known(code: string, on: string): boolean {
    const area = this.#byCode.get(wholeCode(code));
    return area !== undefined && (area.from ?? '') <= on && (area.to === undefined || on < area.to);
  }

  home(area: string): string {
    return this.own === undefined || this.counties.has(area.slice(0, 6)) ? area : this.own;
  }

  name(code: string): string | undefined {
    return this.#byCode.get(code)?.name;
  }

  /** The days in which an area is in force, as far as they were said. */
  term(code: string): Pick<AreaList, 'from' | 'to'> {
    const { from, to } = this.#byCode.get(code) ?? {};
    return termOf(from, to);
  }

  /** 12-digit code of a village by the names of its township and itself; `undefined` when unknown. */
  village(township: string, village: string): string | undefined {
    return this.#byPath.get(`${township}/${village}`) ?? this.#byPath.get(`${township}/${village}村`);
  }

  /** Areas directly below a prefix. */
  below(prefix: string): readonly Area[] {
    const next = LEVELS.find((digits) => digits > prefix.length) ?? 12;
    return [...this.#byCode.values()].filter(
      ({ code }) => code.startsWith(prefix) && significant(code).length === next,
    );
  }

  #path({ code, name }: Area): string {
    const township = this.#byCode.get(wholeCode(code.slice(0, 9)))?.name ?? '';
    return `${township}/${name}`;
  }
}

const termOf = (from: string | undefined, to: string | undefined): Pick<AreaList, 'from' | 'to'> => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

/** The lowest area that holds all these counties; of counties without one in common the first. */
const holding = ([first, ...others]: readonly string[]): string | undefined => {
  const prefix = [6, 4, 2]
    .map((digits) => first?.slice(0, digits) ?? '')
    .find((one) => others.every((other) => other.startsWith(one)));
  return first && wholeCode(prefix ?? first);
};

/** Reads `code,name` lines; shorter codes are filled with zeros. @throws Error naming the line */
export const readAreas = (csv: string): readonly Area[] => {
  const lines = csv.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const [code = '', name = ''] = line.split(',').map((cell) => cell.trim());
    if (line.trim() === '' || (index === 0 && !/^\d/.test(code))) return [];
    if (!/^\d{2,12}$/.test(code) || name === '')
      throw new Error(`line ${String(index + 1)} is not "code,name": ${line}`);
    return [{ code: wholeCode(code), name }];
  });
};
