// @ts-check
/**
 * The one writer of a read log, in a thread of its own. Whatever queued while the last commit ran comes as one message
 * and is one transaction.
 * @typedef {{ day: string, actor: string, view: string, glass: string | null, subjects: readonly string[], text: string
 * }} Add
 * @typedef {{ add: Add } | { close: string } | { destroy: string }} Work
 */
const { hash } = require('node:crypto');
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('../../engines/adapters/sqlite.cjs');

const { file, firstPrev, maxPages } = /** @type {{ file: string, firstPrev: string, maxPages?: number }} */ (
  workerData
);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('secure_delete = ON');
db.pragma('wal_autocheckpoint = 4000');
if (maxPages) db.pragma(`max_page_count = ${maxPages}`);

const findTip = db.prepare('SELECT idx, h FROM reads WHERE day = ? ORDER BY idx DESC LIMIT 1');
const addRead = db.prepare('INSERT INTO reads (day, idx, actor, view, glass, text, h) VALUES (?, ?, ?, ?, ?, ?, ?)');
const addSubject = db.prepare('INSERT OR IGNORE INTO read_subjects (subject, day, idx) VALUES (?, ?, ?)');
const setClosed = db.prepare(
  `INSERT INTO about (key, value) VALUES ('closed', ?)
    ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
);
const isClosed = "day <= coalesce((SELECT value FROM about WHERE key = 'closed'), '')";
const dropSubjects = db.prepare(`DELETE FROM read_subjects WHERE day <= ? AND ${isClosed}`);
const dropReads = db.prepare(`DELETE FROM reads WHERE day <= ? AND ${isClosed}`);

/**
 * Ends of the segments written to, while this thread is their only writer. @type {Map<string, { idx: number, h: string
 * }>}
 */
const tips = new Map();

/** @param {string} day */
const tipOf = (day) =>
  tips.get(day) ??
  /** @type {{ idx: number, h: string } | undefined} */ (findTip.get(day)) ?? { idx: -1, h: firstPrev };

/** @param {Add} read */
const add = ({ day, actor, view, glass, subjects, text }) => {
  const tip = tipOf(day);
  const idx = tip.idx + 1;
  const h = hash('sha256', `jiandang/1/read\n${tip.h}\n${text}`, 'hex');
  addRead.run(day, idx, actor, view, glass, text, h);
  for (const subject of subjects) addSubject.run(subject, day, idx);
  if (tips.size > 50) tips.clear();
  tips.set(day, { idx, h });
};

const commit = db.transaction((/** @type {Work[]} */ batch) => {
  for (const work of batch) {
    if ('add' in work) add(work.add);
    else if ('close' in work) setClosed.run(work.close);
    else {
      dropSubjects.run(work.destroy);
      dropReads.run(work.destroy);
    }
  }
});

parentPort?.on('message', (/** @type {{ batch?: Work[], end?: boolean }} */ { batch = [], end = false }) => {
  if (end) {
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    parentPort?.postMessage({ ended: true });
    return;
  }
  try {
    commit(batch);
    if (batch.some((work) => 'destroy' in work)) db.pragma('wal_checkpoint(TRUNCATE)');
    parentPort?.postMessage({});
  } catch (error) {
    tips.clear();
    const { code = '', message } = /** @type {{ code?: string, message: string }} */ (error);
    parentPort?.postMessage({ failed: { code, words: message } });
  }
});
