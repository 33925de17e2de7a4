import type { NewEvent, StoredEvent } from '../event-store';

/**
 * The newest events of the log in memory, gapless, so that followers of the log read what is new without asking SQLite.
 */
export class LogTail {
  #events: StoredEvent[] = [];
  #after = 0;

  constructor(private readonly max = 2000) {}

  /** Position of the last event that is known here. */
  get end(): number {
    return this.#after + this.#events.length;
  }

  /** Takes events that were appended up to a position; a gap begins the tail anew, a repeated append adds nothing. */
  add(events: readonly NewEvent[], last: number): void {
    const first = last - events.length + 1;
    if (first <= this.end && this.#events.length > 0) return;
    if (first !== this.end + 1) this.clear(first - 1);
    events.forEach((event, index) => this.#events.push({ ...event, position: String(first + index) }));
    if (this.#events.length < 2 * this.max) return;
    this.#after += this.#events.length - this.max;
    this.#events = this.#events.slice(-this.max);
  }

  clear(after = 0): void {
    this.#events = [];
    this.#after = after;
  }

  /** The next `size` positions after one; `undefined` where the tail does not reach back so far. */
  page(after: number, size: number, types?: ReadonlySet<string>) {
    if (after < this.#after || after >= this.end) return undefined;
    const events = this.#events.slice(after - this.#after, after - this.#after + size);
    const wanted = types ? events.filter(({ type }) => types.has(type)) : events;
    return { events: wanted, scanned: after + events.length };
  }
}
