import { refuse } from '../refusals';
import type { Act } from '@kernel/sourcing';

interface Line {
  readonly kind: string;
  readonly fen: number;
}

/** The days that an income is computed over. @throws Rejection `household/no-period` */
export const mustBePeriod = ({ periodFrom, periodBefore }: { periodFrom: string; periodBefore: string }): void => {
  if (periodFrom >= periodBefore) throw refuse('household/no-period', { periodFrom, periodBefore });
};

/** Income computation: net = wage + business + property + transfer − expenditure; per head, rounded down to the fen. */
export const incomeOf = (
  lines: readonly Line[],
  expenditureFen: number,
  heads: number,
): { netFen: number; perHeadFen: number } => {
  if (heads === 0) throw refuse('household/nobody-left');
  const netFen = lines.reduce((sum, { fen }) => sum + fen, 0) - expenditureFen;
  return { netFen, perHeadFen: Math.floor(netFen / heads) };
};

export interface PovertyLine {
  readonly series: 'exit' | 'statistical';
  readonly fen: number;
  readonly version: string;
}

/** The poverty line of a year in an area, of the series that the area uses. @throws Rejection `household/no-line` */
export const lineOf = (act: Act, area: string, year: number): PovertyLine => {
  const series =
    act.rules.lookup('povertyLine.series', area, act.today)?.value === 'statistical' ? 'statistical' : 'exit';
  const line = act.rules.lookup(`povertyLine.${series}.${String(year)}`, area, act.today);
  if (!line) throw refuse('household/no-line', { year, series });
  return { series, fen: Number(line.value), version: line.version };
};
