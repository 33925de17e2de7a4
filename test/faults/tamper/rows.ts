import type Sqlite from 'better-sqlite3';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { bodyHash, headHash, type Meta } from '@kernel/format';
import type { Chance } from './chance';

export type Change =
  'text' | 'number' | 'delete' | 'forget' | 'truncate' | 'insert' | 'swap' | 'guard' | 'stream' | 'box';

interface Named {
  readonly what: string;
  readonly names?: { readonly stream: string; readonly revision: number };
  /** As what it must be named, and no event of another stream with it. */
  readonly only?: 'missing';
}

interface Event {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly h: string;
  readonly body: string;
  readonly meta: string;
}

type Db = Sqlite.Database;

const GUARDS = ['events_stay', 'events_remain', 'streams_stay', 'streams_remain'];

/** Changes a database as somebody would who knows SQLite: without its guards, which stand again afterwards. */
const unguarded = <T>(file: string, work: (db: Db) => T): T => {
  const db = new Database(file);
  try {
    const guards = db
      .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid")
      .pluck()
      .all();
    for (const name of GUARDS) db.exec(`DROP TRIGGER IF EXISTS ${name}`);
    const result = work(db);
    for (const sql of guards) db.exec(sql);
    return result;
  } finally {
    db.close();
  }
};

const events = (db: Db): readonly Event[] =>
  db
    .prepare<[], Event>(
      'SELECT e.position, s.name AS stream, e.revision, e.id, e.type, e.h, e.body, e.meta FROM events e JOIN ' +
        'streams s ON s.id = e.stream ORDER BY e.position',
    )
    .all();

/** Another text: a character changed, left out or put in. */
const otherText = (text: string, chance: Chance): string => {
  const at = chance.below(text.length);
  const sign = chance.of([...'0123456789abcdefxyz{}":,[] \u00e9家']);
  const cut = chance.of([0, 1, 1]);
  const other = text.slice(0, at) + chance.of(['', sign, sign]) + text.slice(at + cut);
  return other === text ? `${text}${sign}` : other;
};

const named = (what: string, { stream, revision }: Event): Named => ({ what, names: { stream, revision } });

const isAbout =
  (of: string) =>
  ({ stream, body, meta }: Event): boolean =>
    stream !== of && `${body}${meta}`.includes(of.slice(of.indexOf('-') + 1));
const isLike =
  (of: string) =>
  ({ stream }: Event): boolean =>
    stream !== of && stream.startsWith(of.slice(0, of.indexOf('-') + 1));

/** Sometimes the rows after a deleted one move up with all that hangs on them, so that no position is empty. */
const closeUp = (db: Db, chance: Chance): void => {
  if (chance.below(2) === 0) return;
  for (const table of ['digests', 'boxes', 'events'])
    db.exec(`DELETE FROM ${table} WHERE position NOT IN (SELECT position FROM events);
      UPDATE ${table} SET position = -rank
      FROM (SELECT position AS old, row_number() OVER (ORDER BY position) AS rank FROM events)
      WHERE old = ${table}.position; UPDATE ${table} SET position = -position`);
};

