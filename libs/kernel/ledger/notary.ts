import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '@kernel/event-store';
import { signNote, verifierKey, writeNote } from './note/signed-note';
import { Witnessing, type Pushed, type WitnessSetting } from './outside/witnessing';
import { EntryIndex } from './reading/entry-index';
import type { Heads } from './reading/heads';
import { Ledger, LedgerDamaged, type SignedCheckpoint } from './reading/ledger';
import { rotationText, verifierText } from './reading/ledger-events';
import { Sealer } from './sealing/sealer';
import type { SealerOptions } from './sealing/sealing';

export interface NotaryOptions extends Omit<SealerOptions, 'index' | 'witnessed'> {
  readonly witnesses?: readonly WitnessSetting[];
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
  readonly witnessing: Witnessing;
  #hosts = false;
  #heads: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: NotaryOptions) {
    const index = new EntryIndex();
    this.ledger = new Ledger(options.files, options.log, index);
    this.witnessing = new Witnessing(this.ledger, options.files, options.witnesses ?? []);
    this.sealer = new Sealer({ ...options, index, witnessed: (keys) => this.witnessing.claims(keys) });
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

  /** What is due every day: heads are sealed, and every witness that can be asked cosigns. */
  async sealDay(): Promise<readonly Pushed[]> {
    const { checkpoint } = await this.sealHeads();
    return this.witnessing.push(checkpoint);
  }

  /**
   * Another key signs from now on: the present one names it in a signed note, the note becomes an event.
   * Answers the new verifier key and the first checkpoint that it signed.
   */
  async rotateKey(): Promise<{ readonly key: string; readonly checkpoint: SignedCheckpoint }> {
    await this.checkpoint();
    const used = (await this.ledger.keys()).flatMap(({ verifiers }) => verifiers);
    const present = used.at(-1)!;
    const before = this.options.keys.find(verifierText(present));
    if (!before) throw new LedgerDamaged('signing.pem', 'the present signing key is not here');
    const key = verifierKey(present.name, this.options.keys.next(used.map(verifierText)));
    const text = rotationText(present.name, key);
    const note = writeNote({ text, signatures: [signNote(text, present.name, before)] });
    const { revision } = await this.options.command('RotateSigningKey', { key, note });
    return { key, checkpoint: (await this.#sealed(revision)).checkpoint };
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
