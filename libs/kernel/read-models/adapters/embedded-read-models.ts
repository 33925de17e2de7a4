import { createHash } from 'node:crypto';
import type Sqlite from 'better-sqlite3';
import { canonical } from '@kernel/format';
import {
  ReadModels,
  UnknownView,
  type Batch,
  type ViewCheckpoint,
  type Kept,
  type Page,
  type Query,
  type ViewDefinition,
} from '../read-models';
import { revived } from './documents';
import { compileQuery, cursorOf, viewTableOf, type Table } from './view-query';
import { ViewWriter } from './view-writer';
import { existingViews, openViews } from './views-file';

interface ViewRow {
  readonly name: string;
  readonly version: number;
  readonly fields: string;
  readonly live: number;
  readonly position: string | null;
  readonly events: number;
}

/** Views in one SQLite file, one table per view and version. They can always be rebuilt from the log. */
export class EmbeddedReadModels extends ReadModels {
  readonly #db: Sqlite.Database;
  readonly #live = new Map<string, Table>();
  readonly #statements = new Map<string, Sqlite.Statement>();
  readonly #writer = new ViewWriter((sql) => this.#prepare(sql));

  /** @throws StoreUnavailable when a newer version wrote them */
  constructor(folder: string, { readonly = false }: { readonly readonly?: boolean } = {}) {
    super();
    this.#db = readonly ? existingViews(folder) : openViews(folder);
    for (const row of this.#rows().filter(({ live }) => live === 1))
      this.#live.set(row.name, viewTableOf(row.name, row.version, fieldsOf(row)));
  }

  prepare(view: ViewDefinition, begun = false): Promise<{ readonly live: boolean }> {
    const rows = this.#rows().filter(({ name }) => name === view.name);
    const known = rows.find(({ version }) => version === view.version);
    if (known?.fields === JSON.stringify(view.indexes)) return Promise.resolve({ live: known.live === 1 });
    const live = (rows.length === 0 && !begun) || known?.live === 1;
    this.#db.transaction(() => {
      if (known) this.#drop(known);
      this.#create(view, live);
    })();
    return Promise.resolve({ live });
  }

  get<D extends object>({ name: view }: ViewDefinition<D>, id: string): Promise<D | undefined> {
    const { table } = this.#table(view);
    return Promise.resolve(parse<D>(this.#prepare(`SELECT doc FROM "${table}" WHERE id = ?`).get(id)));
  }

  find<D extends object>({ name: view }: ViewDefinition<D>, query: Query): Promise<Page<D>> {
    const table = this.#table(view);
    const limit = Math.min(Math.max(query.limit ?? 50, 1), 1000);
    const { sql, values } = compileQuery(table, query);
    const rows = this.#prepare(`SELECT doc FROM "${table.table}" ${sql} LIMIT ?`).all(...values, limit + 1);
    const items = rows.slice(0, limit).map((row) => parse<D>(row)!);
    const last = items.at(-1);
    return Promise.resolve({ items, ...(rows.length > limit && last && { next: cursorOf(last, query.sort ?? 'id') }) });
  }

  count({ name: view }: ViewDefinition, { where, any }: Pick<Query, 'where' | 'any'>): Promise<number> {
    const table = this.#table(view);
    const { filter, values } = compileQuery(table, { ...(where && { where }), ...(any && { any }) });
    const row = this.#prepare(`SELECT count(*) AS n FROM "${table.table}" ${filter}`).get(...values) as { n: number };
    return Promise.resolve(row.n);
  }

  countBy(
    { name: view }: ViewDefinition,
    field: string,
    { where, any }: Pick<Query, 'where' | 'any'>,
  ): Promise<Readonly<Record<string, number>>> {
    const table = this.#table(view);
    const { filter, values } = compileQuery(table, { ...(where && { where }), ...(any && { any }) });
    const column = table.column(field);
    const rows = this.#prepare(
      `SELECT ${column} AS value, count(*) AS n FROM "${table.table}" ${filter} GROUP BY 1`,
    ).all(...values);
    return Promise.resolve(
      Object.fromEntries((rows as { value: unknown; n: number }[]).map(({ value, n }) => [String(value), n])),
    );
  }

  claim(): Promise<void> {
    return Promise.resolve();
  }

  load(view: ViewDefinition, ids: readonly string[]): Promise<readonly Kept[]> {
    const read = this.#prepare(
      `SELECT doc FROM "${viewTableOf(view.name, view.version, view.indexes).table}" WHERE id = ?`,
    );
    return Promise.resolve(
      ids.map((id) => {
        const document = parse(read.get(id));
        return document ? { document } : {};
      }),
    );
  }

  write(view: ViewDefinition, { puts, deletes, checkpoint }: Batch, events: number): Promise<void> {
    const table = viewTableOf(view.name, view.version, view.indexes);
    this.#db.transaction(() => {
      this.#writer.put(table, puts);
      this.#writer.delete(table, deletes);
      this.#prepare('UPDATE views SET position = ?, events = events + ? WHERE name = ? AND version = ?').run(
        checkpoint,
        events,
        view.name,
        view.version,
      );
    })();
    return Promise.resolve();
  }

  checkpoint({ name, version }: ViewDefinition): Promise<ViewCheckpoint> {
    const row = this.#prepare('SELECT * FROM views WHERE name = ? AND version = ?').get(name, version) as
      ViewRow | undefined;
    return Promise.resolve({ events: row?.events ?? 0, ...(row?.position && { position: row.position }) });
  }

  swap(view: ViewDefinition): Promise<void> {
    const older = this.#rows().filter(({ name, version }) => name === view.name && version !== view.version);
    this.#db.transaction(() => {
      for (const row of older) this.#drop(row);
      this.#prepare('UPDATE views SET live = 1 WHERE name = ? AND version = ?').run(view.name, view.version);
    })();
    this.#live.set(view.name, viewTableOf(view.name, view.version, view.indexes));
    return Promise.resolve();
  }

  ask(id: string): Promise<void> {
    this.#prepare('INSERT OR IGNORE INTO asked VALUES (?)').run(id);
    return Promise.resolve();
  }

  takeAsked(mine: (id: string) => boolean): Promise<readonly string[]> {
    const asked = this.#prepare('SELECT id FROM asked').pluck().all() as string[];
    return Promise.resolve(asked.filter((id) => mine(id) && this.#prepare('DELETE FROM asked WHERE id = ?').run(id)));
  }

  clear(view: ViewDefinition): Promise<void> {
    const table = viewTableOf(view.name, view.version, view.indexes);
    this.#db.transaction(() => {
      for (const name of [table.table, ...table.lists.map((field) => table.list(field))])
        this.#db.exec(`DELETE FROM "${name}"`);
      this.#prepare('UPDATE views SET position = NULL, events = 0 WHERE name = ? AND version = ?').run(
        view.name,
        view.version,
      );
    })();
    return Promise.resolve();
  }

  /** What is indexed counts too: a document that is not found where it belongs is not the same. */
  digest(view: ViewDefinition): Promise<{ readonly documents: number; readonly digest: string }> {
    const hash = createHash('sha256');
    let documents = 0;
    const { table, lists, list } = viewTableOf(view.name, view.version, view.indexes);
    const rows = this.#prepare(`SELECT * FROM "${table}" ORDER BY id`).raw().iterate() as Iterable<[string, string]>;
    for (const [id, doc, ...columns] of rows) {
      documents += 1;
      hash.update(`${id}\n${canonical(JSON.parse(doc))}\n${JSON.stringify(columns)}\n`);
    }
    for (const field of lists) {
      const values = this.#prepare(`SELECT id, value FROM "${list(field)}" ORDER BY id, value`).raw();
      for (const value of values.iterate()) hash.update(`${JSON.stringify(value)}\n`);
    }
    return Promise.resolve({ documents, digest: hash.digest('hex') });
  }

  drop(view: ViewDefinition): Promise<void> {
    const row = this.#rows().find(({ name, version }) => name === view.name && version === view.version);
    if (row)
      this.#db.transaction(() => {
        this.#drop(row);
      })();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#db.close();
    return Promise.resolve();
  }

  #rows(): readonly ViewRow[] {
    return this.#db.prepare<[], ViewRow>('SELECT * FROM views').all();
  }

  #prepare(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #table(view: string): Table {
    const table = this.#live.get(view);
    if (!table) throw new UnknownView(view);
    return table;
  }

  #create(view: ViewDefinition, live: boolean): void {
    const table = viewTableOf(view.name, view.version, view.indexes);
    const columns = table.scalars.map((field) => `, ${table.column(field)}`).join('');
    this.#db.exec(`CREATE TABLE "${table.table}" (id TEXT PRIMARY KEY, doc TEXT NOT NULL${columns}) WITHOUT ROWID`);
    for (const field of table.scalars) {
      this.#db.exec(`CREATE INDEX "${table.table}/${field}" ON "${table.table}" (${table.column(field)}, id)`);
    }
    for (const field of table.lists) {
      this.#db.exec(`CREATE TABLE "${table.list(field)}" (value, id TEXT, PRIMARY KEY (value, id)) WITHOUT ROWID`);
      this.#db.exec(`CREATE INDEX "${table.list(field)}/id" ON "${table.list(field)}" (id)`);
    }
    this.#db
      .prepare('INSERT INTO views (name, version, fields, live) VALUES (?, ?, ?, ?)')
      .run(view.name, view.version, JSON.stringify(view.indexes), live ? 1 : 0);
    if (live) this.#live.set(view.name, table);
  }

  #drop(row: ViewRow): void {
    const table = viewTableOf(row.name, row.version, fieldsOf(row));
    for (const name of [table.table, ...table.lists.map((field) => table.list(field))])
      this.#db.exec(`DROP TABLE IF EXISTS "${name}"`);
    this.#db.prepare('DELETE FROM views WHERE name = ? AND version = ?').run(row.name, row.version);
    this.#statements.clear();
  }
}

const fieldsOf = ({ fields }: ViewRow): readonly string[] => JSON.parse(fields) as string[];

const parse = <D extends object>(row: unknown): D | undefined =>
  row === undefined ? undefined : (revived((row as { doc: string }).doc) as D);
