import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { loadDemo } from '@standalone/demo/load-demo';
import { prepareFirstStart } from '@standalone/first-start';
import { readSettings } from '@standalone/settings';
import { System } from '@standalone/system';
import { verifyFolder, verifyPapers, verifySystem } from '@standalone/verification';

const ROUNDS = Number(process.env['TAMPER_ROUNDS'] ?? (process.env['FAULT_ROUNDS'] ? 10_000 : 40));
const SEED = Number(process.env['TAMPER_SEED'] ?? Date.now() % 1_000_000);

/** A small generator with a seed, so that a round that fails can be had again. */
const randomOf = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, one: <T>(list: readonly T[]): T => list[below(list.length)]! };
};
type Random = ReturnType<typeof randomOf>;

const scratch = mkdtempSync(join(tmpdir(), 'jd-random-tamper-'));
const origin = join(scratch, 'origin');
const older = join(scratch, 'older.db');
const data = join(scratch, 'data');
const settings = readSettings({ JIANDANG_DATA: data, JIANDANG_LOG_LEVEL: 'silent' });

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });

/** Digests of commands expire: they tell a repeated command from another, and are no evidence. */
const EXPIRES = 'digests';

/** Everything that can be read of a database, so that a byte nobody reads is told from one that matters. */
const contentOf = (file: string): string => {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db.prepare<[], { name: string; sql: string | null }>('SELECT name, sql FROM sqlite_master ORDER BY name').all(); // prettier-ignore
    const hash = createHash('sha256').update(JSON.stringify(tables));
    for (const { name } of tables.filter(({ name, sql }) => name !== EXPIRES && sql?.startsWith('CREATE TABLE')))
      hash.update(JSON.stringify(db.prepare(`SELECT * FROM "${name}" ORDER BY 1`).raw().all()));
    return `${hash.digest('hex')} ${String(db.pragma('integrity_check', { simple: true }))}`;
  } catch (error) {
    return String(error);
  } finally {
    db.close();
  }
};

const withoutGuards = (file: string, change: (db: Database.Database) => void): void => {
  const db = new Database(file);
  const guards = db.prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all(); // prettier-ignore
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  change(db);
  for (const { sql } of guards) db.exec(sql);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
};

const otherChar = (text: string, random: Random): string => {
  const at = random.below(text.length);
  const other = random.one([...'0123456789abcdefXYZ甲'].filter((char) => char !== text[at]));
  return text.slice(0, at) + other + text.slice(at + 1);
};

/** Each changes the folder in one way and says how. */
type Tamper = (random: Random) => string;

const log = (): string => join(data, 'log.db');
const positions = (db: Database.Database, random: Random): readonly [number, number] => {
  const count = db.prepare<[], number>('SELECT count(*) FROM events').pluck().get()!;
  const first = 1 + random.below(count);
  return [first, 1 + ((first + random.below(count - 1)) % count)];
};
const inLog =
  (change: (db: Database.Database, random: Random) => string): Tamper =>
  (random) => {
    let said = '';
    withoutGuards(log(), (db) => { said = change(db, random); }); // prettier-ignore
    return said;
  };

