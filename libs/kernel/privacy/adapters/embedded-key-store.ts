import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { newUuid, type BoxKey } from '@kernel/format';
import { KeyStore, type KeyOwner, type NewKey } from '../key-store';
import { MasterKeyError, newest, unwrapKey, wrapKey, type MasterKeys } from '../master-key';

interface KeyRow {
  readonly id: string;
  readonly subject: string;
  readonly class: KeyOwner['class'];
  readonly master: number;
  readonly wrapped: Buffer | null;
  readonly made_at: string;
  readonly destroyed_at: string | null;
}

interface Waiting {
  readonly keys: readonly NewKey[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The embedded layout of this file; a higher one was written by a newer version. */
const LAYOUT = 1;
const INDEX_KEY = '00000000-0000-8000-8000-000000000000';
const MINUTES = 60_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, class TEXT NOT NULL, master INTEGER NOT NULL,
    wrapped BLOB, made_at TEXT NOT NULL, destroyed_at TEXT
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS keys_owner ON keys (subject, class);
`;

const ownerName = ({ subject, class: of }: KeyOwner): string => `${subject}/${of}`;
const shared = (of: KeyOwner['class']): boolean => of !== 'remark' && of !== 'paper';

/** Keys in a SQLite file of their own: its backups expire, those of the log do not. */
export class EmbeddedKeyStore extends KeyStore {
  readonly #db: Database.Database;
  readonly #masters: MasterKeys;
  readonly #secrets = new LRUCache<string, Buffer>({ max: 50_000, ttl: 30 * MINUTES });
  readonly #owners = new LRUCache<string, BoxKey>({ max: 50_000, ttl: 30 * MINUTES });
  readonly #making = new Map<string, Promise<BoxKey>>();
  readonly #indexKeys = new Map<string, Buffer>();
  readonly #byId: Database.Statement<[string], KeyRow>;
  readonly #byOwner: Database.Statement<[string, string], KeyRow>;
  #queue: Waiting[] = [];

  /** @throws MasterKeyError when the master key is not the one that wrapped this file, or a newer version wrote it */
  constructor(folder: string, masters: MasterKeys) {
    super();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#masters = masters;
    this.#db = new Database(join(folder, 'keys.db'));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma('secure_delete = ON');
    const layout = this.#db.pragma('user_version', { simple: true }) as number;
    if (layout > LAYOUT) throw new MasterKeyError('keys.db was written by a newer version');
    this.#db.exec(SCHEMA);
    this.#db.pragma(`user_version = ${String(LAYOUT)}`);
    this.#byId = this.#db.prepare('SELECT * FROM keys WHERE id = ?');
    this.#byOwner = this.#db.prepare(
      'SELECT * FROM keys WHERE subject = ? AND class = ? AND wrapped IS NOT NULL LIMIT 1',
    );
    this.#openIndexKey();
  }

  currentOrNew(owners: readonly KeyOwner[]): Promise<readonly BoxKey[]> {
    return Promise.all(owners.map((owner) => this.#currentOrMade(owner)));
  }

  add(keys: readonly NewKey[]): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#queue.length === 0) setImmediate(() => { this.#flush(); }); // prettier-ignore
      this.#queue.push({ keys, done, failed });
    });
  }

  secrets(ids: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    return Promise.resolve(ids.map((id) => this.#secrets.get(id) ?? this.#unwrap(id)));
  }

  destroy(ids: readonly string[]): Promise<void> {
    const at = new Date().toISOString();
    const erase = this.#db.prepare('UPDATE keys SET wrapped = NULL, destroyed_at = ? WHERE id = ?');
    this.#db.transaction(() => {
      for (const id of ids) erase.run(at, id);
    })();
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    for (const id of ids) this.#secrets.delete(id);
    this.#owners.clear();
    return Promise.resolve();
  }

  async *list(): AsyncIterable<readonly (KeyOwner & { id: string; madeAt: string; destroyedAt?: string })[]> {
    const page = this.#db.prepare<[string], KeyRow>('SELECT * FROM keys WHERE id > ? ORDER BY id LIMIT 1000');
    for (let after = INDEX_KEY; ;) {
      const rows = page.all(after);
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
      yield await Promise.resolve(
        rows.map(({ id, subject, class: of, made_at, destroyed_at }) => ({
          id,
          subject,
          class: of,
          madeAt: made_at,
          ...(destroyed_at !== null && { destroyedAt: destroyed_at }),
        })),
      );
    }
  }

  /** Removes keys that no box names although they are older than the moment given: their append never came. */
  sweepOrphans(isUsed: (id: string, of: KeyOwner['class']) => boolean, madeBefore: string): number {
    const old = this.#db.prepare<[string, string], Pick<KeyRow, 'id' | 'class'>>(
      'SELECT id, class FROM keys WHERE made_at < ? AND id > ?',
    );
    const remove = this.#db.prepare('DELETE FROM keys WHERE id = ?');
    const orphans = old.all(madeBefore, INDEX_KEY).filter((row) => !isUsed(row.id, row.class));
    this.#db.transaction(() => {
      for (const { id } of orphans) remove.run(id);
    })();
    if (orphans.length > 0) this.#owners.clear();
    return orphans.length;
  }

  /** Wraps every key under the newest master key; returns how many changed. */
  rewrap(): number {
    const master = newest(this.#masters);
    const old = this.#db
      .prepare<[number], KeyRow>('SELECT * FROM keys WHERE master <> ? AND wrapped IS NOT NULL')
      .all(master);
    const write = this.#db.prepare('UPDATE keys SET wrapped = ?, master = ? WHERE id = ?');
    this.#db.transaction(() => {
      for (const row of old) write.run(wrapKey(this.#master(master), row.id, this.#open(row)), master, row.id);
    })();
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    return old.length;
  }

  keyed(purpose: 'search' | 'command' | 'paper' | 'session', text: string): string {
    const key = this.#indexKeys.get(purpose) ?? this.#deriveIndexKey(purpose);
    return createHmac('sha256', key).update(text).digest('hex');
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, 'keys.db'));
  }

  close(): Promise<void> {
    if (this.#queue.length > 0) this.#flush();
    this.#db.close();
    return Promise.resolve();
  }

  #flush(): void {
    const waiting = this.#queue;
    this.#queue = [];
    try {
      this.#write(waiting.flatMap(({ keys }) => keys));
      for (const { done } of waiting) done();
    } catch (error) {
      for (const { failed } of waiting) failed(error);
    }
  }

  #write(keys: readonly NewKey[]): void {
    const master = newest(this.#masters);
    const at = new Date().toISOString();
    const insert = this.#db.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)');
    this.#db.transaction(() => {
      for (const { id, subject, class: of, secret } of keys) {
        insert.run(id, subject, of, master, wrapKey(this.#master(master), id, secret), at);
      }
    })();
    for (const key of keys) this.#secrets.set(key.id, key.secret);
  }

  #currentOrMade(owner: KeyOwner): Promise<BoxKey> {
    const name = ownerName(owner);
    const known = this.#owners.get(name);
    if (known) return Promise.resolve(known);
    const making = this.#making.get(name);
    if (making) return making;
    const made = this.#findOrMake(owner).finally(() => this.#making.delete(name));
    this.#making.set(name, made);
    return made;
  }

  async #findOrMake(owner: KeyOwner): Promise<BoxKey> {
    const known = shared(owner.class) ? this.#find(owner) : undefined;
    const key = known ?? { id: newUuid(), secret: randomBytes(32) };
    if (!known) await this.add([{ ...key, ...owner }]);
    this.#owners.set(ownerName(owner), key);
    return key;
  }

  #find({ subject, class: of }: KeyOwner): BoxKey | undefined {
    const row = this.#byOwner.get(subject, of);
    return row && { id: row.id, secret: this.#open(row) };
  }

  #unwrap(id: string): Buffer | undefined {
    const row = this.#byId.get(id);
    if (row?.wrapped === undefined || row.wrapped === null) return undefined;
    const secret = this.#open(row);
    this.#secrets.set(id, secret);
    return secret;
  }

  #open({ id, master, wrapped }: KeyRow): Buffer {
    try {
      return unwrapKey(this.#master(master), id, wrapped ?? Buffer.alloc(0));
    } catch (error) {
      if (error instanceof MasterKeyError) throw error;
      throw new MasterKeyError(
        `key ${id} does not unwrap: it was changed, or master key ${String(master)} is another one`,
      );
    }
  }

  #master(number: number): Buffer {
    const master = this.#masters.get(number);
    if (!master) throw new MasterKeyError(`master key ${String(number)} is missing`);
    return master;
  }

  #openIndexKey(): void {
    const row = this.#byId.get(INDEX_KEY);
    if (row) this.#secrets.set(INDEX_KEY, this.#open(row), { ttl: 0 });
    else this.#write([{ id: INDEX_KEY, subject: INDEX_KEY, class: 'remark', secret: randomBytes(32) }]);
  }

  #deriveIndexKey(purpose: string): Buffer {
    const secret = this.#secrets.get(INDEX_KEY) ?? this.#unwrap(INDEX_KEY) ?? Buffer.alloc(0);
    const key = Buffer.from(hkdfSync('sha256', secret, '', `jiandang/1/index\n${purpose}`, 32));
    this.#indexKeys.set(purpose, key);
    return key;
  }
}
