import { StoreUnavailable } from '@kernel/engines';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStoreDBClient, ReadStreamOptions, RecordedEvent } from '@eventstore/db-client';
import { DamagedStream, type Position, type ReadOptions, type StoredEvent } from '../event-store';
import { includesFirst, unbroken } from '../unbroken';
import {
  backoff,
  isPassing,
  refusalOf,
  SharedConnection,
  TimedOut,
  typeOf,
  wordsOf,
  type Connection,
} from './eventstoredb-client';
import { End } from './eventstoredb-end';
import { enginePosition, storedEvent } from './eventstoredb-events';
import { Incoming } from './eventstoredb-incoming';
import { rangeOf } from './eventstoredb-range';
import { type Step, Page } from './eventstoredb-page';

export interface ReadingOptions {
  readonly connect: () => Promise<Connection>;
  /** Milliseconds for which a reading is tried again. */
  readonly patience: number;
  /** Milliseconds without a sign after which a call counts as dead: the driver has no deadline for readings. */
  readonly quiet: number;
  readonly onTrouble: (error: unknown) => void;
}

export interface Span {
  readonly after: Position | undefined;
  readonly size: number;
  readonly types?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tries again for ever (a subscription), not only as long as patience lasts (a reading). */
  readonly forever?: boolean;
}

const BATCH = 1000;

/** A reading of the driver. */
interface Answers extends AsyncIterable<{ readonly event?: RecordedEvent }> {
  destroy(error?: Error): unknown;
  cancel(): Promise<void>;
}

