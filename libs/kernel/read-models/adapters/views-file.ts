import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import type { ViewDefinition } from '../read-models';
import { viewTableOf } from './view-query';

export const VIEWS_FILE = 'views.db';

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS views (
    name TEXT NOT NULL, version INTEGER NOT NULL, fields TEXT NOT NULL, live INTEGER NOT NULL, position TEXT,
    events INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (name, version)
  );
  CREATE TABLE IF NOT EXISTS asked (id TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** The tables that a view lies in. */
export const tablesOf = ({ name, version, indexes }: ViewDefinition): readonly string[] => {
  const { table, lists, list } = viewTableOf(name, version, indexes);
  return [table, ...lists.map(list)];
};

/** The file for a system; made where it is not there. */
export const preparedViews = (folder: string): Sqlite.Database => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new Database(join(folder, VIEWS_FILE));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -32768');
  db.exec(LAYOUT);
  return db;
};

/** The file as it is, for reading. */
export const existingViews = (folder: string): Sqlite.Database =>
  new Database(join(folder, VIEWS_FILE), { readonly: true, fileMustExist: true });
