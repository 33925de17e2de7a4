// @ts-check
/**
 * The one writer of a log, in a thread of its own. Whatever queued while the last commit ran comes as one message and
 * is one transaction: a failed expectation refuses one append, not the batch.
 * @typedef {{ id: string, type: string, h: string, body: string, meta: string, boxes: string | null, sigs: string |
 * null }} Row
 * @typedef {{ stream: string, expected: number, cmd: string, digest: string | null, at: string, rows: Row[] }} Append
 * @typedef {{ ok: true, revision: number, position: number } | { ok: false, actual: number }} Answer
 */
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('../../engines/adapters/sqlite.cjs');

const { file, maxPages } = /** @type {{ file: string, maxPages?: number }} */ (workerData);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -65536');
db.pragma('wal_autocheckpoint = 16000');
if (maxPages) db.pragma(`max_page_count = ${maxPages}`);

const findStream = db.prepare('SELECT id FROM streams WHERE name = ?').pluck();
const addStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
const lastRevision = db.prepare('SELECT max(revision) FROM events WHERE stream = ?').pluck();
const stored = db.prepare('SELECT position, id, h FROM events WHERE stream = ? AND revision = ?');
const addEvent = db.prepare(
  'INSERT INTO events (stream, revision, id, type, h, body, meta, sigs) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
);
const addBoxes = db.prepare('INSERT INTO boxes (position, boxes) VALUES (?, ?)');
const addDigest = db.prepare('INSERT INTO digests (position, cmd, digest, at) VALUES (?, ?, ?, ?)');

const MAX_HEADS = 200_000;
/** @type {Map<string, { id: number, revision: number }>} */
const heads = new Map();

/** @param {string} stream */
const headOf = (stream) => {
  const known = heads.get(stream);
  if (known) return known;
  const id = /** @type {number | undefined} */ (findStream.get(stream));
  const head =
    id === undefined
      ? { id: 0, revision: -1 }
      : { id, revision: /** @type {number | null} */ (lastRevision.get(id)) ?? -1 };
  if (heads.size >= MAX_HEADS) heads.clear();
  if (id !== undefined) heads.set(stream, head);
  return head;
};

/** The receipt of an append that stands in the log already, event by event with the same id and hash.
 * @param {Append} append @param {{ id: number, revision: number }} head @returns {Answer | undefined} */
const repeated = ({ expected, rows }, head) => {
  if (head.revision < expected + rows.length) return undefined;
  let position = 0;
  for (const [index, row] of rows.entries()) {
    const there = /** @type {{ position: number, id: string, h: string } | undefined} */ (
      stored.get(head.id, expected + 1 + index)
    );
    if (!there || there.id !== row.id || there.h !== row.h) return undefined;
    position = there.position;
  }
  return { ok: true, revision: expected + rows.length, position };
};

/** @param {Append} append @returns {Answer} */
const write = (append) => {
  const { stream, expected, rows } = append;
  const head = headOf(stream);
  if (head.revision !== expected) return repeated(append, head) ?? { ok: false, actual: head.revision };
  const id = head.id === 0 ? Number(addStream.run(stream).lastInsertRowid) : head.id;
  let revision = expected;
  let position = 0;
  for (const row of rows) {
    revision += 1;
    position = Number(
      addEvent.run(id, revision, row.id, row.type, row.h, row.body, row.meta, row.sigs).lastInsertRowid,
    );
    if (row.boxes !== null) addBoxes.run(position, row.boxes);
  }
  if (append.digest !== null) addDigest.run(position, append.cmd, append.digest, append.at);
  heads.set(stream, { id, revision });
  return { ok: true, revision, position };
};

const commit = db.transaction((/** @type {Append[]} */ batch) => batch.map(write));

parentPort?.on('message', (/** @type {{ batch?: Append[], clean?: boolean }} */ message) => {
  if (message.clean) {
    const last = db.prepare('SELECT max(position) FROM events').pluck().get() ?? 0;
    db.prepare("INSERT OR REPLACE INTO about (key, value) VALUES ('clean', ?)").run(String(last));
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    parentPort?.postMessage({ closed: true });
    return;
  }
  try {
    parentPort?.postMessage({ answers: commit(message.batch ?? []) });
  } catch (error) {
    heads.clear();
    const { code = '', message: words } = /** @type {{ code?: string, message: string }} */ (error);
    parentPort?.postMessage({ failed: { code, words } });
  }
});
