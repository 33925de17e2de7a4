import type { Collection, Db } from 'mongodb';
import { ensureIndexes, isDuplicate } from '@kernel/engines/adapters/mongo-connection';
import { CredentialStore, type Claim, type Failures, type RefreshToken } from '../credential-store';

interface Named {
  readonly _id: string;
}

/** The side store in MongoDB: what one api process ends or counts, the others know at once. */
export class MongoCredentialStore extends CredentialStore {
  readonly #claims: Collection<Named & Omit<Claim, 'key'>>;
  readonly #passwords: Collection<Named & { readonly hash: string }>;
  readonly #refresh: Collection<Named & Omit<RefreshToken, 'token'>>;
  readonly #uses: Collection<Named & { expires: number }>;
  readonly #revoked: Collection<Named & { until: number }>;
  readonly #failures: Collection<Named & Failures>;

  private constructor(db: Db) {
    super();
    this.#claims = db.collection('claims');
    this.#passwords = db.collection('passwords');
    this.#refresh = db.collection('refresh-tokens');
    this.#uses = db.collection('refresh-uses');
    this.#revoked = db.collection('ended-sessions');
    this.#failures = db.collection('failures');
  }

  static async open(db: Db): Promise<MongoCredentialStore> {
    const side = new MongoCredentialStore(db);
    await ensureIndexes(db.collection('refresh-tokens'), [
      { key: { family: 1 } },
      { key: { subject: 1 } },
      { key: { expires: 1 } },
    ]);
    await ensureIndexes(db.collection('refresh-uses'), [{ key: { expires: 1 } }]);
    await ensureIndexes(db.collection('ended-sessions'), [{ key: { until: 1 } }]);
    await ensureIndexes(db.collection('claims'), [{ key: { holder: 1 } }]);
    await side.#takeOverLogins(db.collection('logins'));
    return side;
  }

  async claim({ key, holder, at }: Claim): Promise<Claim> {
    try {
      await this.#claims.insertOne({ _id: key, holder, at });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    return (await this.claimed(key)) ?? this.claim({ key, holder, at });
  }

  async claimed(key: string): Promise<Claim | undefined> {
    const found = await this.#claims.findOne({ _id: key });
    return found ? { key, holder: found.holder, at: found.at } : undefined;
  }

  async claimsOf(holder: string): Promise<readonly Claim[]> {
    const found = await this.#claims.find({ holder }, { sort: { _id: 1 } }).toArray();
    return found.map(({ _id, at }) => ({ key: _id, holder, at }));
  }

  async release(key: string, holder: string): Promise<void> {
    await this.#claims.deleteOne({ _id: key, holder });
  }

  async setPassword(subject: string, hash: string): Promise<void> {
    await repeated(() => this.#passwords.replaceOne({ _id: subject }, { hash }, { upsert: true }));
  }

  async isUsed(): Promise<boolean> {
    return (await this.#passwords.findOne({}, { projection: { _id: 1 } })) !== null;
  }

  async password(subject: string): Promise<string | undefined> {
    return (await this.#passwords.findOne({ _id: subject }))?.hash;
  }

  async addRefresh({ token, family, subject, expires }: RefreshToken): Promise<void> {
    await this.#refresh.insertOne({ _id: token, family, subject, expires });
  }

  async refresh(token: string): Promise<RefreshToken | undefined> {
    const found = await this.#refresh.findOne({ _id: token });
    return found ? { token, family: found.family, subject: found.subject, expires: found.expires } : undefined;
  }

  /** The use is a document of its own: only one can have the token's `_id`. */
  async useRefresh(token: string): Promise<boolean> {
    const known = await this.refresh(token);
    if (!known) return false;
    try {
      await this.#uses.insertOne({ _id: token, expires: known.expires });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** The end is written first: what stops after it has ended the session all the same. */
  async revoke(family: string, until: number): Promise<void> {
    await repeated(() => this.#revoked.updateOne({ _id: family }, { $set: { until } }, { upsert: true }));
    await this.#refresh.deleteMany({ family });
    await this.#revoked.deleteMany({ until: { $lt: Date.now() } });
    await this.#refresh.deleteMany({ expires: { $lt: Date.now() } });
    await this.#uses.deleteMany({ expires: { $lt: Date.now() } });
  }

  async revokeAll(subject: string, until: number): Promise<void> {
    const families = (await this.#refresh.distinct('family', { subject })) as readonly string[];
    for (const family of families) await this.revoke(family, until);
  }

  async isRevoked(family: string): Promise<boolean> {
    return (await this.#revoked.findOne({ _id: family }, { projection: { _id: 1 } })) !== null;
  }

  async failuresOf(key: string): Promise<Failures> {
    const found = await this.#failures.findOne({ _id: key });
    return { count: found?.count ?? 0, until: found?.until ?? 0 };
  }

  async addFailure(key: string): Promise<number> {
    const found = await repeated(() =>
      this.#failures.findOneAndUpdate(
        { _id: key },
        { $inc: { count: 1 }, $setOnInsert: { until: 0 } },
        { upsert: true, returnDocument: 'after' },
      ),
    );
    return found?.count ?? 1;
  }

  async holdOff(key: string, until: number): Promise<void> {
    await this.#failures.updateOne({ _id: key, until: { $lt: until } }, { $set: { until } });
  }

  async forgetFailures(key: string): Promise<void> {
    await this.#failures.deleteOne({ _id: key });
  }

  /** The client belongs to the composition. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Releases before kept passwords under login names: they go on under their accounts. */
  async #takeOverLogins(
    logins: Collection<Named & { readonly subject: string; readonly hash: string }>,
  ): Promise<void> {
    for await (const { _id, subject, hash } of logins.find()) {
      await repeated(() => this.#passwords.updateOne({ _id: subject }, { $setOnInsert: { hash } }, { upsert: true }));
      await logins.deleteOne({ _id });
    }
  }
}

/** Of two upserts that insert at once one meets E11000: the second time the document is there. */
const repeated = async <T>(upsert: () => Promise<T>): Promise<T> => {
  try {
    return await upsert();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return upsert();
  }
};
