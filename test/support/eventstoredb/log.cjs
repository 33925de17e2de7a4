// @ts-check
/**
 * The log of the test double, answering as EventStoreDB 24.6 was measured to answer: idempotency compares ids only,
 * every record has a position in bytes, a soft-deleted stream goes on where it was, and `$maxCount`, `$maxAge` and
 * `$tb` in the stream's own record (`$$<stream>`) hide its beginning from whoever reads it, not from whoever reads
 * everything.
 * @typedef {{ id: string, type: string, contentType: string, data: Buffer, metadata: Buffer }} Proposed
 * @typedef {Proposed & { stream: string, revision: number, position: number, created: number }} Kept
 * @typedef {{ kept: Kept[], tombstoned: boolean }} Stream
 * @typedef {{ $maxCount?: number, $maxAge?: number, $tb?: number }} Cuts
 * @typedef {number | 'no_stream' | 'any' | 'stream_exists'} Expected
 * @typedef {{ kind: 'success', revision: number, position: number | undefined }} Success
 * @typedef {Success | { kind: 'wrong', expected: Expected, current: number } | { kind: 'deleted' } | { kind:
 * 'too-large' }} Outcome
 */
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { EventEmitter } = require('node:events');
const { randomUUID } = require('node:crypto');

const MAX_APPEND_SIZE = 1_048_576;
/** What a soft deletion writes as `$tb`; as a number it is rounded, and so it is in the driver. */
const DELETED = Number(2n ** 63n - 1n);
/** What a record costs beside its bytes, so that positions are offsets and never counts. */
const RECORD = 117;

class DoubleLog extends EventEmitter {
  /** @type {Kept[]} */
  all = [];
  /** @type {Map<string, Stream>} */
  streams = new Map();
  end = 0;

  /** @param {{ file?: string | undefined }} [options] `file` keeps the log over a restart of its process. */
  constructor({ file } = {}) {
    super();
    this.setMaxListeners(0);
    this.file = file;
    if (file !== undefined && existsSync(file)) this.#load(readFileSync(file, 'utf8'));
    if (this.all.length === 0) this.writeSystemEvent('$users', '$UserCreated');
  }

  /** @param {string} stream @param {Expected} expected @param {readonly Proposed[]} events @returns {Outcome} */
  append(stream, expected, events) {
    const size = events.reduce((total, { data, metadata }) => total + data.length + metadata.length, 0);
    if (size > MAX_APPEND_SIZE) return { kind: 'too-large' };
    const known = this.streams.get(stream);
    if (known?.tombstoned) return { kind: 'deleted' };
    const last = (known?.kept.length ?? 0) - 1;
    const visible = this.#cutsOf(stream).$tb === DELETED ? -1 : last;
    if (typeof expected !== 'number' && expected !== 'no_stream') return this.#appendAnywhere(stream, expected, events);
    const at = expected === 'no_stream' ? -1 : expected;
    if (at === last || at === visible) return this.#write(stream, events);
    return this.#repeated(known?.kept ?? [], at, events) ?? { kind: 'wrong', expected, current: visible };
  }

