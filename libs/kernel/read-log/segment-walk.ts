import { chainedHash, FIRST_PREV, readOf, RunningRoot } from './read-chain';
import type { ChainedRead, ReadLog } from './read-log';

/** A record that is not what it was when it was made. */
export interface BrokenRead {
  readonly index: number;
  readonly kind: 'missing' | 'changed';
  readonly detail: string;
}

export interface WalkedSegment {
  readonly count: number;
  /** RFC 6962 root over the texts that are there. */
  readonly root: string;
  readonly broken: readonly BrokenRead[];
}

const MOST_NAMED = 1000;

const missing = (from: number, to: number): readonly BrokenRead[] =>
  Array.from({ length: Math.min(to - from, MOST_NAMED) }, (_, at) => ({
    index: from + at,
    kind: 'missing',
    detail: 'no record stands here',
  }));

const saying = (text: string): string => {
  try {
    const { at, actor, view } = readOf(text);
    return `now says ${at} ${actor} ${view}`;
  } catch {
    return 'is no JSON any more';
  }
};

/** Follows the chain of a segment record by record, and says which are missing or changed. */
export class SegmentWalk {
  readonly #root = new RunningRoot();
  readonly #broken: BrokenRead[] = [];
  #next = 0;
  /** `undefined` behind a gap: the record after it cannot be checked against what is gone. */
  #prev: string | undefined = FIRST_PREV;

  add({ index, text, h }: ChainedRead): void {
    if (index > this.#next) {
      this.#broken.push(...missing(this.#next, index));
      this.#prev = undefined;
    }
    if (this.#prev !== undefined && chainedHash(this.#prev, text) !== h)
      this.#broken.push({
        index,
        kind: 'changed',
        detail: `it does not hash to its h, or the record before was changed with its h; it ${saying(text)}`,
      });
    this.#root.add(text);
    this.#prev = h;
    this.#next = index + 1;
  }

  /** `sealed` = how many records there must be: those cut off at the end are named too. */
  end(sealed?: number): WalkedSegment {
    const cut = sealed === undefined ? [] : missing(this.#next, Math.max(sealed, this.#next));
    return { count: this.#root.size, root: this.#root.root(), broken: [...this.#broken, ...cut] };
  }
}

export const walkSegment = async (reads: ReadLog, day: string, sealed?: number): Promise<WalkedSegment> => {
  const walk = new SegmentWalk();
  for await (const page of reads.chain(day)) for (const read of page) walk.add(read);
  return walk.end(sealed);
};
