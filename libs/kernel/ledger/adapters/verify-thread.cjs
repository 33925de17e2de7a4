// @ts-check
/**
 * A thread of `verify` over the log of an embedded store: reads pages of rows, clears them by their stored bytes and
 * hands over what chain and ledger need of them, packed. With keys it opens their boxes too; secrets come from the main
 * thread.
 * @typedef {{ task: 'page', after: number, to: number, open: boolean } | { task: 'file' } | { task: 'secrets', secrets:
 * Map<string, Uint8Array> }} Order
 * @typedef {import('../verify/clearing.cjs').Row} Row
 */
const { hash } = require('node:crypto');
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('../../engines/adapters/sqlite.cjs');
const { clearingOf } = require('../verify/clearing.cjs');
const { opens } = require('../verify/opening.cjs');

const ENTRY = 73;
const TILE = 256;
const MAX_STREAMS = 500_000;
const { file, log } = /** @type {{ file: string, log: string }} */ (workerData);
const db = new Database(file, { readonly: true });
db.pragma('mmap_size = 1073741824');
const rows = db
  .prepare(
    'SELECT stream, revision, id, type, h, body, meta, sigs FROM events WHERE position > ? AND position <= ? ' +
      'ORDER BY position',
  )
  .raw();
const boxes = db
  .prepare('SELECT position, boxes FROM boxes WHERE position > ? AND position <= ? ORDER BY position')
  .raw();
const nameOf = db.prepare('SELECT name FROM streams WHERE id = ?').pluck();

const clearing = clearingOf(log);
/** @type {Map<number, ReturnType<typeof clearing.stream>>} */
const streams = new Map();
/** @type {Map<string, Buffer>} */
const secrets = new Map();

/** @param {number} id */
const streamOf = (id) => {
  const known = streams.get(id);
  if (known) return known;
  const made = clearing.stream(/** @type {string} */ (nameOf.get(id)) ?? '');
  if (streams.size >= MAX_STREAMS) streams.clear();
  streams.set(id, made);
  return made;
};

/**
 * Room for what a page of rows gives: 73 bytes of entry, 32 of leaf hash, 32 of `prev`, stream, revision and time each.
 * @param {number} count
 */
const room = (count) => ({
  entries: Buffer.from(new ArrayBuffer(count * ENTRY)),
  leaves: Buffer.from(new ArrayBuffer(count * 32)),
  prevs: Buffer.from(new ArrayBuffer(count * 32)),
  streams: new Uint32Array(count),
  revisions: new Float64Array(count),
  times: new Float64Array(count),
});

const leaf = Buffer.alloc(1 + ENTRY);
/** @param {ReturnType<typeof room>} into @param {number} at @param {Row} row @param {{ sid: Buffer }} stream */
const writeEntry = (into, at, row, stream) => {
  const from = at * ENTRY;
  into.entries[from] = 1;
  stream.sid.copy(into.entries, from + 1);
  into.entries.writeUInt32BE(Math.floor(row[1] / 2 ** 32), from + 33);
  into.entries.writeUInt32BE(row[1] % 2 ** 32, from + 37);
  into.entries.write(row[4], from + 41, 'hex');
  into.entries.copy(leaf, 1, from, from + ENTRY);
  into.leaves.write(hash('sha256', leaf, 'binary'), at * 32, 'latin1');
};

const node = Buffer.alloc(65);
node[0] = 1;
/** Root of 256 leaf hashes. @param {Buffer} leaves @param {number} from */
const tileRoot = (leaves, from) => {
  const level = Buffer.from(leaves.subarray(from, from + TILE * 32));
  for (let width = TILE; width > 1; width /= 2) {
    for (let pair = 0; pair < width / 2; pair++) {
      level.copy(node, 1, pair * 64, pair * 64 + 64);
      level.write(hash('sha256', node, 'binary'), pair * 32, 'latin1');
    }
  }
  return level.subarray(0, 32);
};

