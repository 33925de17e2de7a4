import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { stamp } from '@kernel/event-store/adapters/layout';
import Database from '@kernel/sqlite.cjs';
import { SideStore, type Failures, type Login, type RefreshToken } from '../side-store';

const LAYOUT = 1;

/** The side store in a SQLite file among the keys. */
export class EmbeddedSideStore extends SideStore {
  readonly #db: Sqlite.Database;
  readonly #isRevoked: Sqlite.Statement<[string]>;

  /** @throws StoreUnavailable when a newer version wrote it */
  constructor(folder: string) {
    super();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db = new Database(join(folder, 'side.db'));
    stamp(this.#db, LAYOUT);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS logins (account TEXT PRIMARY KEY, subject TEXT NOT NULL, hash TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS refresh (token TEXT PRIMARY KEY, family TEXT NOT NULL, subject TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);
      CREATE TABLE IF NOT EXISTS revoked (session TEXT PRIMARY KEY, until INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS failures (key TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL);
    `);
    this.#isRevoked = this.#db.prepare('SELECT 1 FROM revoked WHERE session = ?');
  }

  setLogin({ account, subject, hash }: Login): Promise<void> {
    return this.#run('INSERT OR REPLACE INTO logins VALUES (?, ?, ?)', account, subject, hash);
  }

  login(account: string): Promise<Login | undefined> {
    return Promise.resolve(this.#db.prepare<[string], Login>('SELECT * FROM logins WHERE account = ?').get(account));
  }

  addRefresh({ token, family, subject, expires }: RefreshToken): Promise<void> {
    return this.#run(
      'INSERT INTO refresh (token, family, subject, expires) VALUES (?, ?, ?, ?)',
      token,
      family,
      subject,
      expires,
    );
  }

  refresh(token: string): Promise<RefreshToken | undefined> {
    const read = 'SELECT token, family, subject, expires FROM refresh WHERE token = ?';
    return Promise.resolve(this.#db.prepare<[string], RefreshToken>(read).get(token));
  }

  useRefresh(token: string): Promise<boolean> {
    const { changes } = this.#db.prepare('UPDATE refresh SET used = 1 WHERE token = ? AND used = 0').run(token);
    return Promise.resolve(changes === 1);
  }

  revoke(family: string, until: number): Promise<void> {
    this.#db.transaction(() => {
      this.#db.prepare('INSERT OR REPLACE INTO revoked VALUES (?, ?)').run(family, until);
      this.#db.prepare('DELETE FROM refresh WHERE family = ?').run(family);
      this.#db.prepare('DELETE FROM revoked WHERE until < ?').run(Date.now());
      this.#db.prepare('DELETE FROM refresh WHERE expires < ?').run(Date.now());
    })();
    return Promise.resolve();
  }

  isRevoked(family: string): Promise<boolean> {
    return Promise.resolve(this.#isRevoked.get(family) !== undefined);
  }

  failuresOf(key: string): Promise<Failures> {
    const found = this.#db.prepare<[string], Failures>('SELECT count, until FROM failures WHERE key = ?').get(key);
    return Promise.resolve(found ?? { count: 0, until: 0 });
  }

  addFailure(key: string): Promise<number> {
    const add = `INSERT INTO failures VALUES (?, 1, 0) ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count`;
    return Promise.resolve(this.#db.prepare<[string], { count: number }>(add).get(key)?.count ?? 1);
  }

  holdOff(key: string, until: number): Promise<void> {
    return this.#run('UPDATE failures SET until = max(until, ?) WHERE key = ?', until, key);
  }

  forgetFailures(key: string): Promise<void> {
    return this.#run('DELETE FROM failures WHERE key = ?', key);
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, 'side.db'));
  }

  close(): Promise<void> {
    this.#db.close();
    return Promise.resolve();
  }

  #run(sql: string, ...values: readonly (string | number)[]): Promise<void> {
    this.#db.prepare(sql).run(...values);
    return Promise.resolve();
  }
}
