import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from './sqlite.cjs';
import { StoreUnavailable } from '../unavailable';
import { inWords } from '../file-faults';

/** One writer per data folder: an operating-system lock that dies with its process, also by kill -9. */
export class FolderLock {
  readonly #db: Sqlite.Database;
  readonly #holder: string;

  /** @throws StoreUnavailable naming the process that holds the folder, or that the lock is no file to be locked */
  constructor(folder: string) {
    const file = join(folder, 'lock.db');
    this.#holder = join(folder, 'lock.pid');
    this.#db = inWords(file, 'lock', () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return new Database(file, { timeout: 0 });
    });
    try {
      inWords(file, 'lock', () => this.#db.exec('BEGIN EXCLUSIVE'));
      inWords(this.#holder, 'lock', () => {
        writeFileSync(this.#holder, String(process.pid));
      });
    } catch (error) {
      this.#db.close();
      if (!(error instanceof StoreUnavailable) || error.reason !== 'locked') throw error;
      throw new StoreUnavailable('locked', `${folder} is in use by process ${holderOf(this.#holder)}`);
    }
  }

  release(): void {
    rmSync(this.#holder, { force: true });
    this.#db.close();
  }
}

const holderOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '(unknown)';
  }
};
