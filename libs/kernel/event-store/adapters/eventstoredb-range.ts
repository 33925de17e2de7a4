import type { ReadStreamOptions } from '@eventstore/db-client';
import type { ReadOptions } from '../event-store';

export interface Range {
  readonly low: number;
  readonly asked: ReadStreamOptions;
}

/** What the driver is asked for; `undefined` when nothing can lie there. */
export const rangeOf = ({ from, to, direction = 'forward', limit = -1 }: ReadOptions): Range | undefined =>
  direction === 'backward' ? backwards(to ?? 0, from, limit) : forwards(from ?? 0, to, limit);

/** The smaller of two counts of events, either of which may be absent. */
const atMost = (limit: number, span: number | undefined): { maxCount?: number } => {
  const counts = [limit === -1 ? undefined : limit, span].filter((count) => count !== undefined);
  return counts.length === 0 ? {} : { maxCount: Math.min(...counts) };
};

const forwards = (low: number, high: number | undefined, limit: number): Range | undefined => {
  if (limit === 0 || (high !== undefined && high < low)) return undefined;
  const span = high === undefined ? undefined : high - low + 1;
  return { low, asked: { direction: 'forwards', fromRevision: BigInt(low), ...atMost(limit, span) } };
};

const backwards = (low: number, high: number | undefined, limit: number): Range | undefined => {
  if (limit === 0 || (high !== undefined && high < low)) return undefined;
  const [fromRevision, span] =
    high === undefined ? (['end', undefined] as const) : ([BigInt(high), high - low + 1] as const);
  return { low, asked: { direction: 'backwards', fromRevision, ...atMost(limit, span) } };
};
