import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import type { StoredEvent } from '../event-store';
import { eventFrom } from './eventstoredb-events';

/** A reading or a subscription of the driver. */
export interface Source {
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
  /** Everything that the server held when it said so was taken before. */
  readonly caughtUp: boolean;
  readonly ended: boolean;
  /** Nothing came in time. */
  readonly idle: boolean;
}

const HIGH = 1000;
const LOW = 250;

const CAUGHT_UP = Symbol('caught up');

/**
 * What a stream of the driver gives, in order and with back-pressure. The driver says "caught up" ahead of the events that it
 * still holds: here the word passes through the same queue, behind them. Its checkpoints are not listened to.
 */
export class Incoming {
  readonly #source: Source;
  readonly #queue: (StoredEvent | typeof CAUGHT_UP)[] = [];
  /** Counts of received events behind which the server said that it had no more. */
  readonly #marks: number[] = [];
  #received = 0;
  #taken = 0;
  #paused = false;
  #ended = false;
  #sign = 0;
  #failed: unknown;
  #wake: () => void = () => undefined;

  constructor(source: Source) {
    this.#source = source;
    source.on('data', (event: AllStreamResolvedEvent) => { this.#receive(event); }); // prettier-ignore
    source.on('caughtUp', () => { this.#marks.push(this.#received + source.readableLength); this.#mark(); this.#wake(); }); // prettier-ignore
    source.on('error', (error: unknown) => { this.#failed ??= error; this.#wake(); }); // prettier-ignore
    source.on('end', () => { this.#ended = true; this.#wake(); }); // prettier-ignore
  }

  /** Up to `limit` events in order, as soon as there is something to say; waits for at most `patience` ms. */
  async take(limit: number, patience: number): Promise<Taken> {
    await this.#more(patience);
    const events: StoredEvent[] = [];
    let caughtUp = false;
    while (this.#taken < this.#queue.length && events.length < limit && !caughtUp) {
      const one = this.#queue[this.#taken++]!;
      if (one === CAUGHT_UP) caughtUp = true;
      else events.push(one);
    }
    this.#compact();
    const nothing = events.length === 0 && !caughtUp;
    if (nothing && this.#failed !== undefined) throw this.#failed as Error;
    return { events, caughtUp, ended: nothing && this.#ended, idle: nothing && !this.#ended };
  }

  /** Ends the call at the server too; what is still on its way flows into nothing, or the driver would keep the call for ever. */
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

  #mark(): void {
    while (this.#marks.length > 0 && this.#marks[0]! <= this.#received) {
      this.#marks.shift();
      this.#queue.push(CAUGHT_UP);
    }
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
