import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { isAbsent, mustBeThere, openFile } from '@kernel/engines/adapters/sqlite-file';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { CredentialStore, type Claim, type Failures, type RefreshToken } from '../credential-store';

const FILE = 'side.db';
const LAYOUT = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, holder TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS claims_of_holder ON claims (holder);
  CREATE TABLE IF NOT EXISTS passwords (subject TEXT PRIMARY KEY, hash TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS refresh (
    token TEXT PRIMARY KEY, family TEXT NOT NULL, subject TEXT NOT NULL, expires INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS revoked (session TEXT PRIMARY KEY, until INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS failures (key TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL);
`;

const prepare = (db: Sqlite.Database): void => {
  db.pragma('synchronous = FULL');
  db.exec(SCHEMA);
  takeOverLogins(db);
};

/** Releases before kept passwords under login names: they go on under their accounts. */
const takeOverLogins = (db: Sqlite.Database): void => {
  const old = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'logins'").get();
  if (old === undefined) return;
  db.transaction(() => {
    db.exec('INSERT OR IGNORE INTO passwords SELECT subject, hash FROM logins; DROP TABLE logins;');
  })();
};

/** The credential store in a SQLite file among the keys. */
export class EmbeddedCredentialStore extends CredentialStore {
  readonly #db: Sqlite.Database;
  readonly #isRevoked: Sqlite.Statement<[string]>;

  /**
   * `begun`: the log is in use, and the logins must be there. @throws StoreUnavailable: damaged, read-only, or not
   * there
   */
  constructor(folder: string, { begun = false }: { readonly begun?: boolean } = {}) {
    super();
    const file = join(folder, FILE);
    mustBeThere(file, begun);
    this.#db = openFile(file, { kept: 'keys', layout: LAYOUT }, prepare);
    this.#isRevoked = this.#db.prepare('SELECT 1 FROM revoked WHERE session = ?');
  }

  /** Whether a folder holds passwords, without making anything. */
  static isUsed(folder: string): boolean {
    const file = join(folder, FILE);
    if (isAbsent(file)) return false;
    const db = new Database(file, { readonly: true });
    try {
      const tables = db
        .prepare<[], string>("SELECT name FROM sqlite_master WHERE name IN ('passwords', 'logins')")
        .pluck();
      return tables.all().some((table) => db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined);
    } finally {
      db.close();
    }
  }

  claim({ key, holder, at }: Claim): Promise<Claim> {
    this.#db.prepare('INSERT OR IGNORE INTO claims VALUES (?, ?, ?)').run(key, holder, at);
    return this.claimed(key) as Promise<Claim>;
  }

  claimed(key: string): Promise<Claim | undefined> {
    return Promise.resolve(this.#db.prepare<[string], Claim>('SELECT * FROM claims WHERE key = ?').get(key));
  }

  claimsOf(holder: string): Promise<readonly Claim[]> {
    const read = 'SELECT * FROM claims WHERE holder = ? ORDER BY key';
    return Promise.resolve(this.#db.prepare<[string], Claim>(read).all(holder));
  }

  release(key: string, holder: string): Promise<void> {
    return this.#run('DELETE FROM claims WHERE key = ? AND holder = ?', key, holder);
  }

  setPassword(subject: string, hash: string): Promise<void> {
    return this.#run('INSERT OR REPLACE INTO passwords VALUES (?, ?)', subject, hash);
  }

  isUsed(): Promise<boolean> {
    return Promise.resolve(this.#db.prepare('SELECT 1 FROM passwords LIMIT 1').get() !== undefined);
  }

  password(subject: string): Promise<string | undefined> {
    const found = this.#db.prepare<[string], { hash: string }>('SELECT hash FROM passwords WHERE subject = ?');
    return Promise.resolve(found.get(subject)?.hash);
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

  revokeAll(subject: string, until: number): Promise<void> {
    this.#db.transaction(() => {
      this.#db
        .prepare('INSERT OR REPLACE INTO revoked SELECT DISTINCT family, ? FROM refresh WHERE subject = ?')
        .run(until, subject);
      this.#db.prepare('DELETE FROM refresh WHERE subject = ?').run(subject);
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
    const add = `INSERT INTO failures VALUES (?, 1, 0)
      ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count`;
    return Promise.resolve(this.#db.prepare<[string], { count: number }>(add).get(key)?.count ?? 1);
  }

  holdOff(key: string, until: number): Promise<void> {
    return this.#run('UPDATE failures SET until = max(until, ?) WHERE key = ?', until, key);
  }

  forgetFailures(key: string): Promise<void> {
    return this.#run('DELETE FROM failures WHERE key = ?', key);
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, FILE));
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
