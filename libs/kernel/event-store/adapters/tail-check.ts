import { StoreUnavailable } from '@kernel/engines';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { bodyHash, headHash, ZERO_HASH, type Meta } from '@kernel/format';

interface Row {
  readonly position: number;
  readonly stream: number;
  readonly name: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly h: string;
  readonly body: string;
  readonly meta: string;
}

/** Recomputes what was appended since the last clean stop. @throws StoreUnavailable naming the first damaged event */
export const checkTail = (file: string): void => {
  const db = new Database(file, { readonly: true });
  try {
    const clean = Number(db.prepare<[], string>("SELECT value FROM about WHERE key = 'clean'").pluck().get() ?? 0);
    const first = db
      .prepare<[], string>('SELECT s.name FROM events e JOIN streams s ON s.id = e.stream WHERE e.position = 1')
      .pluck()
      .get();
    const log = first?.slice(first.indexOf('-') + 1) ?? '';
    const before = db
      .prepare<[number, number], string>('SELECT h FROM events WHERE stream = ? AND revision = ?')
      .pluck();
    const tail = db.prepare<[number], Row>(
      'SELECT e.position, e.stream, s.name, e.revision, e.id, e.type, e.h, e.body, e.meta FROM events e JOIN ' +
        'streams s ON s.id = e.stream WHERE e.position > ? ORDER BY e.position',
    );
    let position = clean;
    for (const row of tail.iterate(clean)) {
      position += 1;
      const prev = row.revision === 0 ? ZERO_HASH : before.get(row.stream, row.revision - 1);
      const fault = faultOf(log, row, position, prev);
      if (fault)
        throw new StoreUnavailable(
          'io',
          `the log is damaged at ${row.name} revision ${String(row.revision)}: ${fault}; run verify`,
        );
    }
  } finally {
    db.close();
  }
};

const faultOf = (log: string, row: Row, position: number, prev: string | undefined): string | undefined => {
  if (row.position !== position) return 'a position is missing';
  const meta = JSON.parse(row.meta) as Meta;
  if (meta['prev'] !== prev) return 'it is not chained to the revision before';
  const { name: stream, revision, id, type } = row;
  const h = headHash({ log, stream, revision, id, type, meta, body: bodyHash(row.body) });
  return h === meta['h'] && h === row.h ? undefined : 'it does not hash to h';
};
