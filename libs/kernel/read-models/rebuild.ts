import type { EventStore } from '@kernel/event-store';
import { CORRECTION, type AnyProjection } from '@kernel/sourcing';
import { documentKey, foldedTypes, refolded, type FoldSource } from './folding';
import { viewOf } from './view-folder';
import type { ReadModels, ViewDefinition } from './read-models';
import { foldDocument } from './time-travel';

export interface Rebuilt {
  readonly view: string;
  readonly events: number;
  readonly documents: number;
  /** The fresh fold and the view that readers see have the same digest. */
  readonly equal: boolean;
}

export interface RebuildParts {
  readonly store: Pick<EventStore, 'head' | 'read' | 'readAll'>;
  readonly models: ReadModels;
  /** Where the fresh fold is written; default: beside the view. */
  readonly fresh?: ReadModels;
  readonly projection: AnyProjection;
  readonly open: FoldSource['open'];
  readonly progress?: (events: number) => void;
}

const WRITE = 5000;

const corrects = ({ asStored = false }: AnyProjection, type: string): boolean => !asStored && type === CORRECTION;

/** The whole log folded in memory: documents by id. */
const foldAll = async ({ store, projection, open, progress }: RebuildParts) => {
  const documents = new Map<string, object | undefined>();
  const corrected = new Map<string, number>();
  let events = 0;
  for await (const page of store.readAll({ types: foldedTypes(projection), pageSize: 2000 })) {
    for (const { type, stream } of page) if (corrects(projection, type)) corrected.set(stream, 0);
    for (const fact of await open(page, projection)) {
      if (!(fact.meta.type in projection.on)) continue;
      const key = documentKey(projection, fact.data, fact.meta);
      documents.set(key, foldDocument(projection, [fact], documents.get(key)));
    }
    events += page.length;
    progress?.(events);
  }
  const source: FoldSource = { open, stream: (name, to) => store.read(name, { to }) };
  for (const stream of corrected.keys()) {
    const anew = await refolded(source, projection, stream, Number.MAX_SAFE_INTEGER);
    for (const [key, document] of anew) documents.set(key, document);
  }
  return { documents, events };
};

/** Writes documents in order of id, in large transactions. */
const writeAll = async (
  models: ReadModels,
  view: ViewDefinition,
  documents: ReadonlyMap<string, object | undefined>,
  checkpoint: string,
) => {
  const ids = [...documents.keys()].filter((id) => documents.get(id) !== undefined).sort();
  for (let at = 0; at < ids.length; at += WRITE) {
    const puts = new Map(ids.slice(at, at + WRITE).map((id) => [id, documents.get(id)!]));
    await models.write(view, { puts, deletes: [], checkpoint }, 0);
  }
};

/**
 * Folds the whole log anew beside the live view and compares. The projector must stand still and be caught up.
 * With `repair`, a view that differs is replaced by the fresh fold.
 */
export const rebuild = async (parts: RebuildParts, { repair = false } = {}): Promise<Rebuilt> => {
  const { models, projection, store } = parts;
  const view = viewOf(projection);
  const head = (await store.head()) ?? '';
  const beside = parts.fresh ?? models;
  const fresh: ViewDefinition = { ...view, name: `${view.name}~fresh` };
  await beside.drop(fresh);
  await beside.prepare(fresh);
  const { documents, events } = await foldAll(parts);
  await writeAll(beside, fresh, documents, head);
  const [before, after] = [await models.digest(view), await beside.digest(fresh)];
  await beside.drop(fresh);
  const equal = before.digest === after.digest;
  if (!equal && repair) {
    await models.clear(view);
    await writeAll(models, view, documents, head);
    await models.write(view, { puts: new Map(), deletes: [], checkpoint: head }, events);
  }
  return { view: view.name, events, documents: after.documents, equal };
};
