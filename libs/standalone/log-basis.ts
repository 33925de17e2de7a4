import { LogBasis, type Basis } from '@domain/inspection';
import type { EventStore, Position, StoredEvent } from '@kernel/event-store';
import { BadQuery } from '@kernel/read-models';

/** Counts as the ledger does on the embedded store, where the entry's index is the position less one. */
export class StoreBasis extends LogBasis {
  constructor(
    private readonly log: string,
    private readonly store: EventStore,
  ) {
    super();
  }

  async basis(treeSize?: number): Promise<Basis> {
    const size = await this.store.countAfter(undefined);
    if (treeSize !== undefined && treeSize > size) throw new BadQuery(`the log has ${String(size)} events`);
    return { log: this.log, treeSize: treeSize ?? size };
  }

  indexOf({ position }: StoredEvent): Promise<number> {
    return Promise.resolve(Number(position) - 1);
  }

  positionAt(treeSize: number): Promise<Position | undefined> {
    return Promise.resolve(treeSize === 0 ? undefined : String(treeSize));
  }
}
