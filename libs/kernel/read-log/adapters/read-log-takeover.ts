import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { chainedHash, FIRST_PREV, readOf, readText, segmentOf } from '../read-chain';

const FIRST_FILE = 'reads.db';

/** Takes over what the first release recorded, one row a read without segments, and removes its file. */
export const takeOverFirstReads = (db: Sqlite.Database, folder: string): void => {
  const file = join(folder, FIRST_FILE);
  if (!existsSync(file)) return;
  const before = new Database(file);
  const rows = before.prepare<[], { record: string }>('SELECT record FROM reads ORDER BY id').all();
  before.close();
  const add = db.prepare('INSERT INTO reads (day, idx, actor, view, glass, text, h) VALUES (?, ?, ?, ?, NULL, ?, ?)');
  const link = db.prepare('INSERT OR IGNORE INTO read_subjects (subject, day, idx) VALUES (?, ?, ?)');
  const tips = new Map<string, { readonly idx: number; readonly h: string }>();
  db.transaction(() => {
    for (const { record } of rows) {
      const read = readOf(record);
      const text = readText(read);
      const day = segmentOf(read.at, '');
      const { idx, h: prev } = tips.get(day) ?? { idx: -1, h: FIRST_PREV };
      const h = chainedHash(prev, text);
      add.run(day, idx + 1, read.actor, read.view, text, h);
      for (const subject of read.subjects) link.run(subject, day, idx + 1);
      tips.set(day, { idx: idx + 1, h });
    }
  })();
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
};
