import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { Position } from '@kernel/event-store';
import type { ViewDefinition } from '../read-models';
import { indexedValues, sortable, type ViewDocument } from './mongo-query';

interface Written {
  readonly position: Position;
  readonly view: ViewDefinition;
  readonly puts: ReadonlyMap<string, object>;
  readonly deletes: readonly string[];
}

const DUPLICATE = 11_000;

/** Ids whose write met a document that is already there. @throws any other error of a bulk write */
const refusedOf = (error: unknown, ids: readonly string[]): readonly string[] => {
  const { writeErrors } = error as { writeErrors?: unknown };
  const list = [writeErrors ?? []].flat() as { code: number; index: number }[];
  if (list.length === 0 || list.some(({ code }) => code !== DUPLICATE)) throw error;
  return list.map(({ index }) => ids[index]!);
};

/** Documents of one command: none takes so long that the line is believed dead. */
const COMMAND = 500;
/** Commands under way at once: a server works at each connection's in turn, and at different ones side by side. */
const LANES = 4;
/** Documents for which a connection of their own is worth it. */
const LANE = 32;

const lanesOf = (ids: readonly string[]): readonly (readonly string[])[] => {
  const size = Math.max(LANE, Math.ceil(ids.length / LANES));
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, lane) => ids.slice(lane * size, (lane + 1) * size));
};

/** Writes some ids a command, and answers those whose write met a document. */
const inOneLane = async (
  ids: readonly string[],
  write: (some: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> => {
  const refused: string[] = [];
  for (let at = 0; at < ids.length; at += COMMAND) {
    const some = ids.slice(at, at + COMMAND);
    try {
      await write(some);
    } catch (error) {
      refused.push(...refusedOf(error, some));
    }
  }
  return refused;
};

/**
 * In lanes side by side: a batch holds a document once, and the next batch waits for all of them, also when one fails.
 */
const tried = async (
  ids: readonly string[],
  write: (some: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> => {
  const lanes = await Promise.allSettled(lanesOf(ids).map((lane) => inOneLane(lane, write)));
  return lanes.flatMap((lane) => {
    if (lane.status === 'rejected') throw lane.reason;
    return lane.value;
  });
};

/**
 * Writes a batch so that repeating it, or being late with it, changes nothing. A document goes forward only: the filter
 * asks for one that is not beyond the batch, so that a farther one makes the upsert insert and meet the same `_id`
 * (E11000).
 */
export const writeDocuments = async (
  collection: Collection<ViewDocument>,
  { position, view, puts, deletes }: Written,
  loaded: ReadonlySet<string> = new Set(),
): Promise<void> => {
  const at = sortable(position);
  const stand = { at, ...(at !== position && { position }) };
  const documents = new Map<string, Omit<ViewDocument, '_id'>>();
  for (const [id, document] of puts) {
    const doc = JSON.parse(JSON.stringify(document)) as object;
    documents.set(id, { ...stand, doc, i: indexedValues(view.indexes, doc) });
  }
  const gone = new Date();
  for (const id of deletes) documents.set(id, { ...stand, gone });

  const insert = (ids: readonly string[]) =>
    collection.insertMany(
      ids.map((_id) => ({ _id, ...documents.get(_id)! })),
      { ordered: false },
    );
  const replace = (ids: readonly string[]) =>
    collection.bulkWrite(
      ids.map((_id): AnyBulkWriteOperation<ViewDocument> => {
        const replacement = documents.get(_id)!;
        return { replaceOne: { filter: { _id, at: { $lte: at } }, replacement, upsert: true } };
      }),
      { ordered: false },
    );

  const ids = [...documents.keys()];
  const fresh = ids.filter((id) => !loaded.has(id));
  const known = ids.filter((id) => loaded.has(id));
  const there = await tried(fresh, insert);
  const second = [...known, ...there];
  const third = await tried(second, replace);
  // Two upserts that insert at once also meet: only a document that is still in the way now lies farther on.
  await tried(third, replace);
};
