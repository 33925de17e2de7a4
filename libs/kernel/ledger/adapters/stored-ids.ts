import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { isUuid } from '@kernel/format';
import type { Mention } from '../verify/traces';

export interface IdColumn {
  readonly table: string;
  readonly column: string;
  /** What the table is called for people. */
  readonly where: string;
}

const idsIn = (db: Sqlite.Database, { table, column, where }: IdColumn): readonly Mention[] =>
  db
    .prepare<[]>(`SELECT DISTINCT "${column}" FROM "${table}"`)
    .pluck()
    .all()
    .flatMap((id) => (typeof id === 'string' && isUuid(id) ? [{ where, id }] : []));

/** Ids that a database still knows; none where it is not to be read. */
export const storedIds = (file: string, columnsOf: (table: string) => readonly IdColumn[]): readonly Mention[] => {
  let db: Sqlite.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const opened = db;
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck();
    return tables
      .all()
      .flatMap(columnsOf)
      .flatMap((column) => idsIn(opened, column));
  } catch {
    return [];
  } finally {
    db?.close();
  }
};
