import { StoreUnavailable } from '@kernel/engines';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { readAddress } from './eventstoredb-address';
import { Appender } from './eventstoredb-appending';
import { Connection } from './eventstoredb-client';
import { comparePositions, enginePosition, share } from './eventstoredb-events';
import { StreamReader, type Span } from './eventstoredb-reading';
import { refuseFuture, Tail } from './eventstoredb-tail';
import { versionOf } from './eventstoredb-version';
import { type EventstoredbOptions } from './eventstoredb-options';

interface Look {
  readonly events: readonly StoredEvent[];
  /** How far the log was looked at. */
  readonly scanned: Position | undefined;
  readonly caughtUp: boolean;
}

const PAGE = 500;
/** Milliseconds a follower lets news gather before it looks: a dozen followers share the thread with the commands. */
const GATHER = 15;
const DIGEST_DAYS = 35;
const DAY = 86_400_000;
/** Events that are counted one by one; beyond, their bytes tell about how many there are. */
const COUNTED = 2000;

/**
 * The driver's pending answers are global to the process: a second appending client would reject those of the first.
 */
let appending = false;

/** The log in an EventStoreDB or KurrentDB, through the v1 protocol. Positions are `commit/prepare`, as text. */
export class EventstoredbEventStore extends EventStore {
  readonly #options: EventstoredbOptions;
  readonly #connect: () => Promise<Connection>;
  readonly #reader: StreamReader;
  readonly #quiet: number;
  readonly #trouble: (error: unknown) => void;
  #appender: Appender | undefined;
  #tail: Promise<Tail> | undefined;
  #closed = false;

  private constructor(
    options: EventstoredbOptions,
    connection: string,
    /** Address without its password. */
    readonly address: string,
    readonly serverVersion: string,
  ) {
    super();
    const { patience = 60_000, deadline = 5000, quiet = 15_000, onTrouble = () => undefined } = options;
    this.#options = options;
    this.#quiet = quiet;
    this.#trouble = onTrouble;
    this.#connect = () => Connection.open(connection);
    this.#reader = new StreamReader({ connect: this.#connect, patience, quiet, onTrouble });
    if (!options.readonly) {
      this.#appender = new Appender({ connect: this.#connect, reader: this.#reader, deadline, patience, onTrouble });
    }
  }

  /** @throws BadAddress; StoreUnavailable: not reachable, too old, or a second appending store in this process */
  static async open(options: EventstoredbOptions): Promise<EventstoredbEventStore> {
    const { connection, shown } = readAddress(options.address, options.setting);
    if (!options.readonly) claim();
    try {
      const version = await versionOf(connection, shown, options);
      const store = new EventstoredbEventStore(options, connection, shown, version);
      await store.head();
      return store;
    } catch (error) {
      if (!options.readonly) appending = false;
      throw error;
    }
  }

