import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { stamp } from '@kernel/event-store/adapters/layout';
import Database from '@kernel/sqlite.cjs';

/** Rises when a program of before could not leave the views as it finds them. */
const LAYOUT = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS views (
    name TEXT NOT NULL, version INTEGER NOT NULL, fields TEXT NOT NULL, live INTEGER NOT NULL, position TEXT,
    events INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (name, version)
  );
  CREATE TABLE IF NOT EXISTS asked (id TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** The file of all views, made when it is not there. @throws StoreUnavailable when a newer version wrote it */
export const openViews = (folder: string): Sqlite.Database => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new Database(join(folder, 'views.db'));
  stamp(db, LAYOUT);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -32768');
  db.exec(TABLES);
  return db;
};
