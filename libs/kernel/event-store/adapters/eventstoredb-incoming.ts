import type { AllStreamResolvedEvent, EventStoreDBClient, Position as EnginePosition } from '@eventstore/db-client';
import type { Position, StoredEvent } from '../event-store';
import { enginePosition, eventFrom, isNowhere, positionText } from './eventstoredb-events';

/** A reading or a subscription of the driver. */
interface Source {
  readonly readableLength: number;
  on(event: string, listener: (value: never) => void): unknown;
  removeAllListeners(): unknown;
  pause(): unknown;
  resume(): unknown;
  cancel?(): Promise<void>;
  unsubscribe?(): Promise<void>;
}

export interface Taken {
  readonly events: readonly StoredEvent[];
  /**
   * A place behind these events that the server named: everything before it was taken, and reading may go on from
   * there.
   */
  readonly reached: Position | undefined;
  /** Everything that the server held when it said so was taken before. */
  readonly caughtUp: boolean;
  readonly ended: boolean;
  /** Nothing came in time. */
  readonly idle: boolean;
}

/** What the server says between events, in its place among them. */
interface Mark {
  readonly reached?: Position;
  readonly caughtUp?: true;
}

const HIGH = 1000;
const LOW = 250;
/** The server looks at so many times 32 events before it says how far it is, whether any of them matched or not. */
const CHECKPOINT_INTERVAL = 100;
/** As many of the server's own events, which no filter kept away, are a place to go on from as well. */
const PASSED_OVER = 1000;

const isMark = (one: StoredEvent | Mark): one is Mark => !('stream' in one);

/** Everything but the server's own events; types by their exact names. */
const typeFilter = (types: readonly string[] | undefined) => ({
  filterOn: 'eventType' as const,
  regex: types === undefined ? '^[^$]' : `^(?:${types.join('|')})$`,
  checkpointInterval: CHECKPOINT_INTERVAL,
});

/**
 * What a stream of the driver gives, in order and with back-pressure. The driver says "caught up" and how far the
 * server has looked ahead of the events that it still holds: here the word passes through the same queue, behind them.
 */
export class Incoming {
  readonly #source: Source;
  readonly #queue: (StoredEvent | Mark)[] = [];
  /** Marks with the count of received events behind which they belong. */
  readonly #marks: (readonly [count: number, mark: Mark])[] = [];
  #received = 0;
  #passedOver = 0;
  #taken = 0;
  #paused = false;
  #ended = false;
  #sign = 0;
  #failed: unknown;
  #wake: () => void = () => undefined;

  private constructor(
    source: Source,
    /** Whether its end is the end of the log; a subscription that ends was cut off. */
    readonly ends: boolean,
  ) {
    this.#source = source;
    source.on('data', (event: AllStreamResolvedEvent) => {
      this.#receive(event);
    });
    source.on('caughtUp', () => {
      this.#say({ caughtUp: true });
    });
    source.on('error', (error: unknown) => {
      this.#failed ??= error;
      this.#wake();
    });
    source.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Reads everything behind a position, the server's own events too, and ends. */
  static reading(client: EventStoreDBClient, after: Position | undefined): Incoming {
    return new Incoming(client.readAll({ fromPosition: startOf(after) }) as unknown as Source, true);
  }

  /** Follows what matches behind a position, filtered by the server, without end. */
  static following(client: EventStoreDBClient, after: Position | undefined, types?: readonly string[]): Incoming {
    const checkpointReached = (_source: unknown, position: EnginePosition): void => {
      incoming.#reach(position);
    };
    const filter = { ...typeFilter(types), checkpointReached };
    const source = client.subscribeToAll({ fromPosition: startOf(after), filter }) as unknown as Source;
    const incoming = new Incoming(source, false);
    return incoming;
  }

  /** Up to `limit` events in order, as soon as there is something to say; waits for at most `patience` ms. */
  async take(limit: number, patience: number): Promise<Taken> {
    await this.#more(patience);
    const events: StoredEvent[] = [];
    let mark: Mark = {};
    while (this.#taken < this.#queue.length && events.length < limit && mark.caughtUp === undefined) {
      const one = this.#queue[this.#taken++]!;
      if (isMark(one)) mark = { ...mark, ...one };
      else events.push(one);
    }
    this.#compact();
    const { reached, caughtUp = false } = mark;
    const nothing = events.length === 0 && reached === undefined && !caughtUp;
    if (nothing && this.#failed !== undefined) throw this.#failed as Error;
    return { events, reached, caughtUp, ended: nothing && this.#ended, idle: nothing && !this.#ended };
  }

  /**
   * Ends the call at the server too; what is still on its way flows into nothing, or the driver would keep the call for
   * ever.
   */
  stop(): void {
    this.#ended = true;
    this.#wake();
    this.#source.removeAllListeners();
    this.#source.on('error', () => undefined);
    void (this.#source.cancel?.() ?? this.#source.unsubscribe?.())?.catch(() => undefined);
    this.#source.resume();
  }

  #receive(resolved: AllStreamResolvedEvent): void {
    this.#received += 1;
    this.#sign = Date.now();
    try {
      const event = eventFrom(resolved);
      if (event) this.#queue.push(event);
      else this.#passOver(resolved);
    } catch (error) {
      this.#failed ??= error;
    }
    this.#mark();
    if (this.#queue.length - this.#taken >= HIGH && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake();
  }

  #passOver({ event }: AllStreamResolvedEvent): void {
    this.#passedOver += 1;
    if (this.#passedOver % PASSED_OVER === 0 && event) this.#queue.push({ reached: positionText(event.position) });
  }

  /** A server that has passed over everything from the beginning names no place at all. */
  #reach(position: EnginePosition): void {
    if (!isNowhere(position)) this.#say({ reached: positionText(position) });
  }

  #say(mark: Mark): void {
    this.#marks.push([this.#received + this.#source.readableLength, mark]);
    this.#sign = Date.now();
    this.#mark();
    this.#wake();
  }

  #mark(): void {
    while (this.#marks.length > 0 && this.#marks[0]![0] <= this.#received) this.#queue.push(this.#marks.shift()![1]);
  }

  #compact(): void {
    if (this.#taken >= LOW || this.#taken === this.#queue.length) this.#queue.splice(0, this.#taken);
    else return;
    this.#taken = 0;
    if (this.#paused && this.#queue.length < LOW) {
      this.#paused = false;
      this.#source.resume();
    }
  }

  /** Every sign of life, an event of the server's own too, begins the waiting anew. */
  async #more(patience: number): Promise<void> {
    for (let left = patience; left > 0 && this.#nothing;) {
      const began = Date.now();
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
      left = this.#sign >= began ? patience : left - (Date.now() - began);
    }
    this.#wake = () => undefined;
  }

  get #nothing(): boolean {
    return this.#taken === this.#queue.length && !this.#ended && this.#failed === undefined;
  }
}

const startOf = (after: Position | undefined): EnginePosition | 'start' =>
  after === undefined ? 'start' : enginePosition(after);
