import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { layoutOf } from '@kernel/engines/adapters/layout';
import { LOG_LAYOUT } from './schema';
import type { Box, Meta, ValueObject } from '@kernel/format';
import { DamagedStream, type ReadOptions, type StoredEvent } from '../event-store';
import { includesFirst, unbroken } from '../unbroken';

/** Columns in order: reading arrays is cheaper than reading objects. */
type Row = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  body: string,
  meta: string,
  sigs: string | null,
  boxes: string | null,
];

const COLUMNS = `e.position, s.name, e.revision, e.id, e.type, e.body, e.meta, e.sigs, b.boxes
  FROM events e JOIN streams s ON s.id = e.stream LEFT JOIN boxes b ON b.position = e.position`;

/** Reads a log file on the calling thread, beside its writer. */
export class LogReader {
  readonly #db: Sqlite.Database;
  readonly #forward: Sqlite.Statement<unknown[], Row>;
  readonly #backward: Sqlite.Statement<unknown[], Row>;
  readonly #isNamed: Sqlite.Statement<[string], 1>;
  readonly #pages = new Map<string, Sqlite.Statement<unknown[], Row>>();
  readonly #head: Sqlite.Statement<[], number | null>;
  readonly #digest: Sqlite.Statement<[number], string>;

  /** @throws StoreUnavailable for a log that a newer version wrote */
  constructor(readonly file: string) {
    this.#db = new Database(file, { readonly: true });
    layoutOf(this.#db, LOG_LAYOUT);
    this.#db.pragma('mmap_size = 268435456');
    const stream = `SELECT ${COLUMNS} WHERE e.stream = (SELECT id FROM streams WHERE name = ?)
      AND e.revision BETWEEN ? AND ? ORDER BY e.revision`;
    this.#forward = this.#prepare(`${stream} LIMIT ?`);
    this.#backward = this.#prepare(`${stream} DESC LIMIT ?`);
    this.#isNamed = this.#db.prepare<[string], 1>('SELECT 1 FROM streams WHERE name = ?').pluck();
    this.#head = this.#db.prepare<[], number | null>('SELECT max(position) FROM events').pluck();
    this.#digest = this.#db.prepare<[number], string>('SELECT digest FROM digests WHERE position = ?').pluck();
  }

  /** Events of a stream, none missing. @throws DamagedStream */
  stream(name: string, options: ReadOptions): readonly StoredEvent[] {
    const events = this.#stream(name, options);
    const isNone = events.length === 0 && includesFirst(options) && this.#isNamed.get(name) === 1;
    if (!isNone) return unbroken(name, options, events);
    // A writer beside may have begun it between the two.
    const begun = this.#stream(name, options);
    if (begun.length === 0) throw new DamagedStream(name, 0);
    return unbroken(name, options, begun);
  }

  #stream(name: string, { from, to, direction = 'forward', limit = -1 }: ReadOptions): readonly StoredEvent[] {
    const backward = direction === 'backward';
    const [low, high] = backward ? [to, from] : [from, to];
    const read = backward ? this.#backward : this.#forward;
    return read.all(name, low ?? 0, high ?? Number.MAX_SAFE_INTEGER, limit).map(eventFrom);
  }

  /** Looks at the next `size` positions: bounded work, however few match the filter. */
  page(after: number, size: number, types?: readonly string[]): { events: readonly StoredEvent[]; scanned: number } {
    const scanned = Math.min(this.head(), after + size);
    if (scanned <= after) return { events: [], scanned: after };
    const rows = this.#pageOf(types).all(after, scanned, ...(types ?? []));
    return { events: rows.map(eventFrom), scanned };
  }

  head(): number {
    return this.#head.get() ?? 0;
  }

  digest(position: number): string | undefined {
    return this.#digest.get(position);
  }

  async backupTo(file: string): Promise<void> {
    await this.#db.backup(file);
  }

  close(): void {
    this.#db.close();
  }

  #prepare(sql: string): Sqlite.Statement<unknown[], Row> {
    return this.#db.prepare<unknown[], Row>(sql).raw();
  }

  #pageOf(types: readonly string[] | undefined): Sqlite.Statement<unknown[], Row> {
    const filter = types === undefined ? '' : ` AND e.type IN (${types.map(() => '?').join(',')})`;
    const known = this.#pages.get(filter);
    if (known) return known;
    const page = this.#prepare(
      `SELECT ${COLUMNS} WHERE e.position > ? AND e.position <= ?${filter} ORDER BY e.position`,
    );
    this.#pages.set(filter, page);
    return page;
  }
}

/** Boxes are parsed when they are asked for: most folds leave them closed. */
const eventFrom = ([position, stream, revision, id, type, body, meta, sigs, boxes]: Row): StoredEvent => {
  let parsed: readonly Box[] | undefined;
  return {
    position: String(position),
    stream,
    revision,
    id,
    type,
    body,
    meta: JSON.parse(meta) as Meta,
    get boxes() {
      return (parsed ??= boxes === null ? [] : (JSON.parse(boxes) as Box[]));
    },
    ...(sigs !== null && { sigs: JSON.parse(sigs) as ValueObject[] }),
  };
};
