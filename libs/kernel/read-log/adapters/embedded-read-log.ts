import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { readCursorOf, cursorText, readId, readOf, readText, segmentOf, type ReadCursor } from '../read-chain';
import {
  ReadLog,
  type ChainedRead,
  type ListedRead,
  type ReadPage,
  type ReadQuery,
  type ReadRecord,
  type Segment,
} from '../read-log';
import { inWords, StoreUnavailable } from '@kernel/engines';
import { openFile } from '@kernel/engines/adapters/sqlite-file';
import { ReadLogWriter, type Work } from './read-log-writer';
import { takeOverFirstReads } from './read-log-takeover';

export interface EmbeddedReadLogOptions {
  /** Reads beside the process that writes; there must be a log. */
  readonly readonly?: boolean;
  readonly maxPages?: number;
}

const LAYOUT = 1;

interface Row {
  readonly day: string;
  readonly idx: number;
  readonly text: string;
  readonly h: string;
}

export const READS_FILE = 'read-log.db';
const PAGE = 1000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS reads (
    day TEXT NOT NULL, idx INTEGER NOT NULL, actor TEXT NOT NULL, view TEXT NOT NULL, glass TEXT,
    text TEXT NOT NULL, h TEXT NOT NULL,
    PRIMARY KEY (day, idx)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS read_subjects (
    subject TEXT NOT NULL, day TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (subject, day, idx)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS reads_actor ON reads (actor, day, idx);
  CREATE INDEX IF NOT EXISTS reads_glass ON reads (day, idx) WHERE glass IS NOT NULL;
  CREATE TRIGGER IF NOT EXISTS reads_stay BEFORE UPDATE ON reads
    BEGIN SELECT RAISE(ABORT, 'reads are never changed'); END;
  CREATE TRIGGER IF NOT EXISTS reads_open BEFORE DELETE ON reads
    WHEN old.day > coalesce((SELECT value FROM about WHERE key = 'closed'), '')
    BEGIN SELECT RAISE(ABORT, 'an open segment is never destroyed'); END;
`;

/** The read log in a file of its own, written by a thread of its own. */
export class EmbeddedReadLog extends ReadLog {
  readonly #db: Sqlite.Database;
  readonly #writer: ReadLogWriter | undefined;
  #closedThrough: string;

  constructor(folder: string, { readonly = false, maxPages }: EmbeddedReadLogOptions = {}) {
    super();
    const file = join(folder, READS_FILE);
    if (readonly) {
      if (!existsSync(file)) throw new StoreUnavailable('io', `there is no read log in ${folder}`);
    } else {
      openFile(file, { kept: 'data', layout: LAYOUT }, (db) => {
        db.exec(SCHEMA);
        takeOverFirstReads(db, folder);
      }).close();
    }
    this.#db = inWords(file, 'data', () => new Database(file, { readonly: true }));
    this.#closedThrough = inWords(file, 'data', () => closedOf(this.#db));
    this.#writer = readonly ? undefined : new ReadLogWriter(file, maxPages);
  }

  record(read: ReadRecord): Promise<void> {
    const { at, actor, view, glass = null, subjects } = read;
    const day = segmentOf(at, this.#closedThrough);
    return this.#write({ add: { day, actor, view, glass, subjects, text: readText(read) } });
  }

  list(query: ReadQuery): Promise<ReadPage> {
    return Promise.resolve().then(() => this.#page(query));
  }

  segments(): Promise<readonly Segment[]> {
    const closed = closedOf(this.#db);
    const rows = this.#db
      .prepare<[], { day: string; count: number }>('SELECT day, count(*) AS count FROM reads GROUP BY day ORDER BY day')
      .all();
    return Promise.resolve(rows.map(({ day, count }) => ({ day, count, closed: day <= closed })));
  }

  async *chain(day: string): AsyncIterable<readonly ChainedRead[]> {
    const page = this.#db.prepare<[string, number], Row>(
      `SELECT day, idx, text, h FROM reads WHERE day = ? AND idx > ? ORDER BY idx LIMIT ${String(PAGE)}`,
    );
    for (let rows = page.all(day, -1); rows.length > 0; rows = page.all(day, rows.at(-1)?.idx ?? 0)) {
      yield rows.map(({ idx, text, h }) => ({ index: idx, text, h }));
      await nextTurn();
    }
  }

  closeThrough(day: string): Promise<void> {
    if (day > this.#closedThrough) this.#closedThrough = day;
    return this.#write({ close: day });
  }

  destroyThrough(day: string): Promise<void> {
    return this.#write({ destroy: day });
  }

  async backupTo(folder: string): Promise<void> {
    await this.#db.backup(join(folder, READS_FILE));
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#db.close();
  }

  #write(work: Work): Promise<void> {
    if (!this.#writer) return Promise.reject(new StoreUnavailable('closed', 'the read log is opened for reading only'));
    return this.#writer.write(work);
  }

  #page(query: ReadQuery): ReadPage {
    const { limit = 50 } = query;
    const found: ListedPart[] = [];
    for (const [part, from] of partsOf(query)) {
      if (found.length <= limit) found.push(...this.#part(query, part, from, limit + 1 - found.length));
    }
    const last = found[limit - 1];
    const items = found.slice(0, limit).map(({ read }) => read);
    return { items, ...(found.length > limit && last && { next: cursorText(last) }) };
  }

  #part(
    query: ReadQuery,
    part: ReadCursor['part'],
    after: ReadCursor | undefined,
    limit: number,
  ): readonly ListedPart[] {
    const [conditions, values] = conditionsOf(query, part, after);
    const rows = this.#db
      .prepare<unknown[], Row>(
        `SELECT day, idx, text, h FROM reads WHERE ${conditions.join(' AND ')} ORDER BY day DESC, idx DESC LIMIT ?`,
      )
      .all(...values, limit);
    return rows.map(({ day, idx, text }) => ({
      part,
      day,
      index: idx,
      read: { id: readId(day, idx), ...readOf(text) },
    }));
  }
}

interface ListedPart extends ReadCursor {
  readonly read: ListedRead;
}

/** The parts of a list that are still to be shown, each with the place where it goes on. */
const partsOf = ({
  after,
  onlyGlass = false,
}: ReadQuery): readonly (readonly [ReadCursor['part'], ReadCursor | undefined])[] => {
  const cursor = after === undefined ? undefined : readCursorOf(after);
  const glass = cursor?.part === 'other' ? [] : [['glass', cursor] as const];
  return onlyGlass ? glass : [...glass, ['other', cursor?.part === 'other' ? cursor : undefined]];
};

const conditionsOf = (
  { actor, subjects, view, from, to }: ReadQuery,
  part: ReadCursor['part'],
  after: ReadCursor | undefined,
): readonly [readonly string[], readonly unknown[]] => {
  const all: readonly (readonly [condition: string, ...values: readonly unknown[]])[] = [
    [part === 'glass' ? 'glass IS NOT NULL' : 'glass IS NULL'],
    ...(after ? [['(day, idx) < (?, ?)', after.day, after.index] as const] : []),
    ...(actor === undefined ? [] : [['actor = ?', actor] as const]),
    ...(view === undefined ? [] : [['view = ?', view] as const]),
    ...(from === undefined ? [] : [['day >= ?', from] as const]),
    ...(to === undefined ? [] : [['day <= ?', to] as const]),
    ...(subjects === undefined
      ? []
      : [
          [
            `(day, idx) IN (SELECT day, idx FROM read_subjects WHERE subject IN (SELECT value FROM json_each(?)))`,
            JSON.stringify(subjects),
          ] as const,
        ]),
  ];
  return [all.map(([condition]) => condition), all.flatMap(([, ...values]) => values)];
};

const closedOf = (db: Sqlite.Database): string =>
  db.prepare<[], { value: string }>("SELECT value FROM about WHERE key = 'closed'").get()?.value ?? '';
