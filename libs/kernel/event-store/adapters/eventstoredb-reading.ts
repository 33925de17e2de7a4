import { StoreUnavailable } from '@kernel/engines';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadStreamOptions } from '@eventstore/db-client';
import { type Position, type ReadOptions, type StoredEvent } from '../event-store';
import { backoff, isPassing, refusalOf, TimedOut, typeOf, wordsOf, type Connection } from './eventstoredb-client';
import { enginePosition, isSystem, storedEvent } from './eventstoredb-events';
import { Incoming, type Source } from './eventstoredb-incoming';

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

const CHUNKS = [1, 32, 512] as const;
const BATCH = 1000;

/** Everything but the server's own events; types by their exact names. */
export const typeFilter = (types: readonly string[] | undefined) => ({
  filterOn: 'eventType' as const,
  regex: types === undefined ? '^[^$]' : `^(?:${types.join('|')})$`,
  checkpointInterval: 1000,
});

interface Range {
  readonly low: number;
  readonly asked: ReadStreamOptions;
}

/** What the driver is asked for; `undefined` when nothing can lie there. */
const rangeOf = ({ from, to, direction = 'forward', limit = -1 }: ReadOptions): Range | undefined =>
  direction === 'backward' ? backwards(to ?? 0, from, limit) : forwards(from ?? 0, to, limit);

/** The smaller of two counts of events, either of which may be absent. */
const atMost = (limit: number, span: number | undefined): { maxCount?: number } => {
  const counts = [limit === -1 ? undefined : limit, span].filter((count) => count !== undefined);
  return counts.length === 0 ? {} : { maxCount: Math.min(...counts) };
};

const forwards = (low: number, high: number | undefined, limit: number): Range | undefined => {
  if (limit === 0 || (high !== undefined && high < low)) return undefined;
  const span = high === undefined ? undefined : high - low + 1;
  return { low, asked: { direction: 'forwards', fromRevision: BigInt(low), ...atMost(limit, span) } };
};

const backwards = (low: number, high: number | undefined, limit: number): Range | undefined => {
  if (limit === 0 || (high !== undefined && high < low)) return undefined;
  const [fromRevision, span] =
    high === undefined ? (['end', undefined] as const) : ([BigInt(high), high - low + 1] as const);
  return { low, asked: { direction: 'backwards', fromRevision, ...atMost(limit, span) } };
};

/** Gathers what comes, once each: what was delivered twice is passed over. */
class Page {
  #events: StoredEvent[] = [];

  constructor(
    private at: Position | undefined,
    private readonly size: number,
  ) {}

  get isFull(): boolean {
    return this.#events.length >= this.size;
  }

  add(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (this.at !== undefined && event.position <= this.at) continue;
      this.at = event.position;
      this.#events.push(event);
    }
  }

  *take(): Generator<readonly StoredEvent[]> {
    while (this.#events.length > 0) yield this.#events.splice(0, this.size);
  }
}

/** Reads a server that may be away for a while: what fails is tried again from where it stood. */
export class StreamReader {
  readonly #closing = new AbortController();
  #connection: Promise<Connection> | undefined;
  /** A position at which there was an event: the end is searched backwards no further than here. */
  #known: Position | undefined;

