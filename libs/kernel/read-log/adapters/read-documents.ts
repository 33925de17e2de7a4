import type { Document, Filter } from 'mongodb';
import { chainedHash, readCursorOf, FIRST_PREV, readText, type ReadCursor } from '../read-chain';
import type { ReadQuery, ReadRecord } from '../read-log';

export interface ReadDocument {
  /** `<day>/<index of ten digits>`: unique, so that no two processes write one place of a chain. */
  readonly _id: string;
  readonly day: string;
  readonly idx: number;
  /** Who wrote it: finds out whether a write whose answer was lost is there. */
  readonly writer: string;
  /** The end of a closed segment; it has no record. */
  readonly end: boolean;
  readonly glass: boolean;
  readonly actor: string;
  readonly view: string;
  readonly subjects: readonly string[];
  readonly text: string;
  readonly h: string;
}

export interface Waiting {
  readonly read: ReadRecord;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export const placeOf = (day: string, idx: number): string => `${day}/${String(idx).padStart(10, '0')}`;

export const chained = (
  day: string,
  last: ReadDocument | null,
  waiting: readonly Waiting[],
  writer: string,
): readonly ReadDocument[] => {
  let [idx, prev] = [last?.idx ?? -1, last?.h ?? FIRST_PREV];
  return waiting.map(({ read }) => {
    const text = readText(read);
    idx += 1;
    prev = chainedHash(prev, text);
    const { actor, view, subjects } = read;
    const fields = { actor, view, subjects: [...new Set(subjects)], glass: read.glass !== undefined, text, h: prev };
    return { _id: placeOf(day, idx), day, idx, writer, end: false, ...fields };
  });
};

/** The parts of a list that are still to be shown, each with the place where it goes on. @throws BadQuery */
export const partsOf = ({
  after,
  onlyGlass = false,
}: ReadQuery): readonly (readonly [ReadCursor['part'], ReadCursor | undefined])[] => {
  const cursor = after === undefined ? undefined : readCursorOf(after);
  const glass = cursor?.part === 'other' ? [] : [['glass', cursor] as const];
  return onlyGlass ? glass : [...glass, ['other', cursor?.part === 'other' ? cursor : undefined]];
};

export const filterOf = (
  { actor, subjects, view, from, to }: ReadQuery,
  part: ReadCursor['part'],
  after: ReadCursor | undefined,
): Filter<ReadDocument> => {
  const day: Document = { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lte: to }) };
  return {
    end: false,
    glass: part === 'glass',
    ...(after && { _id: { $lt: placeOf(after.day, after.index) } }),
    ...(actor !== undefined && { actor }),
    ...(view !== undefined && { view }),
    ...(Object.keys(day).length > 0 && { day }),
    ...(subjects !== undefined && { subjects: { $in: [...subjects] } }),
  };
};