/** Roots of the whole tiles of a page, which begins with a tile. @param {Buffer} leaves @param {number} count */
const rootsOf = (leaves, count) => {
  const roots = Buffer.from(new ArrayBuffer(Math.floor(count / TILE) * 32));
  for (let at = 0; at < roots.length / 32; at++) tileRoot(leaves, at * TILE * 32).copy(roots, at * 32);
  return roots;
};

/** @param {number} after @param {number} to @param {boolean} open */
const page = async (after, to, open) => {
  const found = /** @type {Row[]} */ (rows.all(after, to));
  const sealed = new Map(/** @type {[number, string][]} */ (boxes.all(after, to)));
  const into = room(found.length);
  /** Positions of rows that are not cleared, or whose boxes are not. @type {number[]} */
  const uncleared = [];
  let parts = 0;
  for (let at = 0; at < found.length; at++) {
    const row = /** @type {Row} */ (found[at]);
    const stream = streamOf(row[0]);
    const position = after + 1 + at;
    const cleared = clearing.clear(stream, row, sealed.get(position));
    into.streams[at] = row[0];
    into.revisions[at] = row[1];
    if (!cleared) {
      uncleared.push(position);
      continue;
    }
    parts += cleared.seals;
    into.times[at] = cleared.time;
    into.prevs.write(cleared.prev, at * 32, 'hex');
    writeEntry(into, at, row, stream);
  }
  const unopened = open ? await openPage(after, found, sealed, new Set(uncleared)) : [];
  const roots = rootsOf(into.leaves, found.length);
  const answer = { after, count: found.length, ...into, roots, uncleared, unopened, parts };
  const packed = [answer.entries, answer.leaves, answer.prevs, answer.streams, answer.revisions, answer.times, roots];
  parentPort?.postMessage(
    answer,
    packed.map(({ buffer }) => /** @type {ArrayBuffer} */ (buffer)),
  );
};

/** @type {(() => void) | undefined} */
let secretsCame;

/** @param {readonly string[]} ids */
const fetchSecrets = async (ids) => {
  const missing = [...new Set(ids)].filter((id) => !secrets.has(id));
  if (missing.length === 0) return;
  if (secrets.size > MAX_STREAMS) secrets.clear();
  const came = new Promise((resolve) => (secretsCame = () => resolve(undefined)));
  parentPort?.postMessage({ wanted: missing });
  await came;
};

/**
 * Positions of events of which a box does not open to what was sealed. @param {number} after @param {Row[]} found
 * @param {Map<number, string>} sealed @param {Set<number>} skipped
 */
const openPage = async (after, found, sealed, skipped) => {
  const wanted = [...sealed].filter(([position]) => !skipped.has(position));
  const parsed = new Map(
    wanted.map(([position, text]) => [position, /** @type {{ key: string, ct: string }[]} */ (JSON.parse(text))]),
  );
  await fetchSecrets([...parsed.values()].flatMap((of) => of.map(({ key }) => key)));
  const failed = [];
  for (const [position, of] of parsed) {
    const [, , id, , , body] = /** @type {Row} */ (found[position - after - 1]);
    const seals = JSON.parse(body.slice(body.lastIndexOf('"seals":[') + 8, -1));
    const open = of.every((box, index) => {
      const secret = secrets.get(box.key);
      return secret !== undefined && opens(log, id, seals[index], box, secret);
    });
    if (!open) failed.push(position);
  }
  return failed;
};

/** What SQLite finds wrong with the file. */
const checkFile = () => {
  const found = /** @type {{ integrity_check: string }[]} */ (db.pragma('integrity_check'));
  parentPort?.postMessage({ file: found.map(({ integrity_check: words }) => words).filter((words) => words !== 'ok') });
};

parentPort?.on('message', (/** @type {Order} */ order) => {
  if (order.task === 'secrets') {
    for (const [id, secret] of order.secrets) secrets.set(id, Buffer.from(secret));
    secretsCame?.();
  } else if (order.task === 'file') checkFile();
  else
    page(order.after, order.to, order.open).catch((error) => {
      throw error;
    });
});
