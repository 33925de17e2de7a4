import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from './sqlite.cjs';
import { inWords, missing, type Kept } from '../file-faults';

/** Nothing was ever written to it: SQLite takes a file of no bytes for a new one. */
export const isAbsent = (file: string): boolean => !existsSync(file) || statSync(file).size === 0;

/** Opens a SQLite file for writing and prepares it. @throws StoreUnavailable, in words: damaged, read-only, full */
export const openFile = (file: string, kept: Kept, prepare: (db: Sqlite.Database) => void): Sqlite.Database =>
  inWords(file, kept, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    for (const path of [dirname(file), file]) if (existsSync(path)) accessSync(path, constants.W_OK);
    const db = new Database(file);
    try {
      db.pragma('journal_mode = WAL');
      prepare(db);
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
