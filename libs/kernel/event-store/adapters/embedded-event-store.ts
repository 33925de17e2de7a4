import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { canonical, FormatError, MAX_APPEND_BYTES, MAX_APPEND_EVENTS, type Box } from '@kernel/format';
import { inWords, StoreUnavailable } from '@kernel/engines';
import { FolderLock } from '@kernel/engines/adapters/folder-lock';
import {
  EventStore,
  type AllOptions,
  type AppendOptions,
  type NewEvent,
  type Position,
  type ReadOptions,
  type Receipt,
  type StoredEvent,
} from '../event-store';
import { LogReader } from './log-reader';
import { LogTail } from './log-tail';
import { LogWriter, type Append } from './log-writer';
import { prepareLog } from './schema';
import { checkTail } from './tail-check';

export interface EmbeddedEventStoreOptions {
  readonly folder: string;
  /** Reads beside a running system; appends are refused. */
  readonly readonly?: boolean;
  /** Opens a damaged log too, so that it can be examined. */
  readonly tolerant?: boolean;
  /** SQLite `max_page_count`, for tests of a full disk. */
  readonly maxPages?: number;
}

const POLL = 200;
const PAGE = 500;
/** Milliseconds a follower lets news gather before it reads: a dozen followers share the thread with the commands. */
const GATHER = 15;
const DIGEST_DAYS = 35;

/** The log in one SQLite file: one writer in a thread of its own, readers beside it. */
export class EmbeddedEventStore extends EventStore {
  readonly #reader: LogReader;
  readonly #writer: LogWriter | undefined;
  readonly #lock: FolderLock | undefined;
  readonly #tail = new LogTail();
  readonly #news = new EventEmitter();

  private constructor(options: EmbeddedEventStoreOptions, lock: FolderLock | undefined) {
    super();
    this.#news.setMaxListeners(0);
    const file = join(options.folder, 'log.db');
    this.#lock = lock;
    this.#reader = new LogReader(file);
    if (lock) this.#writer = new LogWriter(file, this.#reader, options.maxPages);
  }

