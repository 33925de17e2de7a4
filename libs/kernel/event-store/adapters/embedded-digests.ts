import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { CommandDigests } from '../command-digests';
import type { Position } from '../event-store';
import { stamp } from '@kernel/engines/adapters/layout';

const LAYOUT = 1;

/** Digests in one SQLite file, beside a log that another engine keeps. */
export class EmbeddedDigests extends CommandDigests {
  readonly #db: Sqlite.Database;

  constructor(folder: string) {
    super();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db = new Database(join(folder, 'digests.db'));
    stamp(this.#db, LAYOUT);
    this.#db.pragma('journal_mode = WAL');
    this.#db.exec(
      'CREATE TABLE IF NOT EXISTS digests (position TEXT PRIMARY KEY, digest TEXT NOT NULL, expires TEXT NOT ' +
        'NULL) WITHOUT ROWID',
    );
  }

  put(position: Position, digest: string, expires: string): Promise<void> {
    this.#db.prepare('INSERT OR IGNORE INTO digests VALUES (?, ?, ?)').run(position, digest, expires);
    return Promise.resolve();
  }

  get(position: Position): Promise<string | undefined> {
    return Promise.resolve(
      this.#db.prepare<[string], string>('SELECT digest FROM digests WHERE position = ?').pluck().get(position),
    );
  }

  expire(now: string): Promise<void> {
    this.#db.prepare('DELETE FROM digests WHERE expires < ?').run(now);
    return Promise.resolve();
  }

  close(): void {
    this.#db.close();
  }
}
