import type { Position, StoredEvent } from '../event-store';
import { isSystem } from './eventstoredb-events';

/** Events of everything, the server's own too, backwards from the end or before a position. */
type Backwards = (before: Position | undefined, count: number) => Promise<readonly StoredEvent[]>;

const CHUNKS = [1, 32, 512] as const;

const later = (a: Position | undefined, b: Position | undefined): Position | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/**
 * The last event that is not the server's own. The server writes some thousand a day for itself: what was looked at
 * once is not looked at again.
 */
export class End {
  /** A position at which there was an event. */
  #known: Position | undefined;
  /** The newest event of any kind that a look has begun at. */
  #looked: Position | undefined;

  /** A place before which every event was learned. */
  #passed: Position | undefined;

  constructor(private readonly backwards: Backwards) {}

  /** Where the log is known to reach. */
  get known(): Position | undefined {
    return this.#known;
  }

  learn(position: Position): void {
    this.#known = later(this.#known, position);
  }

  /** Whatever lies before a place was learned by one who followed the log. */
  pass(place: Position): void {
    this.#passed = later(this.#passed, place);
  }

  /** Position of the last event that is not the server's own. */
  async look(): Promise<Position | undefined> {
    const before = later(this.#looked, this.#known);
    const [newest] = await this.backwards(undefined, CHUNKS[0]);
    const isShorter = before !== undefined && (newest === undefined || newest.position < before);
    if (isShorter) this.#forget();
    const found = await this.#search(newest, isShorter ? undefined : later(before, this.#passed));
    if (found) this.learn(found);
    this.#looked = later(this.#looked, newest?.position);
    return this.#known;
  }

  /** The log became shorter: nothing that is known of it holds. */
  #forget(): void {
    [this.#known, this.#looked, this.#passed] = [undefined, undefined, undefined];
  }

  /** Behind what was seen; `undefined` where all of that is the server's own. */
  async #search(newest: StoredEvent | undefined, seen: Position | undefined): Promise<Position | undefined> {
    let events = newest ? [newest] : [];
    for (let round = 1; events.length > 0; round++) {
      const isSeen = ({ position }: StoredEvent): boolean => seen !== undefined && position <= seen;
      const found = events.find((event) => isSeen(event) || !isSystem(event));
      if (found) return isSystem(found) ? undefined : found.position;
      const chunk = CHUNKS[Math.min(round, CHUNKS.length - 1)] ?? 1;
      events = [...(await this.backwards(events.at(-1)?.position, chunk))];
    }
    return undefined;
  }
}
