import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from './sqlite.cjs';
import { layoutOf, stamp } from './layout';
import { inWords, missing, type Kept } from '../file-faults';

/** Nothing was ever written to it: SQLite takes a file of no bytes for a new one. */
export const isAbsent = (file: string): boolean => !existsSync(file) || statSync(file).size === 0;

export interface FileKind {
  readonly kept: Kept;
  /** Rises when a program of before could not leave the file as it finds it. */
  readonly layout: number;
}

/**
 * Opens a SQLite file for writing and prepares it, told the layout found: 0 for a new file.
 * @throws StoreUnavailable, in words: damaged, read-only, full, or written by a newer version
 */
export const openFile = (
  file: string,
  { kept, layout }: FileKind,
  prepare: (db: Sqlite.Database, found: number) => void,
): Sqlite.Database =>
  inWords(file, kept, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    for (const path of [dirname(file), file]) if (existsSync(path)) accessSync(path, constants.W_OK);
    const db = new Database(file);
    try {
      const found = layoutOf(db, layout);
      db.pragma('journal_mode = WAL');
      prepare(db, found);
      stamp(db, layout);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });

/** @throws StoreUnavailable when a log is in use and this file of its keys is not here */
export const mustBeThere = (file: string, begun: boolean): void => {
  if (begun && isAbsent(file)) throw missing(file, 'keys');
};
