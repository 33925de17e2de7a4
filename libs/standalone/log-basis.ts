import { LogBasis, type Basis } from '@domain/inspection';
import type { Position, StoredEvent } from '@kernel/event-store';
import type { Notary } from '@kernel/ledger';
import { BadQuery } from '@kernel/read-models';

/** Counts as the ledger does; on the embedded store an entry's index is the position less one. */
export class SealedBasis extends LogBasis {
  constructor(
    private readonly log: string,
    private readonly notary: Notary,
  ) {
    super();
  }

  async basis(treeSize?: number): Promise<Basis> {
    const { ledger } = this.notary;
    const sealed = (await ledger.newest())?.size ?? 0;
    const { size } = treeSize !== undefined && treeSize <= sealed ? { size: treeSize } : await this.notary.checkpoint();
    if (treeSize !== undefined && treeSize > size) throw new BadQuery(`the log has ${String(size)} events`);
    const root = await ledger.rootAt(treeSize ?? size);
    return { log: this.log, treeSize: treeSize ?? size, root: root.toString('hex') };
  }

  indexOf({ position }: StoredEvent): Promise<number> {
    return Promise.resolve(Number(position) - 1);
  }

  positionAt(treeSize: number): Promise<Position | undefined> {
    return Promise.resolve(treeSize === 0 ? undefined : String(treeSize));
  }
}
