import type { StoredEvent } from '@kernel/event-store';
import { amended, CORRECTION, type AnyProjection, type FactMeta, type OpenedFact } from '@kernel/sourcing';
import { foldDocument } from './time-travel';

/** What the kernel needs to fold: opened events, and whole streams for those that were corrected. */
export interface FoldSource {
  readonly open: (events: readonly StoredEvent[], projection: AnyProjection) => Promise<readonly OpenedFact[]>;
  /** The events of a stream up to and including a revision. */
  readonly stream: (name: string, to: number) => Promise<readonly StoredEvent[]>;
}

/** Document an event belongs to: by default its stream's own subject. */
export const documentKey = (projection: AnyProjection, data: object, meta: FactMeta): string =>
  projection.key?.(data, meta) ?? meta.subject;

/** Event types that a projection folds; corrections reach every projection of their category. */
export const foldedTypes = (projection: AnyProjection): readonly string[] => {
  const own = Object.keys(projection.on);
  return projection.from.types.has(CORRECTION) && !own.includes(CORRECTION) ? [...own, CORRECTION] : own;
};

/** A whole stream folded anew, corrections included where the projection takes them: one document per key. */
export const refolded = async (
  source: FoldSource,
  projection: AnyProjection,
  stream: string,
  to: number,
): Promise<ReadonlyMap<string, object | undefined>> => {
  const opened = await source.open(await source.stream(stream, to), projection);
  const facts = projection.asStored ? opened : amended(opened);
  const byKey = new Map<string, OpenedFact[]>();
  for (const fact of facts) {
    if (!(fact.meta.type in projection.on)) continue;
    const key = documentKey(projection, fact.data, fact.meta);
    byKey.set(key, [...(byKey.get(key) ?? []), fact]);
  }
  return new Map([...byKey].map(([key, of]) => [key, foldDocument(projection, of)]));
};

/** Streams that a page corrects, with their last revision in the page: they are folded anew up to there. */
export const correctedStreams = (events: readonly StoredEvent[]): ReadonlyMap<string, number> => {
  const streams = new Set(events.filter(({ type }) => type === CORRECTION).map(({ stream }) => stream));
  const last = new Map<string, number>();
  for (const { stream, revision } of events) if (streams.has(stream)) last.set(stream, revision);
  return last;
};