  constructor(private readonly options: ReadingOptions) {
    // As many wait as read.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Where the log is known to reach. */
  get known(): Position | undefined {
    return this.#known;
  }

  learn(position: Position): void {
    if (this.#known === undefined || position > this.#known) this.#known = position;
  }

  stream(name: string, options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    return this.#persistently(`to read ${name}`, () => this.#stream(name, options));
  }

  /** Position of the last event that is not the server's own. */
  head(): Promise<Position | undefined> {
    return this.#persistently('to read the end of the log', () => this.#head());
  }

  /** Pages of everything behind a position, up to the end. */
  async *pages(span: Span): AsyncGenerator<readonly StoredEvent[]> {
    for await (const { events } of this.#resumed(span, (at) => this.#pagesFrom({ ...span, after: at }))) yield events;
  }

  /** Pages of the matching events behind a position, filtered by the server, until it says that it has no more. */
  async *matching(span: Span): AsyncGenerator<readonly StoredEvent[]> {
    for await (const { events } of this.#resumed(span, (at) => this.#matchingFrom({ ...span, after: at })))
      yield events;
  }

  /** Whatever is tried again gives up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await (await this.#connection)?.close();
  }

  async #shared(): Promise<Connection> {
    return (this.#connection ??= this.options.connect());
  }

  async #stream(name: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const range = rangeOf(options);
    if (!range) return [];
    const { client } = await this.#shared();
    const events: StoredEvent[] = [];
    try {
      for await (const { event } of this.#within(client.readStream(name, range.asked)))
        if (event && Number(event.revision) >= range.low) events.push(storedEvent(event));
    } catch (error) {
      if (typeOf(error) === 'stream-not-found') return [];
      throw error;
    }
    return events;
  }

  /** The driver's own iteration with a timer beside it: small answers need no queue. */
  async *#within<T>(
    source: AsyncIterable<T> & { destroy(error?: Error): unknown; cancel(): Promise<void> },
  ): AsyncGenerator<T> {
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

  async #head(): Promise<Position | undefined> {
    let before: Position | undefined;
    for (let round = 0; ; round++) {
      const chunk = CHUNKS[Math.min(round, CHUNKS.length - 1)] ?? 1;
      const events = await this.#backwards(before, chunk);
      const tail = events[0]?.position;
      if (round === 0 && this.#known !== undefined && (tail === undefined || tail < this.#known))
        this.#known = undefined;
      const known = this.#known;
      const found = events.find((event) => !isSystem(event) || (known !== undefined && event.position <= known));
      if (found) return (this.#known = isSystem(found) ? known : found.position);
      if (events.length < chunk) return (this.#known = undefined);
      before = events.at(-1)?.position;
    }
  }

  /** Events of everything, the server's own too, from the end or before a position. */
  async #backwards(before: Position | undefined, maxCount: number): Promise<readonly StoredEvent[]> {
    const { client } = await this.#shared();
    const fromPosition = before === undefined ? ('end' as const) : enginePosition(before);
    const source = client.readAll({ direction: 'backwards', fromPosition, maxCount });
    const events: StoredEvent[] = [];
    for await (const { event } of this.#within(source)) if (event) events.push(storedEvent(event));
    return events;
  }

  async *#resumed(
    span: Span,
    open: (at: Position | undefined) => AsyncGenerator<readonly StoredEvent[]>,
  ): AsyncGenerator<{ events: readonly StoredEvent[] }> {
    let at = span.after;
    let since = Date.now();
    for (let attempt = 0; !span.signal?.aborted; attempt++) {
      try {
        for await (const events of open(at)) {
          at = events.at(-1)?.position ?? at;
          [attempt, since] = [0, Date.now()];
          yield { events };
        }
        return;
      } catch (error) {
        if (span.signal?.aborted) return;
        await this.#again(error, attempt, { since, what: 'to read the log', forever: span.forever ?? false });
      }
    }
  }

  async *#pagesFrom({ after, size, signal }: Span): AsyncGenerator<readonly StoredEvent[]> {
    const { client } = await this.#shared();
    const fromPosition = after === undefined ? ('start' as const) : enginePosition(after);
    yield* this.#taken(new Incoming(client.readAll({ fromPosition }) as unknown as Source), { after, size, signal });
  }

  async *#matchingFrom({ after, size, signal, types }: Span): AsyncGenerator<readonly StoredEvent[]> {
    const connection = await this.options.connect();
    try {
      const fromPosition = after === undefined ? ('start' as const) : enginePosition(after);
      const source = connection.client.subscribeToAll({ fromPosition, filter: typeFilter(types) });
      yield* this.#taken(new Incoming(source as unknown as Source), { after, size, signal }, true);
    } finally {
      await connection.close();
    }
  }

  async *#taken(
    incoming: Incoming,
    { after, size, signal }: Span,
    subscription = false,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const page = new Page(after, size);
    try {
      while (!signal?.aborted) {
        const taken = await incoming.take(Math.min(size, BATCH), this.options.quiet);
        if (taken.idle) throw new TimedOut(`nothing came within ${String(this.options.quiet)} ms`);
        if (taken.ended && subscription) throw new Error('the subscription ended before it had caught up');
        page.add(taken.events);
        const done = taken.ended || taken.caughtUp;
        if (page.isFull || done) yield* page.take();
        if (done) return;
      }
    } finally {
      incoming.stop();
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
    if (error instanceof StoreUnavailable) throw error;
    if (!isPassing(error)) throw refusalOf(error, what);
    if (!forever && Date.now() - since > this.options.patience)
      throw new StoreUnavailable('io', `EventStoreDB cannot be reached ${what}: ${wordsOf(error)}`);
    this.options.onTrouble(error);
    await sleep(backoff(attempt), undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}
