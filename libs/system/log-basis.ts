import { LogBasis, type Basis } from '@domain/inspection';
import type { EventStore, Position } from '@kernel/event-store';
import { LedgerDamaged, SealingStopped, type Notary, type SignedCheckpoint } from '@kernel/ledger';
import { BadQuery } from '@kernel/read-models';

/**
 * Counts by the ledger of this log; an answer given now rests on a checkpoint that is made now where this process
 * seals.
 */
export class LedgerLogBasis extends LogBasis {
  constructor(
    private readonly notary: Notary,
    private readonly store: EventStore,
  ) {
    super();
  }

  async now(): Promise<{ readonly basis: Basis; readonly covered?: Position }> {
    const head = await this.store.head();
    const { checkpoint, isFresh } = await this.#newest();
    const basis = { log: this.notary.ledger.log, treeSize: checkpoint.size, root: checkpoint.root.toString('hex') };
    return { basis, ...(isFresh && head !== undefined && { covered: head }) };
  }

  async at(treeSize: number): Promise<Basis> {
    const { size } = (await this.#newest()).checkpoint;
    if (treeSize > size) throw new BadQuery(`已封存 ${String(size)} 条 ${String(size)} events are sealed`);
    const root = await this.notary.ledger.rootAt(treeSize);
    return { log: this.notary.ledger.log, treeSize, root: root.toString('hex') };
  }

  indexOf(stream: string, revision: number): Promise<number | undefined> {
    return this.notary.ledger.indexOf(stream, revision);
  }

  /** Where sealing has stopped, answers rest on the last checkpoint that was signed. */
  async #newest(): Promise<{ readonly checkpoint: SignedCheckpoint; readonly isFresh: boolean }> {
    try {
      return { checkpoint: await this.notary.checkpoint(), isFresh: this.notary.hosts };
    } catch (error) {
      if (error instanceof LedgerDamaged) throw new BadQuery('尚未封存 nothing is sealed yet');
      const checkpoint = error instanceof SealingStopped ? await this.notary.ledger.newest() : undefined;
      if (!checkpoint) throw error;
      return { checkpoint, isFresh: false };
    }
  }
}
