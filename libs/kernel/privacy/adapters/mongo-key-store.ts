import type { Collection, Db } from 'mongodb';
import { missing } from '@kernel/engines';
import { ensureIndexes, isDuplicate } from '@kernel/engines/adapters/mongo-connection';
import type { KeyOwner, ListedKey } from '../key-store';
import type { MasterKeys } from '../master-key';
import { INDEX_KEY, WrappingKeyStore, type WrappedKey } from '../wrapping-key-store';

interface KeyDocument extends Omit<WrappedKey, 'id'> {
  readonly _id: string;
  /** `subject/class` of the one current key of its owner: unique. */
  readonly current?: string;
  /** UTC instant since which no owner is given it any more: it was found unused. */
  readonly leaving?: string;
}

export interface MongoKeyStoreOptions {
  /** Milliseconds for which another process may still seal with a key that was found unused. */
  readonly grace?: number;
  /** The log is in use, and the keys must be there. */
  readonly begun?: boolean;
  /** Opens without them too, so that the log can be examined; makes none. */
  readonly tolerant?: boolean;
}

const MINUTE = 60_000;
const PAGE = 1000;
const nameOf = ({ subject, class: of }: KeyOwner): string => `${subject}/${of}`;
const keyOf = ({ _id, current: _current, leaving: _leaving, ...key }: KeyDocument): WrappedKey => ({ id: _id, ...key });
const documentOf = ({ id, ...key }: WrappedKey): KeyDocument => ({ _id: id, ...key });

/**
 * Keys in a collection of their own, backed up apart: its backups expire, those of the log do not. Written by a
 * majority, with its journal.
 */
export class MongoKeyStore extends WrappingKeyStore {
  readonly #keys: Collection<KeyDocument>;
  readonly #grace: number;

  private constructor(db: Db, masters: MasterKeys, { grace = 60 * MINUTE }: MongoKeyStoreOptions) {
    super(masters, { secrets: 5 * MINUTE, owners: 0 });
    this.#keys = db.collection<KeyDocument>('keys', { writeConcern: { w: 'majority', journal: true } });
    this.#grace = grace;
  }

  /** @throws MasterKeyError when the master key is not the one that wrapped these keys */
  static async open(db: Db, masters: MasterKeys, options: MongoKeyStoreOptions = {}): Promise<MongoKeyStore> {
    const store = new MongoKeyStore(db, masters, options);
    await ensureIndexes(store.#keys, [
      { name: 'current', key: { current: 1 }, unique: true, sparse: true },
      { name: 'madeAt', key: { madeAt: 1 } },
      { name: 'master', key: { master: 1 } },
    ]);
    store.useIndexKey(await store.#indexKey(options));
    return store;
  }

  async bind(log: string): Promise<string> {
    await this.#keys.updateOne({ _id: INDEX_KEY, subject: INDEX_KEY }, { $set: { subject: log } });
    return (await this.#keys.findOne({ _id: INDEX_KEY }))?.subject ?? log;
  }

  async *list(): AsyncIterable<readonly ListedKey[]> {
    for (let after = INDEX_KEY; ;) {
      const page = await this.#keys
        .find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit: PAGE, projection: { wrapped: 0 } })
        .toArray();
      const last = page.at(-1);
      if (!last) return;
      after = last._id;
      yield page.map(({ _id, subject, class: of, madeAt, destroyedAt }) => ({
        id: _id,
        subject,
        class: of,
        madeAt,
        ...(destroyedAt !== undefined && { destroyedAt }),
      }));
    }
  }

  /**
   * Another process may have asked for a key just now: it is taken from its owner first, and goes after a while if it
   * is still unused.
   */
  async sweepOrphans(isUsed: (id: string, of: KeyOwner['class']) => boolean, madeBefore: string): Promise<number> {
    let swept = 0;
    const leaving = new Date().toISOString();
    const gone = new Date(Date.now() - this.#grace).toISOString();
    for (let after = INDEX_KEY; ;) {
      const old = await this.#keys
        .find({ _id: { $gt: after }, madeAt: { $lt: madeBefore } }, { sort: { _id: 1 }, limit: PAGE })
        .toArray();
      const last = old.at(-1);
      if (!last) return swept;
      after = last._id;
      const orphans = old.filter((key) => !isUsed(key._id, key.class)).map(({ _id }) => _id);
      const used = old.filter((key) => key.leaving !== undefined && isUsed(key._id, key.class)).map(({ _id }) => _id);
      await this.#keys.updateMany({ _id: { $in: used } }, { $unset: { leaving: '' } });
      await this.#keys.updateMany(
        { _id: { $in: orphans }, leaving: null as never },
        { $set: { leaving }, $unset: { current: '' } },
      );
      swept += (await this.#keys.deleteMany({ _id: { $in: orphans }, leaving: { $lte: gone } })).deletedCount;
      this.forget(orphans);
    }
  }

  /** The client belongs to the composition. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  protected async read(ids: readonly string[]): Promise<readonly WrappedKey[]> {
    return (await this.#keys.find({ _id: { $in: [...ids] } }).toArray()).map(keyOf);
  }

  protected async current(owners: readonly KeyOwner[]): Promise<readonly WrappedKey[]> {
    return (await this.#keys.find({ current: { $in: owners.map(nameOf) } }).toArray()).map(keyOf);
  }

  protected async insert(keys: readonly WrappedKey[]): Promise<void> {
    if (keys.length > 0) await this.#keys.insertMany(keys.map(documentOf));
  }

  /** The unique index lets one of many writers win; the others take its key. */
  protected async insertCurrent(keys: readonly WrappedKey[]): Promise<readonly WrappedKey[]> {
    try {
      await this.#keys.insertMany(
        keys.map((key) => ({ ...documentOf(key), current: nameOf(key) })),
        { ordered: false },
      );
      return keys;
    } catch (error) {
      const current = isDuplicate(error) ? await this.current(keys) : [];
      if (current.length < keys.length) throw error;
      return current;
    }
  }

  protected async erase(ids: readonly string[], at: string): Promise<void> {
    await this.#keys.updateMany(
      { _id: { $in: [...ids] } },
      { $set: { wrapped: null, destroyedAt: at }, $unset: { current: '', leaving: '' } },
    );
  }

  protected async wrappedByOther(master: number, limit: number): Promise<readonly WrappedKey[]> {
    return (await this.#keys.find({ master: { $ne: master }, wrapped: { $ne: null } }, { limit }).toArray()).map(keyOf);
  }

  protected async replaceWrapping(keys: readonly WrappedKey[]): Promise<void> {
    await this.#keys.bulkWrite(
      keys.map(({ id, master, wrapped }) => ({
        updateOne: { filter: { _id: id, wrapped: { $ne: null } }, update: { $set: { master, wrapped } } },
      })),
      { ordered: false },
    );
  }

  async #indexKey({ begun = false, tolerant = false }: MongoKeyStoreOptions): Promise<WrappedKey> {
    const [known] = await this.read([INDEX_KEY]);
    if (known) return known;
    if (begun && !tolerant) throw missing('MongoDB: keys', 'keys');
    const made = this.newIndexKey();
    if (begun) return made;
    try {
      await this.insert([made]);
      return made;
    } catch (error) {
      const [winner] = isDuplicate(error) ? await this.read([INDEX_KEY]) : [];
      if (!winner) throw error;
      return winner;
    }
  }
}
