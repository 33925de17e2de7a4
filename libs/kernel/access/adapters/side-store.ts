import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface LoginRow {
  readonly account: string;
  readonly subject: string;
  readonly hash: string;
}

export interface RefreshRow {
  readonly token: string;
  readonly family: string;
  readonly subject: string;
  readonly expires: number;
  readonly used: number;
}

/** Passwords, refresh tokens and failures: mutable, never in the log. */
export class SideStore {
  readonly #db: Database.Database;
  readonly #isRevoked: Database.Statement<[string]>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db = new Database(join(folder, 'side.db'));
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

  setLogin({ account, subject, hash }: LoginRow): void {
    this.#db.prepare('INSERT OR REPLACE INTO logins VALUES (?, ?, ?)').run(account, subject, hash);
  }

  login(account: string): LoginRow | undefined {
    return this.#db.prepare<[string], LoginRow>('SELECT * FROM logins WHERE account = ?').get(account);
  }

  addRefresh({ token, family, subject, expires }: Omit<RefreshRow, 'used'>): void {
    this.#db
      .prepare('INSERT INTO refresh (token, family, subject, expires) VALUES (?, ?, ?, ?)')
      .run(token, family, subject, expires);
  }

  refresh(token: string): RefreshRow | undefined {
    return this.#db.prepare<[string], RefreshRow>('SELECT * FROM refresh WHERE token = ?').get(token);
  }

  /** False when it was used before: two uses of one token are theft or a fault. */
  useRefresh(token: string): boolean {
    return this.#db.prepare('UPDATE refresh SET used = 1 WHERE token = ? AND used = 0').run(token).changes === 1;
  }

  revoke(family: string, until: number): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM refresh WHERE family = ?').run(family);
      this.#db.prepare('INSERT OR REPLACE INTO revoked VALUES (?, ?)').run(family, until);
      this.#db.prepare('DELETE FROM revoked WHERE until < ?').run(Date.now());
      this.#db.prepare('DELETE FROM refresh WHERE expires < ?').run(Date.now());
    })();
  }

  isRevoked(family: string): boolean {
    return this.#isRevoked.get(family) !== undefined;
  }

  failuresOf(key: string): { readonly count: number; readonly until: number } {
    return (
      this.#db
        .prepare<[string], { count: number; until: number }>('SELECT count, until FROM failures WHERE key = ?')
        .get(key) ?? { count: 0, until: 0 }
    );
  }

  setFailures(key: string, count: number, until: number): void {
    if (count === 0) this.#db.prepare('DELETE FROM failures WHERE key = ?').run(key);
    else this.#db.prepare('INSERT OR REPLACE INTO failures VALUES (?, ?, ?)').run(key, count, until);
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, 'side.db'));
  }

  close(): void {
    this.#db.close();
  }
}
