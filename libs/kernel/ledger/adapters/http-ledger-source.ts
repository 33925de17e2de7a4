import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerSource } from '../reading/ledger';

const PATIENCE = 15_000;
const TURNS = 6;

/** A ledger where it is served over HTTP. */
export class HttpLedgerSource implements LedgerSource {
  readonly #base: string;

  /** @param url of the folder in which `checkpoint` lies */
  constructor(url: string) {
    this.#base = url.endsWith('/') ? url : `${url}/`;
  }

  /** @throws Error when the server cannot be reached or does not answer for long */
  async read(path: string): Promise<Buffer | undefined> {
    for (let turn = 1; ; turn++) {
      const response = await fetch(new URL(path, this.#base), { signal: AbortSignal.timeout(PATIENCE) });
      if (response.ok) return Buffer.from(await response.arrayBuffer());
      if (response.status === 404) return undefined;
      if (response.status !== 429 || turn === TURNS)
        throw new Error(`${this.#base}${path}: ${String(response.status)}`);
      await sleep(Number(response.headers.get('retry-after') ?? 2) * 1000);
    }
  }

  /** Names that the server lists, one a line; a plain folder of files lists none. */
  async list(folder: string): Promise<readonly string[]> {
    const text = (await this.read(folder))?.toString() ?? '';
    return text.split('\n').filter((name) => /^\d+$/.test(name));
  }
}
