import { StoreUnavailable } from '@kernel/engines';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FIRST_PREV } from '../read-chain';

export interface StoredRead {
  readonly day: string;
  readonly actor: string;
  readonly view: string;
  readonly glass: string | null;
  readonly subjects: readonly string[];
  readonly text: string;
}

export type Work = { readonly add: StoredRead } | { readonly close: string } | { readonly destroy: string };

interface Waiting {
  readonly work: Work;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

interface Message {
  readonly failed?: { readonly code: string; readonly words: string };
  readonly ended?: boolean;
}

/** Works in one transaction: bounds the pause of a commit. */
const MAX_BATCH = 1000;

/** Feeds the writing thread: one batch is under way, whatever queues meanwhile is the next. */
export class ReadLogWriter {
  /** Absent when it was lost: the next work begins another. */
  #worker: Worker | undefined;
  #queue: Waiting[] = [];
  #sent: Waiting[] = [];
  #ended: (() => void) | undefined;
  #idle: (() => void)[] = [];

  constructor(
    private readonly file: string,
    private readonly maxPages?: number,
  ) {
    this.#worker = this.#spawn();
  }

  write(work: Work): Promise<void> {
    if (this.#ended) return Promise.reject(new StoreUnavailable('closed', 'the read log is closing'));
    return new Promise((done, failed) => {
      this.#queue.push({ work, done, failed });
      if (this.#sent.length === 0) this.#send();
    });
  }

  async close(): Promise<void> {
    if (this.#sent.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await new Promise<void>((resolve) => {
      this.#ended = resolve;
      if (this.#worker) this.#worker.postMessage({ end: true });
      else resolve();
    });
    await this.#worker?.terminate();
  }

  #spawn(): Worker {
    const workerData = {
      file: this.file,
      firstPrev: FIRST_PREV,
      ...(this.maxPages !== undefined && { maxPages: this.maxPages }),
    };
    const worker = new Worker(join(__dirname, 'read-log-thread.cjs'), { workerData });
    worker.on('message', (message: Message) => {
      this.#answered(message);
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#lost(worker);
    });
    return worker;
  }

  #send(): void {
    if (this.#queue.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    this.#sent = this.#queue.splice(0, MAX_BATCH);
    this.#worker ??= this.#spawn();
    this.#worker.postMessage({ batch: this.#sent.map(({ work }) => work) });
  }

  #answered({ failed, ended }: Message): void {
    if (ended) {
      this.#ended?.();
      return;
    }
    const sent = this.#sent;
    this.#sent = [];
    this.#send();
    for (const waiting of sent) {
      if (failed) waiting.failed(unavailable(failed.code, failed.words));
      else waiting.done();
    }
  }

  /**
   * The thread is gone: what it was given is refused, though it may stand there, and a new thread goes on when there is
   * work.
   */
  #lost(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#ended?.();
    const sent = this.#sent;
    this.#sent = [];
    this.#send();
    for (const { failed } of sent) failed(new StoreUnavailable('closed', 'the thread of the read log was lost'));
  }
}

const unavailable = (code: string, words: string): StoreUnavailable =>
  new StoreUnavailable(code === 'SQLITE_FULL' ? 'full' : 'io', `the reading was not recorded: ${words}`);
