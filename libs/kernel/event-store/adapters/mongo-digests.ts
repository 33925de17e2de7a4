import type { Collection, Db } from 'mongodb';
import { CommandDigests } from '../command-digests';
import type { Position } from '../event-store';
import { ensureIndexes, isDuplicate } from '@kernel/engines/adapters/mongo-connection';

interface DigestDocument {
  readonly _id: Position;
  readonly digest: string;
  readonly expires: string;
}

/** Digests in MongoDB, beside a log that another engine keeps: every process compares with the same ones. */
export class MongoDigests extends CommandDigests {
  readonly #digests: Collection<DigestDocument>;

  private constructor(db: Db) {
    super();
    this.#digests = db.collection<DigestDocument>('command-digests');
  }

  static async open(db: Db): Promise<MongoDigests> {
    await ensureIndexes(db.collection('command-digests'), [{ name: 'expires', key: { expires: 1 } }]);
    return new MongoDigests(db);
  }

  async put(position: Position, digest: string, expires: string): Promise<void> {
    try {
      await this.#digests.insertOne({ _id: position, digest, expires });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  async get(position: Position): Promise<string | undefined> {
    return (await this.#digests.findOne({ _id: position }))?.digest;
  }

  async expire(now: string): Promise<void> {
    await this.#digests.deleteMany({ expires: { $lt: now } });
  }
}
