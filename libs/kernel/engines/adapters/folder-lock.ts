import { StoreUnavailable } from '../unavailable';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from './sqlite.cjs';

/** One writer per data folder: an operating-system lock that dies with its process, also by kill -9. */
export class FolderLock {
  readonly #db: Sqlite.Database;
  readonly #holder: string;

  /** @throws StoreUnavailable naming the process that holds the folder */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#holder = join(folder, 'lock.pid');
    this.#db = new Database(join(folder, 'lock.db'), { timeout: 0 });
    try {
      this.#db.exec('BEGIN EXCLUSIVE');
    } catch {
      this.#db.close();
      throw new StoreUnavailable('locked', `${folder} is in use by process ${holderOf(this.#holder)}`);
    }
    writeFileSync(this.#holder, String(process.pid));
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
