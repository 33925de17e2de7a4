import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import { canonical } from '@kernel/format';
import { type ViewDefinition } from '../read-models';
import { ViewQuery, type ViewDocument } from './mongo-query';

/** Which version readers see: one document a view, changed in one step. */
export interface Pointer {
  readonly _id: string;
  readonly version: number;
}

export interface Live {
  readonly documents: Collection<ViewDocument>;
  readonly query: ViewQuery;
  readonly until: number;
}

export interface MongoReadModelsOptions {
  /** Milliseconds after which a writer that is silent is replaced. */
  readonly lease?: number;
  /** Milliseconds for which a replaced version and a deleted document are kept: longer than any request or pause. */
  readonly keep?: number;
}

export const keyOf = ({ name, version }: Pick<ViewDefinition, 'name' | 'version'>): string =>
  `${name}@${String(version)}`;

export const digestOf = async (
  view: Collection<ViewDocument>,
): Promise<{ readonly documents: number; readonly digest: string }> => {
  const hash = createHash('sha256');
  let documents = 0;
  const sorted = { sort: { _id: 1 }, projection: { doc: 1 }, batchSize: 1000 } as const;
  for await (const { _id, doc } of view.find({ gone: null as never }, sorted)) {
    documents += 1;
    hash.update(`${_id}\n${canonical(doc)}\n`);
  }
  return { documents, digest: hash.digest('hex') };
};
