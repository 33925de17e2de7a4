/** What a thread hands over of a page of rows, packed. */
export interface PackedPage {
  /** Position before the page's first. */
  readonly after: number;
  readonly count: number;
  readonly entries: Buffer;
  readonly leaves: Buffer;
  readonly prevs: Buffer;
  readonly streams: Uint32Array;
  readonly revisions: Float64Array;
  readonly times: Float64Array;
  /** Roots of the page's whole tiles. */
  readonly roots: Buffer;
  /** Positions of rows that were not cleared. */
  readonly uncleared: readonly number[];
  /** Positions of rows with a box that did not open. */
  readonly unopened: readonly number[];
  readonly parts: number;
}

export const ENTRY = 73;
const HASH = 32;

/** The event of a stream before the first that is looked at: proved otherwise. */
export interface Tie {
  readonly h: Buffer;
  readonly time: number;
}

/** Joins pages in order: whether every event is chained to the revision before it in its stream. */
export class Joint {
  #hashes = Buffer.alloc(HASH * 1024);
  #revisions = new Float64Array(1024).fill(-1);
  #times = new Float64Array(1024);
  #streams = 0;

  /** Finds what a stream that is met in the middle is tied to; without it every stream must begin at revision 0. */
  constructor(private readonly tieOf?: (stream: number, revision: number) => Tie | undefined) {}

  get streams(): number {
    return this.#streams;
  }

  /** Whether the page continues every stream where it was left. */
  accept(page: PackedPage): boolean {
    for (let at = 0; at < page.count; at++) if (!this.#continues(page, at)) return false;
    return true;
  }

  #continues({ streams, revisions, times, prevs, entries }: PackedPage, at: number): boolean {
    const stream = streams[at]!;
    const revision = revisions[at]!;
    if (stream >= this.#revisions.length) this.#grow(stream + 1);
    if (this.#revisions[stream] === -1) this.#meet(stream, revision);
    const from = stream * HASH;
    const chained =
      revision === this.#revisions[stream]! + 1 &&
      times[at]! >= this.#times[stream]! &&
      this.#hashes.compare(prevs, at * HASH, (at + 1) * HASH, from, from + HASH) === 0;
    entries.copy(this.#hashes, from, at * ENTRY + 41, (at + 1) * ENTRY);
    this.#revisions[stream] = revision;
    this.#times[stream] = times[at]!;
    return chained;
  }

  #meet(stream: number, revision: number): void {
    this.#streams += 1;
    this.#times[stream] = Number.NEGATIVE_INFINITY;
    const tie = revision > 0 ? this.tieOf?.(stream, revision - 1) : undefined;
    if (!tie) return;
    tie.h.copy(this.#hashes, stream * HASH);
    this.#times[stream] = tie.time;
    this.#revisions[stream] = revision - 1;
  }

  #grow(least: number): void {
    const size = Math.max(least, this.#revisions.length * 2);
    this.#hashes = Buffer.concat([this.#hashes], size * HASH);
    const revisions = new Float64Array(size).fill(-1);
    revisions.set(this.#revisions);
    const times = new Float64Array(size);
    times.set(this.#times);
    [this.#revisions, this.#times] = [revisions, times];
  }
}
