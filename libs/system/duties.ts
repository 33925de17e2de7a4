import { setTimeout as sleep } from 'node:timers/promises';
import type { Notary } from '@kernel/ledger';
import type { Lease } from '@kernel/read-models';
import { backupDaily } from './backup-daily';
import { housekeeping } from './housekeeping';
import { closeInTurn } from './stores/closing';
import { sealDaily, sealReadsDaily } from './seal-daily';
import type { Stores } from './stores/stores';
import { verifyAndRecord, verifyNightly, type Verified } from './verification/nightly';

const RETRY = 1000;

/** What the duties are done with. */
export interface OnDuty extends Verified {
  readonly stores: Stores;
  readonly notary: Notary;
  sealReads(): Promise<unknown>;
}

/**
 * What one worker of a system does and no other: it seals and runs the jobs, those of every day and night among them.
 */
export class Duties {
  readonly #stop = new AbortController();
  #begun: Promise<void> = Promise.resolve();
  #onDuty = false;

  constructor(
    private readonly system: OnDuty,
    /** Absent where one process has the stores for itself. */
    private readonly lease: Lease | undefined,
    private readonly onTrouble: (where: string, error: unknown) => void,
  ) {}

  get onDuty(): boolean {
    return this.#onDuty;
  }

  /** Begins; where another worker may have the lease, in the background, as soon as that one is gone. */
  async start(): Promise<void> {
    const { lease } = this;
    if (lease) this.#begun = this.#standBy(lease);
    else await this.#begin();
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    this.#stop.abort();
    const { stores, notary } = this.system;
    await closeInTurn([() => this.#begun, () => stores.jobs.close(), () => notary.close()]);
  }

  async #standBy(lease: Lease): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await lease.take(signal);
        break;
      } catch (error) {
        this.onTrouble('worker', error);
        await sleep(RETRY, undefined, { signal }).catch(() => undefined);
      }
    }
    if (!signal.aborted)
      await this.#begin().catch((error: unknown) => {
        this.onTrouble('jobs', error);
      });
  }

  async #begin(): Promise<void> {
    const { system, onTrouble } = this;
    const { notary, stores } = system;
    const { jobs } = stores;
    this.#onDuty = true;
    notary.start();
    housekeeping(jobs, stores);
    sealDaily(jobs, notary, onTrouble);
    sealReadsDaily(jobs, () => system.sealReads());
    backupDaily(jobs, system.settings);
    verifyNightly(jobs, () => verifyAndRecord(system, onTrouble));
    await jobs.start();
  }
}
