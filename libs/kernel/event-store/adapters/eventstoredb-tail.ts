import { StoreUnavailable } from '@kernel/engines';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Position, type StoredEvent } from '../event-store';
import { backoff, isPassing, refusalOf, type Connection } from './eventstoredb-client';
import { Incoming } from './eventstoredb-incoming';
import type { StreamReader } from './eventstoredb-reading';

export interface TailOptions {
  readonly connect: () => Promise<Connection>;
  readonly reader: StreamReader;
  /** Milliseconds of silence after which the end of the log is read: is there something that did not come? */
  readonly quiet: number;
  readonly onTrouble: (error: unknown) => void;
}

const MAX_EVENTS = 5000;
const MAX_CHARACTERS = 32 * 1024 * 1024;
const BATCH = 500;
/** Silence that an event known to be written may take to arrive. */
const GRACE = 1000;

const sizeOf = ({ body, boxes }: StoredEvent): number =>
  body.length + boxes.reduce((total, { ct = '' }) => total + ct.length, 0) + 1000;

/**
 * The end of the log as it grows, followed once for all subscribers of the process: the newest events stay at hand, so
 * that each looks at every position and none asks the server. A subscription that ends, fails or falls silent is opened
 * again behind the last event that came, or where the server was.
 */
export class Tail {
  readonly #options: TailOptions;
  readonly #stop = new AbortController();
  readonly #news = new EventEmitter();
  #events: StoredEvent[] = [];
  #characters = 0;
  #floor: Position | undefined;
  #top: Position | undefined;
  /** Where the subscription goes on: behind the last event, or farther where the server has passed over its own. */
  #place: Position | undefined;
  #failure: StoreUnavailable | undefined;
  #loop: Promise<void>;

  private constructor(options: TailOptions, head: Position | undefined) {
    this.#options = options;
    [this.#floor, this.#top, this.#place] = [head, head, head];
    this.#news.setMaxListeners(0);
    this.#loop = this.#supervise();
  }

  static async follow(options: TailOptions): Promise<Tail> {
    return new Tail(options, await options.reader.head());
  }

  /** Why it cannot go on: the log became shorter. */
  get failure(): StoreUnavailable | undefined {
    return this.#failure;
  }

  /** The last position that passed. */
  get top(): Position | undefined {
    return this.#top;
  }

  /** Whether every event behind a position is at hand. */
  covers(position: Position | undefined): boolean {
    return this.#floor === undefined || (position !== undefined && position >= this.#floor);
  }

  after(position: Position | undefined, limit: number): readonly StoredEvent[] {
    const start = this.#indexAfter(position);
    return this.#events.slice(start, start + limit);
  }

  countAfter(position: Position | undefined): number {
    return this.#events.length - this.#indexAfter(position);
  }

  /** Resolves when something lies behind a position, `signal` aborts, or the tail fails. */
  async more(position: Position | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (this.#failure || (this.#top !== undefined && (position === undefined || this.#top > position))) return;
    await once(this.#news, 'news', signal ? { signal } : {}).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#news.emit('news');
    await this.#loop;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  #indexAfter(position: Position | undefined): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (position !== undefined && this.#events[middle]!.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #supervise(): Promise<void> {
    for (let attempt = 0; !this.#isStopped(); attempt++) {
      const before = this.#place;
      try {
        await this.#follow();
      } catch (error) {
        if (this.#isStopped()) return;
        if (error instanceof StoreUnavailable || !isPassing(error)) {
          this.#fail(error);
          return;
        }
        this.#options.onTrouble(error);
        if (this.#place !== before) attempt = 0;
        await sleep(backoff(attempt), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof StoreUnavailable ? error : refusalOf(error, 'to follow the log');
    this.#options.onTrouble(this.#failure);
    this.#news.emit('news');
  }

  async #follow(): Promise<void> {
    const connection = await this.#options.connect();
    const incoming = Incoming.following(connection.client, this.#place);
    const stopped = (): void => {
      incoming.stop();
    };
    this.#stop.signal.addEventListener('abort', stopped, { once: true });
    try {
      await this.#takeAll(incoming);
    } finally {
      this.#stop.signal.removeEventListener('abort', stopped);
      incoming.stop();
      await connection.close();
    }
  }

  async #takeAll(incoming: Incoming): Promise<void> {
    let missing: Position | undefined;
    while (!this.#isStopped()) {
      const wait = missing === undefined ? this.#options.quiet : GRACE;
      const { events, reached, ended, idle } = await incoming.take(BATCH, wait);
      if (this.#isStopped()) return;
      if (ended) throw new Error('the subscription ended without an error');
      this.#keep(events);
      this.#pass(reached);
      if (!idle) missing = undefined;
      else if (missing !== undefined && (this.#top === undefined || this.#top < missing))
        throw new Error(`the subscription is silent: ${missing} was written and did not come`);
      else missing = await this.#missing();
    }
  }

  /**
   * The end of the log, where it lies behind what came. @throws StoreUnavailable when the log is shorter than it was
   */
  async #missing(): Promise<Position | undefined> {
    const head = await this.#options.reader.head();
    refuseFuture(this.#top, head);
    return head !== undefined && (this.#top === undefined || head > this.#top) ? head : undefined;
  }

  #keep(events: readonly StoredEvent[]): void {
    const news = events.filter(({ position }) => this.#top === undefined || position > this.#top);
    for (const event of news) {
      if (this.#top !== undefined && event.position <= this.#top) continue;
      this.#events.push(event);
      this.#characters += sizeOf(event);
      this.#top = event.position;
      this.#options.reader.learn(event.position);
    }
    this.#pass(this.#top);
    this.#drop();
    if (news.length > 0) this.#news.emit('news');
  }

  #pass(position: Position | undefined): void {
    if (position === undefined || (this.#place !== undefined && position <= this.#place)) return;
    this.#place = position;
    this.#options.reader.pass(position);
  }

  #drop(): void {
    let count = 0;
    while (this.#events.length - count > MAX_EVENTS || this.#characters > MAX_CHARACTERS) {
      const dropped = this.#events[count++];
      if (!dropped) break;
      this.#characters -= sizeOf(dropped);
      this.#floor = dropped.position;
    }
    if (count > 0) this.#events = this.#events.slice(count);
  }
}

/** A position behind the end: the server would stay silent for ever. @throws StoreUnavailable */
export const refuseFuture = (position: Position | undefined, head: Position | undefined): void => {
  if (position === undefined || (head !== undefined && position <= head)) return;
  throw new StoreUnavailable(
    'io',
    `the log ends at ${head ?? 'its beginning'}, before ${position} which was read from it: the database was ` +
      'reset or restored from an older backup',
  );
};