  /**
   * Events that the server writes of its own accord. @param {string} stream @param {string} type @param {{ data?:
   * object, count?: number }} [options]
   */
  writeSystemEvent(stream, type, { data = {}, count = 1 } = {}) {
    const [body, metadata] = [Buffer.from(JSON.stringify(data)), Buffer.from('{}')];
    const event = { type, contentType: 'application/json', data: body, metadata };
    this.#write(
      stream,
      Array.from({ length: count }, () => ({ ...event, id: randomUUID() })),
    );
  }

  /** Softly. @param {string} stream */
  delete(stream) {
    if (this.streams.has(stream)) this.writeSystemEvent(`$$${stream}`, '$metadata', { data: { $tb: DELETED } });
  }

  /** @param {string} stream */
  tombstone(stream) {
    this.#stream(stream).tombstoned = true;
  }

  /** Visible events of a stream; `undefined` when it is not found. @param {string} stream */
  readable(stream) {
    const kept = this.streams.get(stream)?.kept ?? [];
    const { $maxCount = Infinity, $maxAge = Infinity, $tb = 0 } = this.#cutsOf(stream);
    if (kept.length === 0 || $tb === DELETED) return undefined;
    const first = Math.max($tb, kept.length - $maxCount);
    return kept.filter(({ revision, created }) => revision >= first && created > Date.now() - $maxAge * 1000);
  }

  /** @param {string} stream @returns {Cuts} */
  #cutsOf(stream) {
    const record = this.streams.get(`$$${stream}`)?.kept.at(-1);
    return record ? JSON.parse(record.data.toString()) : {};
  }

  /** Index of the first record at or behind a position. @param {number} position */
  indexAt(position) {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Kept} */ (this.all[middle]).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * @param {string} stream @param {'any' | 'stream_exists'} expected @param {readonly Proposed[]} events @returns
   * {Outcome}
   */
  #appendAnywhere(stream, expected, events) {
    const kept = this.streams.get(stream)?.kept ?? [];
    if (expected === 'stream_exists' && kept.length === 0) return { kind: 'wrong', expected, current: -1 };
    const known = events.filter(({ id }) => kept.some((one) => one.id === id));
    if (known.length === 0) return this.#write(stream, events);
    const first = kept.findIndex(({ id }) => id === events[0]?.id);
    return this.#repeated(kept, first - 1, events) ?? { kind: 'wrong', expected, current: kept.length - 1 };
  }

  /** Strong check: the events behind the expected revision, by id and never by content.
   * @param {readonly Kept[]} kept @param {number} at @param {readonly Proposed[]} events @returns {Success | undefined}
   * */
  #repeated(kept, at, events) {
    if (at >= kept.length || events.length === 0) return undefined;
    const there = kept.slice(at + 1, at + 1 + events.length);
    const same = there.length === events.length && there.every(({ id }, index) => id === events[index]?.id);
    const last = there.at(-1);
    return same && last ? { kind: 'success', revision: last.revision, position: last.position } : undefined;
  }

  /** @param {string} stream @param {readonly Proposed[]} events @returns {Success} */
  #write(stream, events) {
    const { kept } = this.#stream(stream);
    if (this.#cutsOf(stream).$tb === DELETED)
      this.writeSystemEvent(`$$${stream}`, '$metadata', { data: { $tb: kept.length } });
    const created = Date.now();
    const added = events.map((event) =>
      this.#keep({ ...event, stream, revision: kept.length, position: this.end, created }),
    );
    if (this.file !== undefined && added.length > 0) appendFileSync(this.file, added.map(lineOf).join(''));
    if (added.length > 0) this.emit('written');
    return { kind: 'success', revision: kept.length - 1, position: added.at(-1)?.position };
  }

  /** The place behind a record, at which the next one begins. @param {Kept} record */
  endOf({ position, data, metadata }) {
    return position + RECORD + data.length + metadata.length;
  }

  /** @param {Kept} record */
  #keep(record) {
    this.end = this.endOf(record);
    this.#stream(record.stream).kept.push(record);
    this.all.push(record);
    return record;
  }

  /** @param {string} name @returns {Stream} */
  #stream(name) {
    const known = this.streams.get(name);
    if (known) return known;
    const stream = { kept: [], tombstoned: false };
    this.streams.set(name, stream);
    return stream;
  }

  /** A last line that a kill cut off was never acknowledged. @param {string} text */
  #load(text) {
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
      if (line === '') continue;
      const { data, metadata, ...rest } = JSON.parse(line);
      this.#keep({ ...rest, data: Buffer.from(data, 'base64'), metadata: Buffer.from(metadata, 'base64') });
    }
  }
}

/** @param {Kept} record */
const lineOf = ({ data, metadata, ...rest }) =>
  `${JSON.stringify({ ...rest, data: data.toString('base64'), metadata: metadata.toString('base64') })}\n`;

module.exports = { DoubleLog, MAX_APPEND_SIZE };
