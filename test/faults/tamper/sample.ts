import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { readSettings, type Settings } from '@system/settings';
import { System } from '@system/system';
import { officeFolder } from '../../support/folders';

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** A small office, and a working copy of its folders that is changed and put back. */
export class Sample {
  private constructor(readonly root: string) {}

  static async make(): Promise<Sample> {
    const root = mkdtempSync(join(tmpdir(), 'jd-tampers-'));
    const data = join(root, 'pristine/data');
    await officeFolder('demo', data);
    const system = await System.open(readSettings({ JIANDANG_DATA: data }));
    await system.start();
    await system.notary.sealHeads();
    await system.close();
    cpSync(join(root, 'pristine'), join(root, 'work'), { recursive: true });
    return new Sample(root);
  }

  get data(): string {
    return join(this.root, 'work/data');
  }
  get keys(): string {
    return join(this.root, 'work/data-keys');
  }
  get settings(): Settings {
    return readSettings({ JIANDANG_DATA: this.data });
  }

  /** The file as it was before anybody changed it. */
  pristine(file: string): string {
    return join(this.root, 'pristine', relative(join(this.root, 'work'), file));
  }

  /** Files below a folder of the data, in a fixed order. */
  files(folder: string): readonly string[] {
    return [...filesIn(join(this.data, folder))].sort();
  }

  /** Puts back what differs in size or was written, and removes what was not there. */
  putBack(touched: readonly string[]): void {
    for (const file of touched) {
      for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true });
      if (existsSync(this.pristine(file))) copyFileSync(this.pristine(file), file);
      else rmSync(file, { force: true });
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

/** Everything that the tables of a database hold, row by row, as SQLite gives it back; `undefined` when it does not. */
export const contentOf = (file: string, tables?: readonly string[]): Record<string, unknown> | undefined => {
  if (!existsSync(file) || statSync(file).size === 0) return undefined;
  try {
    const db = new Database(file);
    try {
      const schema = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all();
      const names =
        tables ??
        db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
      const rows = names.map((name) => [
        name,
        db.prepare(`SELECT * FROM "${name}" ORDER BY 1, 2`).safeIntegers().raw().all(),
      ]);
      return { schema, ...(Object.fromEntries(rows) as Record<string, unknown>) };
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
};
