import { StoreUnavailable } from '@kernel/engines';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WrongRevision, type Receipt, type StoredEvent } from '../event-store';
import type { LogReader } from './log-reader';

export interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly cmd: string;
  readonly at: string;
  readonly digest: string | null;
  readonly rows: readonly {
    readonly id: string;
    readonly type: string;
    readonly h: string;
    readonly body: string;
    readonly meta: string;
    readonly boxes: string | null;
    readonly sigs: string | null;
  }[];
}

type Answer =
  | { readonly ok: true; readonly revision: number; readonly position: number }
  | { readonly ok: false; readonly actual: number };

interface Message {
  readonly answers?: readonly Answer[];
  readonly failed?: { readonly code: string; readonly words: string };
  readonly closed?: boolean;
}

interface Waiting {
  readonly append: Append;
  readonly done: (receipt: Receipt) => void;
  readonly failed: (error: Error) => void;
}

/** Rows in one transaction: bounds the pause of a commit. */
const MAX_BATCH = 2000;

/** Feeds the writing thread: one batch is under way, whatever queues meanwhile is the next. */
export class LogWriter {
  /** Absent when it was lost: the next append begins another. */
  #worker: Worker | undefined;
  #queue: Waiting[] = [];
  #sent: Waiting[] = [];
  #closing: (() => void) | undefined;
  #idle: (() => void)[] = [];

  constructor(
    private readonly file: string,
    private readonly reader: LogReader,
    private readonly maxPages?: number,
  ) {
    this.#worker = this.#spawn();
  }

  append(append: Append): Promise<Receipt> {
    if (this.#closing) return Promise.reject(new StoreUnavailable('closed', 'the log is closing'));
    return new Promise((done, failed) => {
      this.#queue.push({ append, done, failed });
      if (this.#sent.length === 0) this.#send();
    });
  }

  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void> {
    if (this.#sent.length === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    await this.idle();
    await new Promise<void>((resolve) => {
      this.#closing = resolve;
      if (this.#worker) this.#worker.postMessage({ clean: true });
      else resolve();
    });
    await this.#worker?.terminate();
  }

  #spawn(): Worker {
    const workerData = { file: this.file, ...(this.maxPages !== undefined && { maxPages: this.maxPages }) };
    const worker = new Worker(join(__dirname, 'writer-thread.cjs'), { workerData });
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
    this.#worker.postMessage({ batch: this.#sent.map(({ append }) => append) });
  }

  #answered({ answers, failed, closed }: Message): void {
    if (closed) {
      this.#closing?.();
      return;
    }
    const sent = this.#sent;
    this.#sent = [];
    this.#send();
    if (failed) for (const waiting of sent) waiting.failed(unavailable(failed.code, failed.words));
    else
      sent.forEach((waiting, index) => {
        settle(waiting, answers?.[index]);
      });
  }

  /**
   * The thread is gone: what it may have written is looked up, the rest is refused, and a new thread goes on when there
   * is work.
   */
  #lost(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#closing?.();
    const sent = this.#sent;
    this.#sent = [];
    for (const waiting of sent) this.#resolveUnknown(waiting);
    this.#send();
  }

  #resolveUnknown({ append, done, failed }: Waiting): void {
    try {
      const last = this.#written(append);
      if (last) done({ revision: last.revision, position: last.position });
      else failed(new StoreUnavailable('closed', 'the writing thread was lost; nothing was written'));
    } catch (error) {
      failed(
        new StoreUnavailable(
          'unknown',
          `the writing thread was lost, and what it wrote cannot be read: ${String(error)}`,
        ),
      );
    }
  }

  /** The last event of an append that stands in the log. */
  #written({ stream, expected, rows }: Append): StoredEvent | undefined {
    const there = this.reader.stream(stream, { from: expected + 1, to: expected + rows.length });
    const isSame = ({ id, meta }: StoredEvent, index: number): boolean =>
      id === rows[index]?.id && meta['h'] === rows[index].h;
    return there.length === rows.length && there.every(isSame) ? there.at(-1) : undefined;
  }
}

const settle = ({ append, done, failed }: Waiting, answer: Answer | undefined): void => {
  if (answer?.ok) done({ revision: answer.revision, position: String(answer.position) });
  else failed(new WrongRevision(append.stream, append.expected, answer?.actual ?? -1));
};

const unavailable = (code: string, words: string): StoreUnavailable =>
  new StoreUnavailable(code === 'SQLITE_FULL' ? 'full' : 'io', `nothing was written: ${words}`);
