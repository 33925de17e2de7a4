import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { openFile } from '@kernel/engines/adapters/sqlite-file';
import type { ViewDefinition } from '../read-models';
import { viewTableOf } from './view-query';

export const VIEWS_FILE = 'views.db';

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
  openFile(join(folder, VIEWS_FILE), { kept: 'views', layout: LAYOUT }, (db) => {
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -32768');
    db.exec(TABLES);
    db.prepare('SELECT name, version, fields, live, position, events FROM views').all();
  });

/** The tables that a view lies in. */
export const tablesOf = ({ name, version, indexes }: ViewDefinition): readonly string[] => {
  const { table, lists, list } = viewTableOf(name, version, indexes);
  return [table, ...lists.map(list)];
};

/** The file as it is, for reading. */
export const existingViews = (folder: string): Sqlite.Database =>
  new Database(join(folder, VIEWS_FILE), { readonly: true, fileMustExist: true });
