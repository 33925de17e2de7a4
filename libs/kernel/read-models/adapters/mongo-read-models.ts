import type { Collection, Db } from 'mongodb';
import { ensureIndexes, ignoringDuplicate } from '@kernel/engines/adapters/mongo-connection';
import {
  ReadModels,
  UnknownView,
  type Batch,
  type ViewCheckpoint,
  type Kept,
  type Page,
  type Query,
  type ViewDefinition,
} from '../read-models';
import { revivedValue } from './documents';
import { writeDocuments } from './mongo-batch';
import { MongoLeases, type VersionRow } from '@kernel/engines/adapters/mongo-leases';
import { indexesOf, sortable, ViewQuery, type ViewDocument } from './mongo-query';
import { cursorOf } from './view-query';
import { type Pointer, type Live, type MongoReadModelsOptions, keyOf, digestOf } from './mongo-views';

/** How long a process may believe that it knows the live version. */
const FRESH = 1000;

/**
 * Views in MongoDB: a collection for each version, one pointer document a view. Without transactions: documents carry
 * the position of their batch and never go back behind it, the checkpoint follows, one process has the lease.
 */
export class MongoReadModels extends ReadModels {
  readonly #versions: Collection<VersionRow>;
  readonly #pointers: Collection<Pointer>;
  readonly #asked: Collection<{ readonly _id: string }>;
  readonly #leases: MongoLeases;
  readonly #keep: number;
  readonly #live = new Map<string, Live>();
  readonly #loaded = new Map<string, ReadonlySet<string>>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(
    private readonly db: Db,
    { lease = 15_000, keep = 600_000 }: MongoReadModelsOptions = {},
  ) {
    super();
    this.#versions = db.collection<VersionRow>('view-versions');
    this.#pointers = db.collection<Pointer>('views');
    this.#asked = db.collection('views-asked');
    this.#leases = new MongoLeases(this.#versions, () => this.#now(), lease);
    this.#keep = keep;
    this.#sweeping = setInterval(() => void this.sweep().catch(() => undefined), keep / 2);
    this.#sweeping.unref();
  }

  async prepare(view: ViewDefinition, begun = false): Promise<{ readonly live: boolean }> {
    const key = keyOf(view);
    const known = await this.#versions.findOneAndUpdate({ _id: key }, { $unset: { retired: '' } });
    if (known && JSON.stringify(known.fields ?? []) !== JSON.stringify(view.indexes)) await this.#empty(view);
    else if (!known) await this.#create(view);
    const pointing = { $setOnInsert: { version: view.version } };
    if (!begun) await ignoringDuplicate(this.#pointers.updateOne({ _id: view.name }, pointing, { upsert: true }));
    const pointer = await this.#pointers.findOne({ _id: view.name });
    return { live: pointer?.version === view.version };
  }

  async get<D extends object>({ name: view }: ViewDefinition<D>, id: string): Promise<D | undefined> {
    const { documents } = await this.#table(view);
    const found = await documents.findOne({ _id: id, gone: null as never });
    return found?.doc && (revivedValue(found.doc) as D);
  }

  async find<D extends object>({ name: view }: ViewDefinition<D>, query: Query): Promise<Page<D>> {
    const { documents, query: compiled } = await this.#table(view);
    const limit = Math.min(Math.max(query.limit ?? 50, 1), 1000);
    const found = await documents
      .find(compiled.page(query), { sort: compiled.sort(query), limit: limit + 1, projection: { doc: 1 } })
      .toArray();
    const items = found.slice(0, limit).map(({ doc }) => revivedValue(doc) as D);
    const last = items.at(-1);
    return { items, ...(found.length > limit && last && { next: cursorOf(last, query.sort ?? 'id') }) };
  }

  async count({ name: view }: ViewDefinition, query: Pick<Query, 'where' | 'any'>): Promise<number> {
    const { documents, query: compiled } = await this.#table(view);
    return documents.countDocuments(compiled.filter(query));
  }

  async countBy(
    { name: view }: ViewDefinition,
    field: string,
    query: Pick<Query, 'where' | 'any'>,
  ): Promise<Readonly<Record<string, number>>> {
    const { documents, query: compiled } = await this.#table(view);
    const counted = await documents
      .aggregate<{ _id: unknown; n: number }>([
        { $match: compiled.filter(query) },
        { $group: { _id: `$${compiled.path(field)}`, n: { $sum: 1 } } },
      ])
      .toArray();
    return Object.fromEntries(counted.map(({ _id, n }) => [String(_id), n]));
  }

  claim(view: ViewDefinition, signal?: AbortSignal): Promise<void> {
    return this.#leases.claim(keyOf(view), signal);
  }

  async load(view: ViewDefinition, ids: readonly string[]): Promise<readonly Kept[]> {
    const documents = await this.#documents(view);
    const found = await documents.find({ _id: { $in: [...ids] } }, { projection: { i: 0 } }).toArray();
    const byId = new Map(found.map((one) => [one._id, one]));
    this.#loaded.set(keyOf(view), new Set(byId.keys()));
    return ids.map((id) => {
      const one = byId.get(id);
      if (!one) return {};
      return { upTo: one.position ?? one.at, ...(one.doc && { document: revivedValue(one.doc) as object }) };
    });
  }

  write(view: ViewDefinition, { puts, deletes, checkpoint }: Batch, events: number): Promise<void> {
    const key = keyOf(view);
    return this.#leases.inTurn(key, async () => {
      const lease = await this.#leases.hold(key);
      const documents = this.db.collection<ViewDocument>(lease.collection);
      await writeDocuments(documents, { position: checkpoint, puts, deletes, view }, this.#loaded.get(key));
      await this.#leases.change(key, lease, { position: checkpoint, at: sortable(checkpoint) }, events);
    });
  }

  async checkpoint(view: ViewDefinition): Promise<ViewCheckpoint> {
    const row = await this.#versions.findOne({ _id: keyOf(view) });
    return { events: row?.events ?? 0, ...(row?.position && { position: row.position }) };
  }

  async swap(view: ViewDefinition): Promise<void> {
    await this.#leases.hold(keyOf(view));
    await this.#pointers.updateOne({ _id: view.name }, { $set: { version: view.version } }, { upsert: true });
    this.#live.delete(view.name);
    const retired = new Date(await this.#now());
    await this.#versions.updateMany({ name: view.name, version: { $ne: view.version } }, { $set: { retired } });
  }

  async ask(id: string): Promise<void> {
    await ignoringDuplicate(this.#asked.insertOne({ _id: id }));
  }

  async takeAsked(mine: (id: string) => boolean): Promise<readonly string[]> {
    const ids = (await this.#asked.find().toArray()).map(({ _id }) => _id).filter(mine);
    if (ids.length > 0) await this.#asked.deleteMany({ _id: { $in: ids } });
    return ids;
  }

  async clear(view: ViewDefinition): Promise<void> {
    await this.#empty(view);
  }

  async digest(view: ViewDefinition): Promise<{ readonly documents: number; readonly digest: string }> {
    return digestOf(await this.#documents(view));
  }

  async drop(view: ViewDefinition): Promise<void> {
    const row = await this.#versions.findOne({ _id: keyOf(view) });
    if (!row) return;
    await this.#leases.hold(row._id);
    await this.#pointers.deleteOne({ _id: view.name, version: view.version });
    this.#live.delete(view.name);
    await this.#remove(row);
  }

  /** Drops versions and deleted documents that were kept long enough; a timer calls it. */
  async sweep(): Promise<void> {
    const before = new Date((await this.#now()) - this.#keep);
    for (const row of await this.#versions.find({ retired: { $lt: before } }).toArray()) await this.#remove(row);
    for (const row of await this.#versions.find({ _id: { $in: [...this.#leases.keys] } }).toArray())
      await this.db
        .collection<ViewDocument>(row.collection)
        .deleteMany({ gone: { $lt: before }, at: { $lte: row.at } });
  }

  /** Gives the leases back. The client belongs to the composition. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#leases.release();
  }

  /** Where every process has the same time. */
  async #now(): Promise<number> {
    const { localTime } = (await this.db.command({ hello: 1 })) as { localTime: Date };
    return localTime.getTime();
  }

  async #table(view: string): Promise<Live> {
    const known = this.#live.get(view);
    if (known && performance.now() < known.until) return known;
    const pointer = await this.#pointers.findOne({ _id: view });
    const row = pointer && (await this.#versions.findOne({ _id: keyOf({ name: view, version: pointer.version }) }));
    if (!row) throw new UnknownView(view);
    const documents = this.db.collection<ViewDocument>(row.collection);
    const live = { documents, query: new ViewQuery(view, row.fields ?? []), until: performance.now() + FRESH };
    this.#live.set(view, live);
    return live;
  }

  async #documents(view: ViewDefinition): Promise<Collection<ViewDocument>> {
    const held = this.#leases.held(keyOf(view));
    if (held) return this.db.collection<ViewDocument>(held.collection);
    const row = await this.#versions.findOne({ _id: keyOf(view) });
    if (!row) throw new UnknownView(view.name);
    return this.db.collection<ViewDocument>(row.collection);
  }

  async #create({ name, version, indexes }: ViewDefinition): Promise<void> {
    const collection = `${name}_v${String(version)}`;
    await ensureIndexes(this.db.collection(collection), indexesOf(indexes));
    const row = { name, version, fields: indexes, collection, position: null, at: '', events: 0 };
    await ignoringDuplicate(
      this.#versions.updateOne({ _id: keyOf({ name, version }) }, { $setOnInsert: row }, { upsert: true }),
    );
  }

  /** Begins a version anew in another collection, so that whoever is late writes into nothing. */
  async #empty({ name, version, indexes }: ViewDefinition): Promise<void> {
    const key = keyOf({ name, version });
    const lease = await this.#leases.hold(key);
    const collection = `${name}_v${String(version)}_${String(lease.fence)}`;
    await ensureIndexes(this.db.collection(collection), indexesOf(indexes));
    await this.#leases.change(key, lease, { fields: indexes, collection, position: null, at: '', events: 0 });
    this.#leases.forget(key);
    this.#live.delete(name);
    this.#loaded.delete(key);
    await this.db.collection(lease.collection).drop();
  }

  async #remove({ _id, collection, retired }: VersionRow): Promise<void> {
    const { deletedCount } = await this.#versions.deleteOne({ _id, collection, ...(retired && { retired }) });
    if (deletedCount === 0) return;
    this.#leases.forget(_id);
    this.#loaded.delete(_id);
    await this.db.collection(collection).drop();
  }
}
