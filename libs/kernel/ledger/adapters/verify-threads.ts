import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PackedPage } from '../verify/joint';

/** Secrets of keys by id; those that are not to be had are left out. */
export type Secrets = (ids: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>;

export interface ThreadOptions {
  readonly file: string;
  readonly log: string;
  readonly threads: number;
  /** With it, boxes are opened. */
  readonly secrets?: Secrets;
}

interface Range {
  readonly after: number;
  readonly to: number;
}

type Message = PackedPage | { readonly wanted: readonly string[] } | { readonly file: readonly string[] };
type Done = { readonly page: PackedPage } | { readonly file: readonly string[] };

/** The threads of `verify`: each takes the next page when it is free. */
export class VerifyThreads {
  readonly #workers: Worker[];
  readonly #idle: Worker[] = [];
  readonly #waiting: { readonly free: (worker: Worker) => void; readonly failed: (error: Error) => void }[] = [];
  readonly #running = new Map<Worker, { done: (result: Done) => void; failed: (error: Error) => void }>();
  #failure: Error | undefined;

  constructor(private readonly options: ThreadOptions) {
    const { file, log, threads } = options;
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(join(__dirname, 'verify-thread.cjs'), { workerData: { file, log } });
      const failed = (error: unknown): void => {
        this.#failed(error);
      };
      worker.on('message', (message: Message) => void this.#answered(worker, message).catch(failed));
      worker.on('error', failed);
      worker.on('exit', (code) => {
        failed(new Error(`a thread of verify ended with ${String(code)}`));
      });
      return worker;
    });
    this.#idle.push(...this.#workers);
  }

  /** @throws whatever SQLite says when the file is not to be read */
  async page({ after, to }: Range): Promise<PackedPage> {
    const done = await this.#run({ task: 'page', after, to, open: this.options.secrets !== undefined });
    if (!('page' in done)) throw new Error('a thread answered something else');
    return done.page;
  }

  /** What SQLite finds wrong with the file as a whole. */
  async file(): Promise<readonly string[]> {
    const done = await this.#run({ task: 'file' });
    return 'file' in done ? done.file : [];
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #run(order: object): Promise<Done> {
    if (this.#failure) throw this.#failure;
    const worker = this.#idle.pop() ?? (await this.#freed());
    return new Promise((done, failed) => {
      this.#running.set(worker, { done, failed });
      worker.postMessage(order);
    });
  }

  #freed(): Promise<Worker> {
    return new Promise((free, failed) => this.#waiting.push({ free, failed }));
  }

  async #answered(worker: Worker, message: Message): Promise<void> {
    if ('wanted' in message) {
      const secrets = (await this.options.secrets?.(message.wanted)) ?? new Map<string, Buffer>();
      worker.postMessage({ task: 'secrets', secrets });
      return;
    }
    const running = this.#running.get(worker);
    this.#running.delete(worker);
    const next = this.#waiting.shift();
    if (next) next.free(worker);
    else this.#idle.push(worker);
    running?.done('file' in message ? message : { page: packed(message) });
  }

  /** Without one of them nothing is cleared: whatever was asked of any ends with what the first said. */
  #failed(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    for (const { failed } of [...this.#running.values(), ...this.#waiting.splice(0)]) failed(this.#failure);
    this.#running.clear();
  }
}

/** Buffers arrive as plain byte arrays. */
const packed = (page: PackedPage): PackedPage => {
  const bytes = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  const { entries, leaves, prevs, roots } = page;
  return { ...page, entries: bytes(entries), leaves: bytes(leaves), prevs: bytes(prevs), roots: bytes(roots) };
};
