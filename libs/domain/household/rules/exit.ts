import { refuse } from '../refusals';
import type { PovertyLine } from './income';

interface Item {
  readonly item: string;
  readonly result: string;
}

/** E1 income, E2 food, E3 clothing, E4 schooling, E5 medical care, E6 housing, E7 water (两不愁三保障及饮水). */
export const NATIONAL_ITEMS = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'];

/** Every national item is answered; local ones from E8 on may follow. */
export const mustHaveAllItems = (items: readonly Item[]): void => {
  const answered = new Set(items.map(({ item }) => item));
  const open = NATIONAL_ITEMS.filter((item) => !answered.has(item));
  if (open.length > 0) throw refuse('household/items-incomplete', { items: open.join(', ') });
};

export const unmetItems = (items: readonly Item[]): void => {
  const unmet = items.filter(({ result }) => result === 'not-met').map(({ item }) => item);
  if (unmet.length > 0) throw refuse('household/item-not-met', { items: unmet.join(', ') });
};

/** Income is above the line when it reaches it (稳定超过标准 is judged by the survey's E1). */
export const mustReachLine = (perHeadFen: number, line: PovertyLine, year: number): void => {
  if (perHeadFen < line.fen)
    throw refuse('household/income-below-line', {
      year,
      rule: `povertyLine.${line.series}.${String(year)}`,
      lineFen: line.fen,
    });
};
