import type { ReadLog, ReadQuery, ReadRecord } from './read-log';

/** Everything that one account saw of somebody, in one line. */
export interface ReaderLine {
  readonly actor: string;
  readonly post?: string;
  readonly times: number;
  /** Times through a broken glass. */
  readonly throughGlass: number;
  readonly first: string;
  readonly last: string;
  readonly purposes: readonly string[];
  /** Times by view. */
  readonly views: Readonly<Record<string, number>>;
}

const PAGE = 500;

const begun = ({ actor, post, at }: ReadRecord): ReaderLine => ({
  actor,
  ...(post !== undefined && { post }),
  times: 0,
  throughGlass: 0,
  first: at,
  last: at,
  purposes: [],
  views: {},
});

const lineWith = (line: ReaderLine, { at, purpose, view, glass }: ReadRecord): ReaderLine => ({
  ...line,
  times: line.times + 1,
  throughGlass: line.throughGlass + (glass === undefined ? 0 : 1),
  first: line.first < at ? line.first : at,
  last: line.last > at ? line.last : at,
  purposes: [...new Set([...line.purposes, purpose])],
  views: { ...line.views, [view]: (line.views[view] ?? 0) + 1 },
});

const glassFirst = (a: ReaderLine, b: ReaderLine): number => {
  if (a.throughGlass > 0 !== b.throughGlass > 0) return a.throughGlass > 0 ? -1 : 1;
  return a.last < b.last ? 1 : -1;
};

/** Who looked: one line a reader, those through a broken glass first, then the latest. */
export const readersOf = async (
  reads: ReadLog,
  query: Omit<ReadQuery, 'limit' | 'after'>,
): Promise<readonly ReaderLine[]> => {
  const lines = new Map<string, ReaderLine>();
  for (let after: string | undefined; ;) {
    const page = await reads.list({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    for (const read of page.items) lines.set(read.actor, lineWith(lines.get(read.actor) ?? begun(read), read));
    if (page.next === undefined) return [...lines.values()].sort(glassFirst);
    after = page.next;
  }
};
