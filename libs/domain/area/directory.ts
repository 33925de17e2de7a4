import type { Area, AreaList } from './area';

const LEVELS = [2, 4, 6, 9, 12];

/** Significant digits of a code: `433124110000` → `433124110`. */
export const significant = (code: string): string => {
  const full = code.padEnd(12, '0');
  const length = LEVELS.find((digits) => /^0*$/.test(full.slice(digits))) ?? 12;
  return full.slice(0, length);
};

/** Every area known, by code and by the names along its path. */
export class AreaDirectory {
  readonly #byCode: ReadonlyMap<string, Area>;
  readonly #byPath: ReadonlyMap<string, string>;

  constructor(lists: readonly AreaList[]) {
    const areas = lists.flatMap((list) => list.areas);
    this.#byCode = new Map(areas.map((area) => [area.code, area]));
    this.#byPath = new Map(
      areas.filter(({ code }) => significant(code).length === 12).map((area) => [this.#path(area), area.code]),
    );
  }

  get size(): number {
    return this.#byCode.size;
  }

  name(code: string): string | undefined {
    return this.#byCode.get(code)?.name;
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
    const township = this.#byCode.get(code.slice(0, 9).padEnd(12, '0'))?.name ?? '';
    return `${township}/${name}`;
  }
}

/** Reads `code,name` lines; shorter codes are filled with zeros. @throws Error naming the line */
export const readAreas = (csv: string): readonly Area[] => {
  const lines = csv.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const [code = '', name = ''] = line.split(',').map((cell) => cell.trim());
    if (line.trim() === '' || (index === 0 && !/^\d/.test(code))) return [];
    if (!/^\d{2,12}$/.test(code) || name === '')
      throw new Error(`line ${String(index + 1)} is not "code,name": ${line}`);
    return [{ code: code.padEnd(12, '0'), name }];
  });
};
