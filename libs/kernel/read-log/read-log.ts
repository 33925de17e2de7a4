/** Somebody saw personal data: who, why, of whom, when. Ids only. */
export interface ReadRecord {
  /** UTC instant. */
  readonly at: string;
  /** UUID of an account, or `system:<part>`. */
  readonly actor: string;
  readonly post?: string;
  /** A stated purpose, or `work`. */
  readonly purpose: string;
  readonly view: string;
  /** UUIDs of households, persons, papers or accounts that were shown. */
  readonly subjects: readonly string[];
  /** Words that were searched for, each under the key of `keyed('search', …)`. */
  readonly terms?: readonly string[];
  /** UUID of the broken glass that opened what the reader's post does not show. */
  readonly glass?: string;
}

/** A record as it stands in its segment. */
export interface ListedRead extends ReadRecord {
  /** `<day>/<index>` */
  readonly id: string;
}

export interface ReadQuery {
  readonly actor?: string;
  /** Any of these was shown. */
  readonly subjects?: readonly string[];
  readonly view?: string;
  /** First and last segment, civil days of Asia/Shanghai, both included. */
  readonly from?: string;
  readonly to?: string;
  /** Only reads through a broken glass. */
  readonly onlyGlass?: boolean;
  /** 1 to 500, default 50. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface ReadPage {
  readonly items: readonly ListedRead[];
  readonly next?: string;
}

/** A record as it is stored: its canonical text, chained within the segment (`chainedHash`). */
export interface ChainedRead {
  readonly index: number;
  readonly text: string;
  readonly h: string;
}

/** The records of one civil day of Asia/Shanghai. */
export interface Segment {
  readonly day: string;
  readonly count: number;
  /** A closed segment takes no further record. */
  readonly closed: boolean;
}

/**
 * Every reading of personal data by a person is recorded before the answer leaves. Records are kept in daily segments:
 * index 0, 1, 2 …, each chained to the one before; a record enters the segment of the day of its `at`, or where that is
 * closed, the first day after the last closed one. A record is never changed; a segment goes only as a whole.
 */
export abstract class ReadLog {
  /** Resolves when the record is durable. @throws StoreUnavailable, and then nothing was written */
  abstract record(read: ReadRecord): Promise<void>;

  /** Reads through a broken glass first, then the others, each newest first. @throws BadQuery */
  abstract list(query: ReadQuery): Promise<ReadPage>;

  /** Every segment that has records, by day. */
  abstract segments(): Promise<readonly Segment[]>;

  /** Pages of a segment's records by index, as stored; a record that is missing leaves a gap. */
  abstract chain(day: string): AsyncIterable<readonly ChainedRead[]>;

  /**
   * Closes every segment up to a day, that of a day without records too: after it resolves none of them takes a record.
   */
  abstract closeThrough(day: string): Promise<void>;

  /** Destroys the closed segments up to a day, for good; again changes nothing. MUST follow the event that says so. */
  abstract destroyThrough(day: string): Promise<void>;

  /** Resolves when what was recorded is durable and the log is closed. */
  abstract close(): Promise<void>;
}
