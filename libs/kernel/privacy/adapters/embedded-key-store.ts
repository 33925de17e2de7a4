import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { missing } from '@kernel/engines';
import { isAbsent, mustBeThere, openFile } from '@kernel/engines/adapters/sqlite-file';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import type { KeyOwner, ListedKey } from '../key-store';
import { MasterKeyError, type MasterKeys } from '../master-key';
import { INDEX_KEY, WrappingKeyStore, type WrappedKey } from '../wrapping-key-store';

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
  readonly keys: readonly WrappedKey[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export const KEYS_FILE = 'keys.db';
/** The embedded layout of this file; a higher one was written by a newer version. */
const LAYOUT = 1;
const FILE = 'keys.db';
const HALF_AN_HOUR = 30 * 60_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, class TEXT NOT NULL, master INTEGER NOT NULL,
    wrapped BLOB, made_at TEXT NOT NULL, destroyed_at TEXT
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS keys_owner ON keys (subject, class);
`;

const keyOf = ({ id, subject, class: of, master, wrapped, made_at, destroyed_at }: KeyRow): WrappedKey => ({
  id,
  subject,
  class: of,
  master,
  wrapped,
  madeAt: made_at,
  ...(destroyed_at !== null && { destroyedAt: destroyed_at }),
});

/** Keys in a SQLite file of their own: its backups expire, those of the log do not. */
export class EmbeddedKeyStore extends WrappingKeyStore {
  readonly #db: Sqlite.Database;
  readonly #byId: Sqlite.Statement<[string], KeyRow>;
  readonly #byOwner: Sqlite.Statement<[string, string], KeyRow>;
  #queue: Waiting[] = [];

  /**
   * `begun`: the log is in use, and the keys must be there; `readonly`: they are only looked at, and nothing is made.
   * @throws MasterKeyError when the master key is not the one that wrapped this file;
   * StoreUnavailable when the file is damaged, read-only, not there, or a newer version wrote it
   */
  constructor(
    folder: string,
    masters: MasterKeys,
    { begun = false, readonly = false }: { readonly begun?: boolean; readonly readonly?: boolean } = {},
  ) {
    super(masters, { secrets: HALF_AN_HOUR, owners: HALF_AN_HOUR });
    const file = join(folder, KEYS_FILE);
    mustBeThere(file, begun);
    this.#db = readonly
      ? new Database(file, { readonly, fileMustExist: true })
      : openFile(file, { kept: 'keys', layout: LAYOUT }, (db) => {
          db.pragma('synchronous = FULL');
          db.pragma('secure_delete = ON');
          db.exec(SCHEMA);
        });
    this.#byId = this.#db.prepare('SELECT * FROM keys WHERE id = ?');
    this.#byOwner = this.#db.prepare(
      'SELECT * FROM keys WHERE subject = ? AND class = ? AND wrapped IS NOT NULL LIMIT 1',
    );
    const row = this.#byId.get(INDEX_KEY);
    if (!row && begun) throw missing(file, 'keys');
    if (!row && readonly) throw new MasterKeyError('keys.db holds no index key');
    const indexKey = row ? keyOf(row) : this.newIndexKey();
    this.useIndexKey(indexKey);
    if (!row) this.#write([indexKey]);
  }

  /** Whether a folder holds keys that boxes may need, without making anything. */
  static isUsed(folder: string): boolean {
    const file = join(folder, FILE);
    if (isAbsent(file)) return false;
    const db = new Database(file, { readonly: true });
    try {
      return db.prepare<[string], 1>('SELECT 1 FROM keys WHERE id > ? LIMIT 1').get(INDEX_KEY) !== undefined;
    } finally {
      db.close();
    }
  }

  bind(log: string): Promise<string> {
    this.#db.prepare('UPDATE keys SET subject = ? WHERE id = ? AND subject = ?').run(log, INDEX_KEY, INDEX_KEY);
    return Promise.resolve(this.#byId.get(INDEX_KEY)?.subject ?? log);
  }

  async *list(): AsyncIterable<readonly ListedKey[]> {
    const page = this.#db.prepare<[string], KeyRow>('SELECT * FROM keys WHERE id > ? ORDER BY id LIMIT 1000');
    for (let after = INDEX_KEY; ;) {
      const rows = page.all(after);
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
      yield await Promise.resolve(rows.map((row) => listed(keyOf(row))));
    }
  }

  sweepOrphans(isUsed: (id: string, of: KeyOwner['class']) => boolean, madeBefore: string): Promise<number> {
    const old = this.#db.prepare<[string, string], Pick<KeyRow, 'id' | 'class'>>(
      'SELECT id, class FROM keys WHERE made_at < ? AND id > ?',
    );
    const remove = this.#db.prepare('DELETE FROM keys WHERE id = ?');
    const orphans = old.all(madeBefore, INDEX_KEY).filter((row) => !isUsed(row.id, row.class));
    this.#db.transaction(() => {
      for (const { id } of orphans) remove.run(id);
    })();
    this.forget(orphans.map(({ id }) => id));
    return Promise.resolve(orphans.length);
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, KEYS_FILE));
  }

  override async rewrap(): Promise<number> {
    const count = await super.rewrap();
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    return count;
  }

  close(): Promise<void> {
    if (this.#queue.length > 0) this.#flush();
    this.#db.close();
    return Promise.resolve();
  }

  protected read(ids: readonly string[]): Promise<readonly WrappedKey[]> {
    return Promise.resolve(ids.flatMap((id) => this.#byId.get(id) ?? []).map(keyOf));
  }

  protected current(owners: readonly KeyOwner[]): Promise<readonly WrappedKey[]> {
    const rows = owners.flatMap(({ subject, class: of }) => this.#byOwner.get(subject, of) ?? []);
    return Promise.resolve(rows.map(keyOf));
  }

  /** Whatever queued in one turn of the event loop is one transaction. */
  protected insert(keys: readonly WrappedKey[]): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#queue.length === 0)
        setImmediate(() => {
          this.#flush();
        });
      this.#queue.push({ keys, done, failed });
    });
  }

  protected async insertCurrent(keys: readonly WrappedKey[]): Promise<readonly WrappedKey[]> {
    await this.insert(keys);
    return keys;
  }

  protected erase(ids: readonly string[], at: string): Promise<void> {
    const erase = this.#db.prepare('UPDATE keys SET wrapped = NULL, destroyed_at = ? WHERE id = ?');
    this.#db.transaction(() => {
      for (const id of ids) erase.run(at, id);
    })();
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    return Promise.resolve();
  }

  protected wrappedByOther(master: number, limit: number): Promise<readonly WrappedKey[]> {
    const rows = this.#db
      .prepare<[number, number], KeyRow>('SELECT * FROM keys WHERE master <> ? AND wrapped IS NOT NULL LIMIT ?')
      .all(master, limit);
    return Promise.resolve(rows.map(keyOf));
  }

  protected replaceWrapping(keys: readonly WrappedKey[]): Promise<void> {
    const write = this.#db.prepare('UPDATE keys SET wrapped = ?, master = ? WHERE id = ? AND wrapped IS NOT NULL');
    this.#db.transaction(() => {
      for (const { id, master, wrapped } of keys) write.run(wrapped, master, id);
    })();
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

  #write(keys: readonly WrappedKey[]): void {
    const insert = this.#db.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)');
    this.#db.transaction(() => {
      for (const { id, subject, class: of, master, wrapped, madeAt } of keys)
        insert.run(id, subject, of, master, wrapped, madeAt);
    })();
  }
}

const listed = ({ id, subject, class: of, madeAt, destroyedAt }: WrappedKey): ListedKey => ({
  id,
  subject,
  class: of,
  madeAt,
  ...(destroyedAt !== undefined && { destroyedAt }),
});
