import { setTimeout as sleep } from 'node:timers/promises';
import type { DueWork, JobRequest } from './jobs';

const AT_ONCE = 100;

export interface SweeperOptions {
  readonly enqueue: (job: JobRequest) => Promise<void>;
  /** Milliseconds between two rounds. */
  readonly every: number;
  readonly onTrouble?: ((where: string, error: unknown) => void) | undefined;
}

/** Asks the sources of work at start and then again and again, and enqueues what they name: known jobs stay one job. */
export class Sweeper {
  readonly #sources: DueWork[] = [];
  readonly #stop = new AbortController();
  #rounds: Promise<void> = Promise.resolve();

  constructor(private readonly options: SweeperOptions) {}

  add(source: DueWork): void {
    this.#sources.push(source);
  }

  start(): void {
    this.#rounds = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#rounds;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      for (const source of this.#sources) await this.#sweep(source);
      await sleep(this.options.every, undefined, { signal }).catch(() => undefined);
    }
  }

  async #sweep(source: DueWork): Promise<void> {
    try {
      const due = await source();
      for (let at = 0; at < due.length && !this.#stop.signal.aborted; at += AT_ONCE)
        await Promise.all(due.slice(at, at + AT_ONCE).map((job) => this.options.enqueue(job)));
    } catch (error) {
      this.options.onTrouble?.('sweeping jobs', error);
    }
  }
}
