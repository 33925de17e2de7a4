import type { Box, Meta, ValueObject } from '@kernel/format';

/** An opaque token of one deployment: comparable by `comparePositions`, never evidence, never stored in an event. */
export type Position = string;

/** An event as it is handed to a store: already chained, never changed on the way. */
export interface NewEvent {
  /** `<category>-<uuid>` */
  readonly stream: string;
  /** 0, 1, 2 … within the stream. */
  readonly revision: number;
  /** UUIDv7 */
  readonly id: string;
  readonly type: string;
  /** Contains `prev` and `h`. */
  readonly meta: Meta;
  /** Exactly the hashed text `J({data, seals})`. */
  readonly body: string;
  /** Index by index beside the seals of `body`; empty when there are none. */
  readonly boxes: readonly Box[];
  readonly sigs?: readonly ValueObject[];
}

export interface StoredEvent extends NewEvent {
  readonly position: Position;
}

export interface Receipt {
  /** Revision of the last event of the append. */
  readonly revision: number;
  readonly position: Position;
}

export interface AppendOptions {
  /** HMAC of the command, kept beside the log until it expires: tells a repeated command from another body. */
  readonly digest?: string;
}

export interface ReadOptions {
  /** First revision to read; default 0 (forward) or the last (backward). */
  readonly from?: number;
  /** Last revision to read, inclusive. */
  readonly to?: number;
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
}

export interface AllOptions {
  /** Exclusive; absent = from the beginning. */
  readonly after?: Position;
  /** Only these event types; absent = all. */
  readonly types?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The stream is not at the revision that the writer saw. */
export class WrongRevision extends Error {
  override readonly name = 'WrongRevision';
  constructor(
    readonly stream: string,
    readonly expected: number,
    /** -1 = the stream does not exist. */
    readonly actual: number,
  ) {
    super(`${stream} is at revision ${String(actual)}, not ${String(expected)}`);
  }
}

/**
 * A stream does not begin at revision 0, or has a gap: it was cut or removed beneath the store. Nothing may be decided
 * on what remains of it.
 */
export class DamagedStream extends Error {
  override readonly name = 'DamagedStream';
  constructor(
    readonly stream: string,
    /** The revision that is missing. */
    readonly expected: number,
    /** What stands in its place; absent = nothing. */
    readonly found?: number,
  ) {
    super(
      `${stream} is damaged: revision ${String(expected)} is missing, ` +
        `${found === undefined ? 'nothing' : String(found)} stands in its place: it was cut or removed beneath ` +
        'the store; run verify',
    );
  }
}

/** Expected revision of a stream that must not exist yet. */
export const NO_STREAM = -1;

/** Append-only by type: there is no update and no delete to call. */
export abstract class EventStore {
  /**
   * Appends to one stream at the exact revision of its last event (`NO_STREAM` = it must not exist).
   * Resolves only when the events are durable; all of them or none.
   * Appending the very same events (id and `h`) again answers the first receipt.
   * @throws WrongRevision, StoreUnavailable, DamagedStream, FormatError (more than 500 events or 512 KiB)
   */
  abstract append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    options?: AppendOptions,
  ): Promise<Receipt>;

  /** Events of one stream, none missing; empty when it does not exist. @throws DamagedStream, StoreUnavailable */
  abstract read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]>;

  /** Pages of events in order of position, up to the end as it is when the last page is read. */
  abstract readAll(options?: AllOptions & { readonly pageSize?: number }): AsyncIterable<readonly StoredEvent[]>;

  /**
   * Pages of events in order of position, without end: waits at the end for more until `signal` aborts.
   * An empty page says "caught up to the end". With a filter, `scanned` tells how far the store has looked.
   */
  abstract subscribe(options: AllOptions & { readonly pageSize?: number }): AsyncIterable<{
    readonly events: readonly StoredEvent[];
    readonly scanned: Position | undefined;
  }>;

  /** Position of the last event; `undefined` on an empty store. */
  abstract head(): Promise<Position | undefined>;

  /** -1, 0, 1 as `a` lies before, at, after `b`. */
  abstract comparePositions(a: Position, b: Position): number;

  /**
   * How many events lie after a position (for lag and progress). Exact near the end; an engine whose positions are no
   * counts may estimate beyond some thousand events.
   */
  abstract countAfter(after: Position | undefined): Promise<number>;

  /** Digest that was given with the append whose receipt has this position (its last event's); absent when expired. */
  abstract digestAt(position: Position): Promise<string | undefined>;

  abstract close(): Promise<void>;
}
