import type { Position, StoredEvent } from '@kernel/event-store';

/** What an answer was computed from: the first `treeSize` events of a log, under the Merkle root `root`. */
export interface Basis {
  readonly log: string;
  readonly treeSize: number;
  /** 64 hex digits. */
  readonly root: string;
}

/** Order and size of the log as the ledger counts them: what makes an answer repeatable. */
export abstract class LogBasis {
  /**
   * The basis of an answer given now; `covered` is a position of the store up to which everything is part of it, absent
   * where that is not known.
   */
  abstract now(): Promise<{ readonly basis: Basis; readonly covered?: Position }>;
  /** The basis of an earlier size. @throws BadQuery for a size that is not sealed */
  abstract at(treeSize: number): Promise<Basis>;
  /** Index of an event's entry, from 0; `undefined` when it is not sealed yet. */
  abstract indexOf(stream: string, revision: number): Promise<number | undefined>;

  /** How many of a stream's events belong to the first `treeSize` of the log: their indexes ascend. */
  async countOf(events: readonly StoredEvent[], treeSize: number): Promise<number> {
    const belongs = async ({ stream, revision }: StoredEvent): Promise<boolean> =>
      ((await this.indexOf(stream, revision)) ?? treeSize) < treeSize;
    const last = events.at(-1);
    if (!last || (await belongs(last))) return events.length;
    let [known, beyond] = [0, events.length - 1];
    while (known < beyond) {
      const middle = Math.floor((known + beyond) / 2);
      if (await belongs(events[middle]!)) known = middle + 1;
      else beyond = middle;
    }
    return known;
  }
}