  /** @throws StoreUnavailable: locked by another process, written by a newer version, damaged at its tail */
  static open(options: EmbeddedEventStoreOptions): EmbeddedEventStore {
    const { folder, readonly = false, tolerant = false } = options;
    const file = join(folder, 'log.db');
    const lock = readonly ? undefined : new FolderLock(folder);
    try {
      return inWords(file, 'data', () => {
        if (lock) prepareLog(file);
        if (lock && !tolerant) checkTail(file);
        return new EmbeddedEventStore(options, lock);
      });
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    options: AppendOptions = {},
  ): Promise<Receipt> {
    if (!this.#writer) throw new StoreUnavailable('closed', 'this log is open for reading only');
    const receipt = await this.#writer.append(appendOf(stream, expected, events, options));
    this.#tail.add(events, Number(receipt.position));
    this.#news.emit('appended');
    return receipt;
  }

  read(stream: string, options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    return new Promise((resolve) => {
      resolve(this.#reader.stream(stream, options));
    });
  }

  async *readAll(options: AllOptions & { pageSize?: number } = {}): AsyncIterable<readonly StoredEvent[]> {
    const end = this.#reader.head();
    for (let after = numberOf(options.after); after < end && !options.signal?.aborted;) {
      const { events, scanned } = this.#reader.page(after, options.pageSize ?? PAGE, options.types);
      after = scanned;
      if (events.length > 0) yield events;
      await new Promise(setImmediate);
    }
  }

  async *subscribe(
    options: AllOptions & { pageSize?: number },
  ): AsyncIterable<{ events: readonly StoredEvent[]; scanned: Position | undefined }> {
    const { signal, pageSize = PAGE } = options;
    const types = options.types && new Set(options.types);
    for (let after = numberOf(options.after); !signal?.aborted;) {
      const page = this.#tail.page(after, pageSize, types) ?? this.#reader.page(after, pageSize, options.types);
      const moved = page.scanned > after;
      after = page.scanned;
      yield { events: page.events, scanned: after === 0 ? undefined : String(after) };
      if (!moved) await this.#more(after, signal);
      else await new Promise(setImmediate);
    }
  }

  head(): Promise<Position | undefined> {
    const head = this.#reader.head();
    return Promise.resolve(head === 0 ? undefined : String(head));
  }

  comparePositions(a: Position, b: Position): number {
    return Math.sign(positionOf(a) - positionOf(b));
  }

  countAfter(after: Position | undefined): Promise<number> {
    return Promise.resolve(this.#reader.head() - numberOf(after));
  }

  digestAt(position: Position): Promise<string | undefined> {
    return Promise.resolve(this.#reader.digest(Number(position)));
  }

  /** Empties boxes for good (erasure): `{}` stays at each index, no hash changes. */
  async emptyBoxes(targets: readonly { position: Position; indexes: readonly number[] }[]): Promise<void> {
    await this.#writer?.idle();
    this.#tail.clear(this.#reader.head());
    const db = new Database(this.#reader.file);
    try {
      db.pragma('secure_delete = ON');
      const write = db.prepare('UPDATE boxes SET boxes = ? WHERE position = ?');
      const read = db.prepare<[number], string>('SELECT boxes FROM boxes WHERE position = ?').pluck();
      db.transaction(() => {
        for (const { position, indexes } of targets) {
          const boxes = JSON.parse(read.get(Number(position)) ?? '[]') as Box[];
          write.run(canonical(boxes.map((box, index) => (indexes.includes(index) ? {} : box))), Number(position));
        }
      })();
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  }

  /** Forgets digests of commands older than the days for which a repeated command is compared with its first body. */
  expireDigests(now: string): void {
    const before = new Date(Date.parse(now) - DIGEST_DAYS * 86_400_000).toISOString();
    const db = new Database(this.#reader.file);
    db.prepare('DELETE FROM digests WHERE position <= (SELECT max(position) FROM digests WHERE at < ?)').run(before);
    db.close();
  }

  /** A copy of the log as it is now, while the system runs. */
  async backupTo(folder: string): Promise<void> {
    await this.#reader.backupTo(join(folder, 'log.db'));
  }

  async close(): Promise<void> {
    try {
      await this.#writer?.close();
    } finally {
      this.#reader.close();
      this.#lock?.release();
    }
  }

  async #more(after: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted || this.#tail.end > after || this.#reader.head() > after) return;
    const waiting = new AbortController();
    const stop = (): void => {
      waiting.abort();
    };
    signal?.addEventListener('abort', stop, { once: true });
    const quiet = { signal: waiting.signal };
    const news = this.#writer ? once(this.#news, 'appended', quiet) : sleep(POLL, undefined, quiet);
    await news.then(() => sleep(GATHER, undefined, quiet)).catch(() => undefined);
    signal?.removeEventListener('abort', stop);
  }
}

/** @throws StoreUnavailable for a position of another engine */
const positionOf = (position: Position): number => {
  if (/^\d+$/.test(position)) return Number(position);
  throw new StoreUnavailable('io', `"${position}" is no position of this log: rebuild what it stands in`);
};

const numberOf = (position: Position | undefined): number => (position === undefined ? 0 : Number(position));

const appendOf = (stream: string, expected: number, events: readonly NewEvent[], { digest }: AppendOptions): Append => {
  if (events.length === 0) throw new FormatError('no-events', '');
  if (events.length > MAX_APPEND_EVENTS) throw new FormatError('too-many-events', '', MAX_APPEND_EVENTS);
  const rows = events.map((event, index) => rowOf(stream, expected + 1 + index, event));
  const bytes = rows.reduce((total, { body, boxes }) => total + body.length + (boxes?.length ?? 0), 0);
  if (bytes > MAX_APPEND_BYTES) throw new FormatError('append-too-large', '', MAX_APPEND_BYTES);
  const { cmd = '', recordedAt = '' } = events[0]?.meta ?? {};
  return { stream, expected, cmd, at: recordedAt, digest: digest ?? null, rows };
};

const rowOf = (stream: string, revision: number, event: NewEvent): Append['rows'][number] => {
  if (event.stream !== stream) throw new FormatError('stream-differs', '/stream');
  if (event.revision !== revision) throw new FormatError('revision-differs', '/revision');
  const { id, type, body, meta, boxes, sigs } = event;
  return {
    id,
    type,
    h: meta['h'] ?? '',
    body,
    meta: JSON.stringify(meta),
    boxes: boxes.length === 0 ? null : JSON.stringify(boxes),
    sigs: sigs === undefined ? null : canonical(sigs),
  };
};