const CHANGES: Readonly<Record<Change, (db: Db, chance: Chance) => Named>> = {
  text: (db, chance) => {
    const event = chance.of(events(db));
    const column = chance.of(['id', 'type', 'h', 'body', 'body', 'meta', 'meta'] as const);
    const text = otherText(event[column], chance);
    db.prepare(`UPDATE events SET ${column} = ? WHERE position = ?`).run(text, event.position);
    return named(`${column} of event ${String(event.position)} is ${text}`, event);
  },
  number: (db, chance) => {
    const event = chance.of(events(db));
    const column = chance.of(['revision', 'stream', 'position']);
    const value = 100_000 + chance.below(1000);
    db.prepare(`UPDATE events SET ${column} = ? WHERE position = ?`).run(value, event.position);
    return { what: `${column} of event ${String(event.position)} is ${String(value)}` };
  },
  delete: (db, chance) => {
    const event = chance.of(events(db));
    db.prepare('DELETE FROM events WHERE position = ?').run(event.position);
    if (chance.below(2) === 0) db.prepare('DELETE FROM boxes WHERE position = ?').run(event.position);
    closeUp(db, chance);
    const { stream, revision } = event;
    return { what: `event ${String(event.position)} deleted`, names: { stream, revision }, only: 'missing' };
  },
  /** A whole record; its name too where another record has it. */
  forget: (db, chance) => {
    const all = events(db);
    const { stream } = chance.of(all);
    const id = db.prepare<[string], number>('SELECT id FROM streams WHERE name = ?').pluck().get(stream);
    db.prepare('DELETE FROM events WHERE stream = ?').run(id);
    const keepsName = chance.below(2) === 0 || !all.some(isAbout(stream)) || !all.some(isLike(stream));
    if (!keepsName) db.prepare('DELETE FROM streams WHERE id = ?').run(id);
    closeUp(db, chance);
    const what = `all of ${stream} deleted${keepsName ? '' : ', its name too'}`;
    return { what, names: { stream, revision: 0 }, only: 'missing' };
  },
  /** An older state of the file, as a backup holds it. */
  truncate: (db, chance) => {
    const after = chance.below(events(db).length);
    for (const table of ['events', 'boxes', 'digests'])
      db.prepare(`DELETE FROM ${table} WHERE position > ?`).run(after);
    db.exec('DELETE FROM streams WHERE id NOT IN (SELECT stream FROM events)');
    db.prepare("UPDATE about SET value = ? WHERE key = 'clean'").run(String(after));
    return { what: `rolled back to event ${String(after)}` };
  },
  insert: (db, chance) => {
    const event = chance.of(events(db));
    const revision = chance.of([event.revision + 1, 100_000]);
    const at = chance.of(['(SELECT max(position) + 1 FROM events)', '-1', '0']);
    db.prepare(
      `INSERT OR IGNORE INTO events SELECT ${at}, stream, ?, id, type, h, body, meta, sigs FROM events WHERE ` +
        'position = ?',
    ).run(revision + 1000, event.position);
    return { what: `event ${String(event.position)} inserted again at ${at}` };
  },
  swap: (db, chance) => {
    const all = events(db);
    const one = chance.of(all);
    const other = chance.of(all.filter(({ position }) => position !== one.position));
    const column = chance.of(['body', 'meta', 'id', 'position'] as const);
    if (column === 'position') {
      const move = db.prepare('UPDATE events SET position = ? WHERE position = ?');
      for (const [to, from] of [
        [-5, one.position],
        [one.position, other.position],
        [other.position, -5],
      ])
        move.run(to, from);
    } else {
      const same = one[column] === other[column];
      const set = db.prepare(`UPDATE events SET ${column} = ? WHERE position = ?`);
      set.run(same ? `${other[column]} ` : other[column], one.position);
      set.run(one[column], other.position);
    }
    return { what: `${column} of ${String(one.position)} and ${String(other.position)} exchanged` };
  },
  guard: (db, chance) => {
    const sql = chance.of([
      'CREATE TRIGGER mine AFTER INSERT ON events BEGIN SELECT 1; END',
      'DROP INDEX events_of_stream',
      'CREATE TABLE mine (x)',
      "INSERT INTO streams (name) VALUES ('household-01999999-0000-7000-8000-0000000000aa')",
      "INSERT INTO boxes VALUES (900000, '[{}]')",
    ]);
    db.exec(sql);
    return { what: sql };
  },
  stream: (db, chance) => {
    const { stream } = chance.of(events(db));
    const name = otherText(stream, chance);
    db.prepare('UPDATE OR IGNORE streams SET name = ? WHERE name = ?').run(name, stream);
    return { what: `stream ${stream} is called ${name}` };
  },
  box: (db, chance) => {
    const rows = db.prepare<[], { position: number; boxes: string }>('SELECT * FROM boxes ORDER BY position').all();
    const { position, boxes } = chance.of(rows);
    const other = chance.of(rows.filter((row) => row.boxes !== boxes));
    const emptied = JSON.stringify((JSON.parse(boxes) as object[]).map(() => ({})));
    const text = chance.of([otherText(boxes, chance), otherText(boxes, chance), other.boxes, emptied, undefined]);
    if (text === undefined) db.prepare('DELETE FROM boxes WHERE position = ?').run(position);
    else db.prepare('UPDATE boxes SET boxes = ? WHERE position = ?').run(text, position);
    const event = events(db).find((one) => one.position === position)!;
    return named(`boxes of event ${String(position)} are ${String(text)}`, event);
  },
};

export const onLog = (file: string, change: Change, chance: Chance): Named =>
  unguarded(file, (db) => CHANGES[change](db, chance));

/** Writes another history that is right in itself: only who holds what was signed can tell. */
export const forge = (file: string, chance: Chance): string =>
  unguarded(file, (db) => {
    const all = events(db);
    const log = all[0]!.stream.slice('ledger-'.length);
    const victim = chance.of(all.slice(1));
    const following = all.filter(({ stream, revision }) => stream === victim.stream && revision >= victim.revision);
    let prev = (JSON.parse(victim.meta) as Meta)['prev']!;
    for (const { position, stream, revision, id, type, body, meta: text } of following) {
      const { h: _h, ...old } = JSON.parse(text) as Meta;
      const meta: Meta = { ...old, prev, ...(revision === victim.revision && { area: '999999999999' }) };
      const h = headHash({ log, stream, revision, id, type, meta, body: bodyHash(body) });
      db.prepare('UPDATE events SET meta = ?, h = ? WHERE position = ?').run(
        JSON.stringify({ ...meta, h }),
        h,
        position,
      );
      prev = h;
    }
    return `${victim.stream} forged from revision ${String(victim.revision)}`;
  });

/** Changes one cell of a view: a document, or what it is found by. */
export const onDatabase = (file: string, chance: Chance): string =>
  unguarded(file, (db) => {
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%@%' ORDER BY name")
      .pluck()
      .all();
    const filled = tables.filter((name) => Number(db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()) > 0);
    const table = chance.of(filled);
    const rows = db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}" ORDER BY 1, 2`).all();
    const row = chance.of(rows);
    const [key = '', second = ''] = Object.keys(row);
    const where = `WHERE "${key}" IS ? AND "${second}" IS ?`;
    const column = chance.of([...Object.keys(row), undefined]);
    if (column === undefined) db.prepare(`DELETE FROM "${table}" ${where}`).run(row[key], row[second]);
    else
      db.prepare(`UPDATE "${table}" SET "${column}" = ? ${where}`).run(
        `${String(row[column])}x`,
        row[key],
        row[second],
      );
    return `${table}: ${column ?? 'a row'} of ${String(row[key])}`;
  });
