import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { fileDamage, type Damage } from '../verify/damage';

/** What SQLite finds wrong with a file as a whole: damage that would keep a system from opening it. */
export const checkDatabase = (file: string): readonly Damage[] => {
  const name = basename(file);
  if (!existsSync(file)) return [fileDamage(name, 'file', 'there is no such file')];
  try {
    const db = new Database(file, { readonly: true });
    try {
      const found = db.pragma('integrity_check') as { readonly integrity_check: string }[];
      return found
        .map(({ integrity_check: words }) => words)
        .filter((words) => words !== 'ok')
        .map((words) => fileDamage(name, 'file', words));
    } finally {
      db.close();
    }
  } catch (error) {
    return [fileDamage(name, 'file', error instanceof Error ? error.message : String(error))];
  }
};