const eventFields = inLog((db, random) => {
  const [position] = positions(db, random);
  const column = random.one(['id', 'type', 'h', 'body', 'meta']);
  const value = db.prepare<[number], string>(`SELECT ${column} FROM events WHERE position = ?`).pluck().get(position)!;
  db.prepare(`UPDATE events SET ${column} = ? WHERE position = ?`).run(otherChar(value, random), position);
  return `${column} of event ${String(position)}`;
});
const deletedEvent = inLog((db, random) => {
  const [position] = positions(db, random);
  db.prepare('DELETE FROM events WHERE position = ?').run(position);
  db.prepare('DELETE FROM boxes WHERE position = ?').run(position);
  db.prepare('DELETE FROM digests WHERE position = ?').run(position);
  return `event ${String(position)} deleted`;
});
const truncatedLog = inLog((db, random) => {
  const [position] = positions(db, random);
  for (const table of ['events', 'boxes', 'digests']) db.prepare(`DELETE FROM ${table} WHERE position >= ?`).run(position); // prettier-ignore
  db.exec('DELETE FROM streams WHERE id NOT IN (SELECT stream FROM events)');
  db.prepare("UPDATE about SET value = ? WHERE key = 'clean'").run(String(position - 1));
  return `everything from ${String(position)} on cut off`;
});
const swappedEvents = inLog((db, random) => {
  const [a, b] = positions(db, random);
  db.exec('DROP INDEX events_of_stream');
  const columns = 'stream, revision, id, type, h, body, meta, sigs';
  const read = db.prepare<[number], unknown[]>(`SELECT ${columns} FROM events WHERE position = ?`).raw();
  const [one, two] = [read.get(a)!, read.get(b)!];
  const write = db.prepare('UPDATE events SET stream=?, revision=?, id=?, type=?, h=?, body=?, meta=?, sigs=? WHERE position=?'); // prettier-ignore
  write.run(...two, a);
  write.run(...one, b);
  db.exec('CREATE UNIQUE INDEX events_of_stream ON events (stream, revision)');
  return `events ${String(a)} and ${String(b)} swapped`;
});
const insertedEvent = inLog((db, random) => {
  const [position] = positions(db, random);
  db.prepare(
    `INSERT INTO events SELECT (SELECT max(position) + 1 FROM events), stream, (SELECT max(revision) + 1 FROM events f WHERE f.stream = e.stream), id, type, h, body, meta, sigs FROM events e WHERE position = ?`,
  ).run(position);
  db.prepare('INSERT INTO boxes SELECT (SELECT max(position) FROM events), boxes FROM boxes WHERE position = ?').run(position); // prettier-ignore
  return `a copy of event ${String(position)} added`;
});
const movedEvent = inLog((db, random) => {
  const [position] = positions(db, random);
  const streams = db.prepare<[], number>('SELECT id FROM streams').pluck().all();
  const { stream } = db.prepare<[number], { stream: number }>('SELECT stream FROM events WHERE position = ?').get(position)!; // prettier-ignore
  const to = random.one(streams.filter((id) => id !== stream));
  db.prepare('UPDATE events SET stream = ?, revision = revision + 1000 WHERE position = ?').run(to, position);
  return `event ${String(position)} moved to another stream`;
});
const renamedStream = inLog((db, random) => {
  const { id, name } = random.one(db.prepare<[], { id: number; name: string }>('SELECT id, name FROM streams').all());
  db.prepare('UPDATE streams SET name = ? WHERE id = ?').run(otherChar(name, random), id);
  return `stream ${name} renamed`;
});
const boxes = inLog((db, random) => {
  const rows = db.prepare<[], { position: number; boxes: string }>('SELECT position, boxes FROM boxes').all();
  const { position, boxes: text } = random.one(rows);
  const ct = /"ct":"([^"]{80})/.exec(text)?.[1] ?? '';
  const how = random.below(3);
  if (how === 0) db.prepare('DELETE FROM boxes WHERE position = ?').run(position);
  else if (how === 1) db.prepare('UPDATE boxes SET boxes = ? WHERE position = ?').run(text.replace(ct, otherChar(ct, random)), position); // prettier-ignore
  else db.prepare('UPDATE boxes SET boxes = ? WHERE position = ?').run(random.one(rows.filter((row) => row.boxes !== text)).boxes, position); // prettier-ignore
  return `boxes of event ${String(position)}, way ${String(how)}`;
});
const rolledBack: Tamper = () => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${log()}${suffix}`, { force: true });
  copyFileSync(older, log());
  return 'log.db of an older backup';
};

/** A partial tile that a wider one has replaced: it may go (C2SP tlog-tiles), though while it is there it must be right. */
const isReplaced = (file: string): boolean => {
  const [, folder = '', width = ''] = /^(.*\.p)\/(\d+)$/.exec(file) ?? [];
  return folder !== '' && readdirSync(folder).some((name) => Number(name) > Number(width));
};

let touched = '';

const bytesOf =
  (folder: () => string, only: (path: string) => boolean = () => true): Tamper =>
  (random) => {
    const file = random.one(filesUnder(folder()).filter((path) => only(path) && statSync(path).size > 0));
    if (file.startsWith(data)) touched = file;
    const bytes = readFileSync(file);
    const how = isReplaced(file) ? 1 + random.below(3) : random.below(4);
    if (how === 0) rmSync(file);
    else if (how === 1) truncateSync(file, random.below(bytes.length));
    else {
      const at = random.below(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
      writeFileSync(file, bytes);
    }
    return `${relative(data, file)}, way ${String(how)}`;
  };
const ledgerFiles = bytesOf(() => join(data, 'ledger'));
const paperFiles = bytesOf(() => join(data, 'papers'));
const sealedState = bytesOf(() => settings.keys, (path) => path.endsWith('sealed.json')); // prettier-ignore
const rawLog = bytesOf(() => data, (path) => path.endsWith('log.db')); // prettier-ignore

const TAMPERS: readonly Tamper[] = [
  eventFields, eventFields, eventFields, deletedEvent, truncatedLog, swappedEvents, insertedEvent, movedEvent, renamedStream, boxes, boxes,
  rolledBack, ledgerFiles, ledgerFiles, ledgerFiles, paperFiles, sealedState, rawLog,
]; // prettier-ignore

const views: Tamper = (random) => {
  let said = '';
  withoutGuards(join(data, 'views.db'), (db) => {
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%@%' AND name NOT LIKE 'process%'").pluck().all(); // prettier-ignore
    const holding = tables.filter((name) => (db.prepare<[], number>(`SELECT count(*) FROM "${name}" WHERE id IS NOT NULL`).pluck().get() ?? 0) > 0 && db.prepare(`SELECT * FROM "${name}"`).columns().some(({ name: column }) => column === 'doc')); // prettier-ignore
    const table = random.one(holding);
    const { id, doc } = random.one(db.prepare<[], { id: string; doc: string }>(`SELECT id, doc FROM "${table}"`).all());
    const value = random.one([...doc.matchAll(/:"([^"]{1,60})"/g)].map(([, text = '']) => text));
    if (random.below(3) === 0) db.prepare(`DELETE FROM "${table}" WHERE id = ?`).run(id);
    else db.prepare(`UPDATE "${table}" SET doc = ? WHERE id = ?`).run(doc.replace(`"${value}"`, `"${value}x"`), id);
    said = `${table} ${id}`;
  });
  return said;
};

const restored = (): void => {
  rmSync(data, { recursive: true, force: true });
  rmSync(settings.keys, { recursive: true, force: true });
  cpSync(join(origin, 'data'), data, { recursive: true });
  cpSync(join(origin, 'data-keys'), settings.keys, { recursive: true });
};

/** Puts back what a round has changed. */
const putBack = (): void => {
  for (const suffix of ['-wal', '-shm']) rmSync(`${log()}${suffix}`, { force: true });
  copyFileSync(join(origin, 'data/log.db'), log());
  copyFileSync(join(origin, 'data-keys/sealed.json'), join(settings.keys, 'sealed.json'));
  if (touched !== '') cpSync(join(origin, 'data', relative(data, touched)), touched);
  touched = '';
};

/** What `verify --keys` finds, short of the views; damage is named by file or by stream. */
const found = async (): Promise<readonly { readonly stream: string; readonly kind: string }[]> => {
  const keys = new EmbeddedKeyStore(settings.keys, masterKeys(settings.keys));
  try {
    const { damages } = await verifyFolder(settings, { keys });
    return damages;
  } finally {
    await keys.close();
  }
};

const withSystem = async <T>(work: (system: System) => Promise<T>): Promise<T> => {
  const system = await System.open(settings, { tolerant: true });
  try {
    return await work(system);
  } finally {
    await system.close();
  }
};

beforeAll(async () => {
  mkdirSync(origin);
  const made = readSettings({ JIANDANG_DATA: join(origin, 'data') });
  const system = await System.open(made);
  await system.start();
  const logins = await prepareFirstStart(system);
  await system.notary.sealHeads();
  await new Database(join(origin, 'data/log.db'), { readonly: true }).backup(older);
  await loadDemo(system, logins);
  await system.notary.sealHeads();
  await system.close();
  restored();
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe(`random tampering (seed ${String(SEED)})`, () => {
  it('finds nothing on the untouched copy', async () => {
    expect(await found()).toEqual([]);
    expect(await withSystem((system) => verifySystem(system, { keys: true, views: true }))).toMatchObject({ sound: true, damages: [] }); // prettier-ignore
  }, 60_000);

  it(`finds and names every one of ${String(ROUNDS)} changes of log, ledger, papers and state`, async () => {
    let meaningless = 0;
    restored();
    for (let round = 0; round < ROUNDS; round++) {
      const random = randomOf(SEED + round);
      const tamper = random.one(TAMPERS);
      const before = tamper === rawLog ? contentOf(log()) : '';
      const what = tamper(random);
      if (tamper === rawLog && existsSync(log()) && contentOf(log()) === before) {
        meaningless += 1;
        putBack();
        continue;
      }
      const damages = tamper === paperFiles ? await withSystem(verifyPapers) : await found();
      const named = damages.length > 0 && damages.every(({ stream, kind }) => stream !== '' && kind !== '');
      expect([SEED, round, what, named]).toEqual([SEED, round, what, true]);
      if (tamper === paperFiles) restored();
      else putBack();
    }
    expect(meaningless).toBeLessThan(ROUNDS / 5 + 5);
  }, 7_200_000);

  it('finds and names every edited or removed document of a view', async () => {
    for (let round = 0; round < Math.ceil(ROUNDS / 30); round++) {
      restored();
      const what = views(randomOf(SEED + round));
      const { damages } = await withSystem((system) => verifySystem(system, { keys: false, views: true }));
      expect([SEED, round, what, damages.map(({ kind }) => kind)]).toEqual([SEED, round, what, ['view']]);
    }
  }, 7_200_000);
});
