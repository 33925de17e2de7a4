import type { Position, StoredEvent } from '@kernel/event-store';

/** What an answer was computed from: the first `treeSize` events of a log, whose Merkle root is `root` once it is sealed. */
export interface Basis {
  readonly log: string;
  readonly treeSize: number;
  readonly root?: string;
}

/** Order and size of the log as the ledger counts them: what makes an answer repeatable. */
export abstract class LogBasis {
  /** The present basis, or that of an earlier size. @throws BadQuery for a size that the log has not reached */
  abstract basis(treeSize?: number): Promise<Basis>;
  /** Index of an event's entry, from 0. */
  abstract indexOf(event: StoredEvent): Promise<number>;
  /** Where the first `treeSize` events end in the store; `undefined` before the first. */
  abstract positionAt(treeSize: number): Promise<Position | undefined>;
}
