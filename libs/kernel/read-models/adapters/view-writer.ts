import type Sqlite from 'better-sqlite3';
import { indexable, valueAt } from './documents';
import type { Table } from './view-query';

type Document = Readonly<Record<string, unknown>>;
type Indexed = string | number | null;

/** Writes documents of embedded views with what is indexed of them. */
export class ViewWriter {
  constructor(private readonly prepare: (sql: string) => Sqlite.Statement) {}

  /** A document whose indexed values stay as they are is written alone: no index page is touched. */
  put(table: Table, puts: ReadonlyMap<string, object>): void {
    const same = table.scalars.map((field) => ` AND ${table.column(field)} IS ?`).join('');
    const update = this.prepare(`UPDATE "${table.table}" SET doc = ? WHERE id = ?${same}`);
    const marks = table.scalars.map(() => ', ?').join('');
    const write = this.prepare(`INSERT OR REPLACE INTO "${table.table}" VALUES (?, ?${marks})`);
    for (const [id, document] of puts) {
      const text = JSON.stringify(document);
      const values = table.scalars.map((field) => indexable(valueAt(document as Document, field)));
      if (update.run(text, id, ...values).changes === 0) write.run(id, text, ...values);
      for (const field of table.lists) this.#putList(table, field, id, document as Document);
    }
  }

  #putList(table: Table, field: string, id: string, document: Document): void {
    const given = valueAt(document, field.slice(0, -2));
    const values = new Set((Array.isArray(given) ? given : []).map(indexable));
    const list = table.list(field);
    const kept = this.prepare(`SELECT value FROM "${list}" WHERE id = ?`).all(id) as { value: Indexed }[];
    if (kept.length === values.size && kept.every(({ value }) => values.has(value))) return;
    this.prepare(`DELETE FROM "${list}" WHERE id = ?`).run(id);
    const add = this.prepare(`INSERT OR IGNORE INTO "${list}" VALUES (?, ?)`);
    for (const value of values) add.run(value, id);
  }

  delete(table: Table, ids: readonly string[]): void {
    for (const id of ids) {
      this.prepare(`DELETE FROM "${table.table}" WHERE id = ?`).run(id);
      for (const field of table.lists) this.prepare(`DELETE FROM "${table.list(field)}" WHERE id = ?`).run(id);
    }
  }
}
