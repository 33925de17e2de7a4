import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { openFile } from '@kernel/engines/adapters/sqlite-file';

const LAYOUT = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS views (
    name TEXT NOT NULL, version INTEGER NOT NULL, fields TEXT NOT NULL, live INTEGER NOT NULL, position TEXT,
    events INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (name, version)
  );
  CREATE TABLE IF NOT EXISTS asked (id TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** The file of all views, made when it is not there. @throws StoreUnavailable, also when a newer version wrote it */
export const openViews = (folder: string): Sqlite.Database =>
  openFile(join(folder, 'views.db'), { kept: 'views', layout: LAYOUT }, (db) => {
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -32768');
    db.exec(TABLES);
    db.prepare('SELECT name, version, fields, live, position, events FROM views').all();
  });
