import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import type { StoredEvent } from '@kernel/event-store';
import { prepareLog } from '@kernel/event-store/adapters/schema';
import { fileDamage, type Damage } from '../verify/damage';
import { damageBy } from './file-check';
import { type Row, type ReadRow, LOG_FILE, readRow } from './stored-row';

const COLUMNS = `e.position, e.stream, s.name, e.revision, e.id, e.type, e.h, e.body, e.meta, e.sigs, b.boxes
  FROM events e LEFT JOIN streams s ON s.id = e.stream LEFT JOIN boxes b ON b.position = e.position`;
const PAGE = 1000;

/** The rows of a log file as they are stored, for exact examination. */
export class StoredRows {
  readonly #db: Sqlite.Database;

  constructor(readonly file: string) {
    this.#db = new Database(file, { readonly: true, fileMustExist: true });
  }

  /**
   * UUID of the log by its first event, or, where that is gone, by the name of its own stream; `undefined` where
   * neither is there.
   */
  log(): string | undefined {
    const first = this.#db
      .prepare<[], { name: unknown; type: unknown }>(
        'SELECT s.name, e.type FROM events e JOIN streams s ON s.id = e.stream ORDER BY e.position LIMIT 1',
      )
      .get();
    const own = this.#db
      .prepare<[]>("SELECT name FROM streams WHERE name LIKE 'ledger-%' ORDER BY id LIMIT 1")
      .pluck()
      .get();
    const name = first?.type === 'LogOpened' ? first.name : (own ?? first?.name);
    return typeof name === 'string' ? name.slice(name.indexOf('-') + 1) : undefined;
  }

  /** Names of all streams, with events or without. */
  *names(): Generator<string> {
    for (const name of this.#db.prepare<[]>('SELECT name FROM streams ORDER BY id').pluck().iterate())
      if (typeof name === 'string') yield name;
  }

  async *events(): AsyncGenerator<readonly StoredEvent[]> {
    for (const page of this.pages()) yield await Promise.resolve(page.map(({ event }) => event));
  }

  /** What the digest of a command still says of a position. */
  commandAt(position: number): string | undefined {
    try {
      const digest = this.#db.prepare<[number], { cmd: unknown; at: unknown }>(
        'SELECT cmd, at FROM digests WHERE position = ?',
      );
      const found = digest.get(position);
      return found && `it ended command ${String(found.cmd)} of ${String(found.at)}`;
    } catch {
      return undefined;
    }
  }

  ends(): { readonly first: number; readonly last: number } {
    const row = this.#db.prepare('SELECT min(position) AS first, max(position) AS last FROM events').get() as Partial<
      Record<'first' | 'last', number | null>
    >;
    return { first: row.first ?? 0, last: row.last ?? 0 };
  }

  at(position: number): ReadRow | undefined {
    const row = this.#db.prepare<[number], Row>(`SELECT ${COLUMNS} WHERE e.position = ?`).get(position);
    return row && readRow(row);
  }

  /** Every event of a stream. */
  stream(name: string): readonly StoredEvent[] {
    return this.#db
      .prepare<[string], Row>(`SELECT ${COLUMNS} WHERE s.name = ? ORDER BY e.position`)
      .all(name)
      .map((row) => readRow(row).event);
  }

  /** Every event of a type. */
  ofType(type: string): readonly StoredEvent[] {
    return this.#db
      .prepare<[string], Row>(`SELECT ${COLUMNS} WHERE e.type = ? ORDER BY e.position`)
      .all(type)
      .map((row) => readRow(row).event);
  }

  revision(stream: number, revision: number): ReadRow | undefined {
    const row = this.#db
      .prepare<[number, number], Row>(`SELECT ${COLUMNS} WHERE e.stream = ? AND e.revision = ?`)
      .get(stream, revision);
    return row && readRow(row);
  }

  *pages(after = Number.MIN_SAFE_INTEGER): Generator<readonly ReadRow[]> {
    const page = this.#db.prepare<[number, number], Row>(
      `SELECT ${COLUMNS} WHERE e.position > ? ORDER BY e.position LIMIT ?`,
    );
    for (;;) {
      const rows = page.all(after, PAGE);
      if (rows.length === 0) return;
      after = rows.at(-1)!.position;
      yield rows.map(readRow);
    }
  }

  /** What SQLite finds wrong with the file as a whole. */
  integrity(): readonly string[] {
    const found = this.#db.pragma('integrity_check') as { readonly integrity_check: string }[];
    return found.map(({ integrity_check: words }) => words).filter((words) => words !== 'ok');
  }

  /** Rows that belong to no event, guards that are gone, what the file says of itself. */
  outliers(): readonly Damage[] {
    const damages = this.#schemaFaults();
    const count = (sql: string): number => this.#db.prepare<[], number>(sql).pluck().get() ?? 0;
    const look = (words: () => readonly string[]): void => {
      damages.push(...looked(() => words().map((detail) => fileDamage(LOG_FILE, 'file', detail))));
    };
    const named = (sql: string, detail: string): void => {
      look(() => [count(sql)].filter((found) => found > 0).map((found) => `${String(found)} ${detail}`));
    };
    look(() => this.#empty().map((name) => `there is no event of ${name}, which it names as a stream`));
    named(
      'SELECT count(*) FROM boxes WHERE position < 1 OR position > (SELECT ifnull(max(position), 0) FROM events)',
      'boxes belong to no event',
    );
    named(
      'SELECT count(*) FROM digests d LEFT JOIN events e USING (position) WHERE e.position IS NULL',
      'digests belong to no event',
    );
    named(
      `SELECT count(*) FROM about WHERE key = 'clean' AND (
        typeof(value) <> 'text' OR CAST(CAST(value AS INTEGER) AS TEXT) <> value
        OR CAST(value AS INTEGER) NOT BETWEEN 0 AND (SELECT ifnull(max(position), 0) FROM events)
      )`,
      'marks of a clean stop are none',
    );
    return damages;
  }

  close(): void {
    this.#db.close();
  }

  /** Streams without an event. */
  #empty(): readonly string[] {
    const sql = 'SELECT name FROM streams s WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.stream = s.id) LIMIT 200';
    return this.#db.prepare<[]>(sql).pluck().all().map(String);
  }

  #schemaFaults(): Damage[] {
    const expected = expectedSchema();
    const found = schemaOf(this.#db);
    const names = new Set([...expected.keys(), ...found.keys()]);
    return [...names]
      .filter((name) => expected.get(name) !== found.get(name))
      .map((name) => fileDamage(LOG_FILE, 'file', `${name} is not as it was made: a guard or a table was changed`));
  }
}

/** A table that is not to be read hides no other damage. */
const looked = (look: () => readonly Damage[]): readonly Damage[] => {
  try {
    return look();
  } catch (error) {
    return damageBy(LOG_FILE, error);
  }
};

type Schema = ReadonlyMap<string, string>;

const schemaOf = (db: Sqlite.Database): Schema => {
  const rows = db
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema',
    )
    .all();
  // How a statement is broken into lines is no change of what it makes.
  const said = (sql: string | null): string | undefined => sql?.replaceAll(/\s+/g, ' ');
  return new Map(
    rows.map(({ type, name, tbl_name: table, sql }) => [`${type} ${name}`, JSON.stringify([table, said(sql)])]),
  );
};

let known: Schema | undefined;

/** Tables, indexes and guards as a new log has them. */
const expectedSchema = (): Schema => {
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'jd-schema-'));
  try {
    prepareLog(join(folder, LOG_FILE));
    const db = new Database(join(folder, LOG_FILE), { readonly: true });
    known = schemaOf(db);
    db.close();
    return known;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