async function* filled(pages: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<readonly StoredEvent[]> {
  for await (const events of pages) if (events.length > 0) yield events;
}

/** Reads a server that may be away for a while: what fails is tried again from where it stood. */
export class StreamReader {
  readonly #closing = new AbortController();
  readonly #shared: SharedConnection;
  readonly #end = new End((before, count) => this.#backwards(before, count));

  constructor(private readonly options: ReadingOptions) {
    this.#shared = new SharedConnection(options.connect);
    // As many wait as read.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Where the log is known to reach. */
  get known(): Position | undefined {
    return this.#end.known;
  }

  learn(position: Position): void {
    this.#end.learn(position);
  }

  /** Every event before a place was learned. */
  pass(place: Position): void {
    this.#end.pass(place);
  }

  /** @throws DamagedStream: cut or deleted on the server */
  stream(name: string, options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    return this.#persistently(`to read ${name}`, () => this.#stream(name, options));
  }

  /** Position of the last event that is not the server's own. */
  head(): Promise<Position | undefined> {
    return this.#persistently('to read the end of the log', () => this.#end.look());
  }

  /** Pages of everything behind a position, up to the end. */
  pages(span: Span): AsyncGenerator<readonly StoredEvent[]> {
    return filled(
      this.#resumed(span, (at) => this.#taken({ ...span, after: at }, (client) => Incoming.reading(client, at))),
    );
  }

  /** Pages of the matching events behind a position, filtered by the server, until it says that it has no more. */
  matching(span: Span): AsyncGenerator<readonly StoredEvent[]> {
    const { types } = span;
    return filled(
      this.#resumed(span, (at) =>
        this.#taken({ ...span, after: at }, (client) => Incoming.following(client, at, types)),
      ),
    );
  }

  /** Whatever is tried again gives up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#shared.close();
  }

  async #stream(name: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const range = rangeOf(options);
    if (!range) return [];
    const found = await this.#found(name, range.asked);
    if (found === undefined) await this.#mustNeverHaveBeen(name);
    if (found?.length === 0 && includesFirst(options)) throw new DamagedStream(name, 0);
    const events = (found ?? []).filter(({ revision }) => Number(revision) >= range.low).map(storedEvent);
    return unbroken(name, options, events);
  }

  /** Events as the server gives them; `undefined` = it knows no such stream, or it was deleted softly. */
  #found(name: string, asked: ReadStreamOptions): Promise<readonly RecordedEvent[] | undefined> {
    return this.#shared.use(async (client) => {
      try {
        return await this.#eventsOf(client.readStream(name, asked));
      } catch (error) {
        if (typeOf(error) === 'stream-not-found') return undefined;
        if (typeOf(error) === 'stream-deleted') throw new DamagedStream(name, 0);
        throw error;
      }
    });
  }

  /**
   * What was deleted is not found either, and a writer would go on in its middle: the server's own record of it tells.
   */
  async #mustNeverHaveBeen(name: string): Promise<void> {
    const newest = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    const [record] = (await this.#found(`$$${name}`, newest)) ?? [];
    if (record && Object.hasOwn(Object(record.data) as object, '$tb')) throw new DamagedStream(name, 0);
  }

  async #eventsOf(source: Answers): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const { event } of this.#within(source)) if (event) events.push(event);
    return events;
  }

  /** The driver's own iteration with a timer beside it: small answers need no queue. */
  async *#within(source: Answers): AsyncGenerator<{ readonly event?: RecordedEvent }> {
    const late = (): void => {
      source.cancel().catch(() => undefined);
      source.destroy(new TimedOut(`no answer within ${String(this.options.quiet)} ms`));
    };
    let timer = setTimeout(late, this.options.quiet);
    try {
      for await (const one of source) {
        clearTimeout(timer);
        timer = setTimeout(late, this.options.quiet);
        yield one;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #backwards(before: Position | undefined, maxCount: number): Promise<readonly StoredEvent[]> {
    const fromPosition = before === undefined ? ('end' as const) : enginePosition(before);
    return this.#shared.use(async (client) => {
      const events = await this.#eventsOf(client.readAll({ direction: 'backwards', fromPosition, maxCount }));
      return events.map(storedEvent);
    });
  }

  /**
   * Whatever the server has passed over is not read again, however long a way it is without an event that is wanted.
   */
  async *#resumed(
    span: Span,
    open: (at: Position | undefined) => AsyncGenerator<Step>,
  ): AsyncGenerator<readonly StoredEvent[]> {
    let at = span.after;
    let since = Date.now();
    for (let attempt = 0; !span.signal?.aborted; attempt++) {
      try {
        for await (const { events, reached } of open(at)) {
          at = reached;
          [attempt, since] = [0, Date.now()];
          yield events;
        }
        return;
      } catch (error) {
        if (span.signal?.aborted) return;
        await this.#again(error, attempt, { since, what: 'to read the log', forever: span.forever ?? false });
      }
    }
  }

  async *#taken({ after, size, signal }: Span, open: (client: EventStoreDBClient) => Incoming): AsyncGenerator<Step> {
    const page = new Page(after, size);
    const connection = await this.options.connect();
    const incoming = open(connection.client);
    try {
      while (!signal?.aborted) {
        const taken = await incoming.take(Math.min(size, BATCH), this.options.quiet);
        if (taken.idle) throw new TimedOut(`nothing came within ${String(this.options.quiet)} ms`);
        page.add(taken.events);
        page.pass(taken.reached);
        const done = taken.ended || taken.caughtUp;
        if (page.isFull || done || taken.reached !== undefined) yield* page.take();
        if (taken.ended && !incoming.ends) throw new Error('the subscription ended before it had caught up');
        if (done) return;
      }
    } finally {
      incoming.stop();
      await connection.close();
    }
  }

  async #persistently<T>(what: string, work: () => Promise<T>): Promise<T> {
    const since = Date.now();
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        await this.#again(error, attempt, { since, what, forever: false });
      }
    }
  }

  /** Waits before the next attempt. @throws what cannot pass, or lasted too long */
  async #again(
    error: unknown,
    attempt: number,
    { since, what, forever }: { since: number; what: string; forever: boolean },
  ): Promise<void> {
    if (this.#closing.signal.aborted) throw new StoreUnavailable('closed', 'the log is closing');
    if (error instanceof StoreUnavailable || error instanceof DamagedStream) throw error;
    if (!isPassing(error)) throw refusalOf(error, what);
    if (!forever && Date.now() - since > this.options.patience)
      throw new StoreUnavailable('io', `EventStoreDB cannot be reached ${what}: ${wordsOf(error)}`);
    this.options.onTrouble(error);
    await sleep(backoff(attempt), undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}
