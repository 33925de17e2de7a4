import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ReadLog, type ReadQuery, type ReadRecord } from '../read-log';

interface Row {
  readonly id: number;
  readonly record: string;
}

interface Waiting {
  readonly read: ReadRecord;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The read log in a file of its own; all that is read in one turn of the event loop is one commit. */
export class EmbeddedReadLog extends ReadLog {
  readonly #db: Database.Database;
  #queue: Waiting[] = [];

  constructor(folder: string) {
    super();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db = new Database(join(folder, 'reads.db'));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS reads (id INTEGER PRIMARY KEY, actor TEXT NOT NULL, record TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS read_subjects (subject TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (subject, id)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS reads_actor ON reads (actor, id);
      CREATE TRIGGER IF NOT EXISTS reads_stay BEFORE UPDATE ON reads BEGIN SELECT RAISE(ABORT, 'reads are never changed'); END;
    `);
  }

  record(read: ReadRecord): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#queue.length === 0) setImmediate(() => { this.#flush(); }); // prettier-ignore
      this.#queue.push({ read, done, failed });
    });
  }

  list({ actor, subject, limit = 50, after = Number.MAX_SAFE_INTEGER }: ReadQuery) {
    const filters = [
      'id < ?',
      ...(actor === undefined ? [] : ['actor = ?']),
      ...(subject === undefined ? [] : ['id IN (SELECT id FROM read_subjects WHERE subject = ?)']),
    ];
    const values = [
      after,
      ...(actor === undefined ? [] : [actor]),
      ...(subject === undefined ? [] : [subject]),
      limit + 1,
    ];
    const rows = this.#db
      .prepare<unknown[], Row>(`SELECT id, record FROM reads WHERE ${filters.join(' AND ')} ORDER BY id DESC LIMIT ?`)
      .all(...values);
    const items = rows.slice(0, limit).map(({ id, record }) => ({ id, ...(JSON.parse(record) as ReadRecord) }));
    const last = items.at(-1);
    return Promise.resolve({ items, ...(rows.length > limit && last && { next: last.id }) });
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, 'reads.db'));
  }

  close(): void {
    if (this.#queue.length > 0) this.#flush();
    this.#db.close();
  }

  #flush(): void {
    const waiting = this.#queue;
    this.#queue = [];
    try {
      const add = this.#db.prepare('INSERT INTO reads (actor, record) VALUES (?, ?)');
      const link = this.#db.prepare('INSERT OR IGNORE INTO read_subjects VALUES (?, ?)');
      this.#db.transaction(() => {
        for (const { read } of waiting) {
          const id = add.run(read.actor, JSON.stringify(read)).lastInsertRowid;
          for (const subject of read.subjects) link.run(subject, id);
        }
      })();
      for (const { done } of waiting) done();
    } catch (error) {
      for (const { failed } of waiting) failed(error);
    }
  }
}
