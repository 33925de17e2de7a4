import {
  EventStore,
  type AllOptions,
  type NewEvent,
  type Position,
  type Receipt,
  type StoredEvent,
} from '@kernel/event-store';

interface Look {
  readonly events: readonly StoredEvent[];
  readonly scanned: Position | undefined;
}

/**
 * A log on a server that holds others: the events of its own streams, which are those that were named or appended to.
 */
export class OwnLog extends EventStore {
  #head: Position | undefined;
  #looked: Position | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly streams = new Set<string>(),
  ) {
    super();
  }

  append(...[stream, ...rest]: Parameters<EventStore['append']>): Promise<Receipt> {
    this.streams.add(stream);
    return this.store.append(stream, ...rest);
  }

  read(...asked: Parameters<EventStore['read']>): Promise<readonly StoredEvent[]> {
    return this.store.read(...asked);
  }

  async *readAll(options: AllOptions & { readonly pageSize?: number } = {}): AsyncIterable<readonly StoredEvent[]> {
    for await (const page of this.store.readAll(options)) {
      const own = page.filter(this.#isOwn);
      if (own.length > 0) yield own;
    }
  }

  /** A page of others' events alone is none: an empty one would say that there are no more. */
  async *subscribe(options: AllOptions & { readonly pageSize?: number }): AsyncIterable<Look> {
    for await (const { events, scanned } of this.store.subscribe(options)) {
      const own = events.filter(this.#isOwn);
      if (own.length > 0 || events.length === 0) yield { events: own, scanned };
    }
  }

  async head(): Promise<Position | undefined> {
    for await (const page of this.store.readAll(this.#looked === undefined ? {} : { after: this.#looked })) {
      this.#head = page.findLast(this.#isOwn)?.position ?? this.#head;
      this.#looked = page.at(-1)?.position;
    }
    return this.#head;
  }

  comparePositions(a: Position, b: Position): number {
    return this.store.comparePositions(a, b);
  }

  async countAfter(after: Position | undefined): Promise<number> {
    let count = 0;
    for await (const page of this.readAll(after === undefined ? {} : { after })) count += page.length;
    return count;
  }

  digestAt(position: Position): Promise<string | undefined> {
    return this.store.digestAt(position);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  readonly #isOwn = ({ stream }: NewEvent): boolean => this.streams.has(stream);
}
