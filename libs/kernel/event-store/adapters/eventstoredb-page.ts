import { type Position, type StoredEvent } from '../event-store';

/** Events in order, and the place from which reading goes on behind them. */
export interface Step {
  readonly events: readonly StoredEvent[];
  readonly reached: Position | undefined;
}

/** Gathers what comes, once each: what was delivered twice is passed over. */
export class Page {
  #events: StoredEvent[] = [];

  constructor(
    private at: Position | undefined,
    private readonly size: number,
  ) {}

  get isFull(): boolean {
    return this.#events.length >= this.size;
  }

  /** Whatever was added lies up to here. */
  pass(position: Position | undefined): void {
    if (position !== undefined && (this.at === undefined || position > this.at)) this.at = position;
  }

  add(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (this.at !== undefined && event.position <= this.at) continue;
      this.at = event.position;
      this.#events.push(event);
    }
  }

  *take(): Generator<Step> {
    while (this.#events.length > this.size) {
      const events = this.#events.splice(0, this.size);
      yield { events, reached: events.at(-1)?.position };
    }
    yield { events: this.#events.splice(0), reached: this.at };
  }
}