  async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    { digest }: AppendOptions = {},
  ): Promise<Receipt> {
    if (!this.#appender) throw new StoreUnavailable('closed', 'this log is open for reading only');
    const receipt = await this.#appender.append(stream, expected, events);
    if (digest !== undefined) await this.#keepDigest(receipt.position, digest, events[0]?.meta['recordedAt'] ?? '');
    return receipt;
  }

  read(stream: string, options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    return this.#reader.stream(stream, options);
  }

  async *readAll({ after, types, signal, pageSize = PAGE }: AllOptions & { pageSize?: number } = {}): AsyncIterable<
    readonly StoredEvent[]
  > {
    const span: Span = { after, size: pageSize, types, signal };
    if (after !== undefined) refuseFuture(after, await this.#reader.head());
    yield* types === undefined ? this.#reader.pages(span) : this.#reader.matching(span);
  }

  async *subscribe({ after, types, signal, pageSize = PAGE }: AllOptions & { pageSize?: number }): AsyncIterable<{
    events: readonly StoredEvent[];
    scanned: Position | undefined;
  }> {
    if (after !== undefined) enginePosition(after);
    let at = after;
    while (!signal?.aborted) {
      const tail = await this.#following();
      const span: Span = { after: at, size: pageSize, types, signal, forever: true };
      for await (const { events, scanned, caughtUp } of tail.covers(at)
        ? this.#live(tail, span)
        : this.#catchUp(span)) {
        at = scanned;
        if (events.length > 0 || caughtUp) yield { events, scanned };
      }
    }
  }

  head(): Promise<Position | undefined> {
    return this.#reader.head();
  }

  comparePositions(a: Position, b: Position): number {
    return comparePositions(a, b);
  }

  /** Exact where the newest events are at hand and up to 2,000 events beyond; else estimated from the bytes between. */
  async countAfter(after: Position | undefined): Promise<number> {
    const head = await this.#reader.head();
    if (head === undefined || (after !== undefined && after >= head)) return 0;
    const tail = await this.#tail;
    if (tail?.covers(after) && tail.top !== undefined && tail.top >= head) return tail.countAfter(after);
    let count = 0;
    for await (const events of this.#reader.pages({ after, size: PAGE })) {
      count += events.length;
      const last = events.at(-1)?.position;
      if (count >= COUNTED && last !== undefined) return count + Math.round(count * share(after, last, head));
    }
    return count;
  }

  digestAt(position: Position): Promise<string | undefined> {
    return this.#options.digests.get(position);
  }

  /** Forgets digests whose time has passed. */
  expireDigests(now: string): Promise<void> {
    return this.#options.digests.expire(now);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#appender?.close();
    const tail = await this.#tail?.catch(() => undefined);
    await Promise.all([tail?.stop(), this.#reader.close()]);
    if (!this.#options.readonly) appending = false;
  }

  /** A digest that is lost is one that expired early: the append stands. */
  async #keepDigest(position: Position, digest: string, recordedAt: string): Promise<void> {
    const expires = new Date(Date.parse(recordedAt) + DIGEST_DAYS * DAY).toISOString();
    await this.#options.digests.put(position, digest, expires).catch(this.#trouble);
  }

  /** The shared tail; one that failed is reported once to each follower and begun anew for whoever comes then. */
  async #following(): Promise<Tail> {
    if (this.#closed) throw new StoreUnavailable('closed', 'the log is closing');
    this.#tail ??= Tail.follow({
      connect: this.#connect,
      reader: this.#reader,
      quiet: this.#quiet,
      onTrouble: this.#trouble,
    });
    const mine = this.#tail;
    const failure = await mine.then(
      (tail) => tail.failure,
      (error: unknown) => error,
    );
    if (failure === undefined) return mine;
    if (this.#tail === mine) this.#tail = undefined;
    throw failure as Error;
  }

  /** Everything up to the end as it was at first: the server filters, and what it passed over is passed over here. */
  async *#catchUp(span: Span): AsyncGenerator<Look> {
    const head = await this.#reader.head();
    refuseFuture(span.after, head);
    let scanned = span.after;
    for await (const events of this.#reader.matching(span)) {
      scanned = events.at(-1)?.position;
      yield { events, scanned, caughtUp: false };
    }
    if (head !== undefined && (scanned === undefined || scanned < head))
      yield { events: [], scanned: head, caughtUp: false };
  }

  /** The next page of what lies at hand; at the end, says so and waits for more. */
  async *#live(tail: Tail, { after, size, types, signal }: Span): AsyncGenerator<Look> {
    await this.#reached(tail, after);
    const page = tail.after(after, size);
    const scanned = page.at(-1)?.position ?? after;
    const events = types ? page.filter(({ type }) => types.includes(type)) : page;
    yield { events, scanned, caughtUp: page.length === 0 };
    await (page.length === 0 ? this.#more(tail, scanned, signal) : new Promise(setImmediate));
  }

  /**
   * A follower that knows of an event which the tail has not seen yet waits a moment, unless the log does not reach so
   * far.
   */
  async #reached(tail: Tail, at: Position | undefined): Promise<void> {
    if (at === undefined || (tail.top !== undefined && at <= tail.top)) return;
    refuseFuture(at, await this.#reader.head());
    await sleep(GATHER);
  }

  async #more(tail: Tail, at: Position | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return;
    await tail.more(at, signal);
    await sleep(GATHER, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

const claim = (): void => {
  if (appending)
    throw new StoreUnavailable(
      'locked',
      'this process appends to an EventStoreDB already: one appending client a process',
    );
  appending = true;
};
