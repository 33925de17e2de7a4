import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '@kernel/event-store';
import { EntryIndex } from './reading/entry-index';
import type { Heads } from './reading/heads';
import { Ledger, LedgerDamaged, type SignedCheckpoint } from './reading/ledger';
import { Sealer, type SealerOptions } from './sealing/sealer';

export interface NotaryOptions extends Omit<SealerOptions, 'index'> {
  /** Issues a command of the log about itself, as the system. */
  readonly command: (type: 'SealHeads' | 'RotateSigningKey', data: object) => Promise<Pick<Receipt, 'revision'>>;
}

/** A `HeadsSealed` event, the heads it seals, and a checkpoint that holds it. */
export interface SealedHeads {
  readonly heads: Heads;
  /** Revision of the event in `ledger-<log>`, and index of its entry. */
  readonly revision: number;
  readonly index: number;
  readonly checkpoint: SignedCheckpoint;
}

const PATIENCE = 15_000;

/** Keeps the ledger of a log: seals, seals heads. One process of a system hosts the sealing; the others read. */
export class Notary {
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  #hosts = false;
  #heads: Promise<unknown> = Promise.resolve();

  constructor(protected readonly options: NotaryOptions) {
    const index = new EntryIndex();
    this.ledger = new Ledger(options.files, options.log, index);
    this.sealer = new Sealer({ ...options, index });
  }

  /** Begins to seal, in the background. */
  start(): void {
    this.#hosts = true;
    this.sealer.start();
  }

  /** This process seals. */
  get hosts(): boolean {
    return this.#hosts;
  }

  /** A checkpoint that holds everything recorded by now; where another process seals, the newest there is. */
  async checkpoint(): Promise<SignedCheckpoint> {
    if (this.#hosts) return this.sealer.sealNow();
    const newest = await this.ledger.newest();
    if (!newest) throw new LedgerDamaged('checkpoint', 'nothing is sealed yet');
    return newest;
  }

  /** Seals every stream's last event now: so that a history can be proved complete. One after the other. */
  sealHeads(): Promise<SealedHeads> {
    const seal = (): Promise<SealedHeads> => this.#sealHeads();
    const sealed = this.#heads.then(seal, seal);
    this.#heads = sealed.catch(() => undefined);
    return sealed;
  }

  async close(): Promise<void> {
    await this.#heads;
    await this.sealer.close();
  }

  async #sealHeads(): Promise<SealedHeads> {
    const { size } = await this.checkpoint();
    const heads = await this.ledger.heads(size);
    const data = { entries: size, root: heads.root.toString('hex'), streams: heads.streams };
    const { revision } = await this.options.command('SealHeads', data);
    return { heads, revision, ...(await this.#sealed(revision)) };
  }

  /** Index of a revision of `ledger-<log>` and a checkpoint that holds it. */
  async #sealed(revision: number): Promise<{ readonly index: number; readonly checkpoint: SignedCheckpoint }> {
    for (const until = Date.now() + PATIENCE; ;) {
      const checkpoint = await this.checkpoint();
      const index = await this.ledger.indexOf(`ledger-${this.options.log}`, revision);
      if (index !== undefined && index < checkpoint.size) return { index, checkpoint };
      if (Date.now() > until)
        throw new LedgerDamaged('checkpoint', 'the event was not sealed in time: does the worker run?');
      await sleep(100);
    }
  }
}
