/**
 * Runs work inside a span of a trace: named, below the W3C `traceparent`s of the events that caused it. The work is
 * given the `traceparent` under which what it causes belongs. Nothing depends on it.
 */
export type Tracer = <T>(
  span: string,
  parents: readonly string[],
  work: (traceparent: string | undefined) => Promise<T>,
) => Promise<T>;

/** Without traces the cause is passed on as it came. */
export const untraced: Tracer = (_span, parents, work) => work(parents[0]);
