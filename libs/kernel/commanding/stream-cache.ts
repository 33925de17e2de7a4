import { LRUCache } from 'lru-cache';
import { ZERO_HASH } from '@kernel/format';

/** Where a command of a stream ended: its receipt. */
interface Done {
  readonly revision: number;
  readonly position: string;
}

/** A folded stream in memory: believed only while an append at its revision succeeds. */
export interface Cached {
  readonly state: unknown;
  readonly revision: number;
  readonly position: string;
  readonly h: string;
  readonly recordedAt: string;
  readonly commands: ReadonlyMap<string, Done>;
}

export const unborn = (initialState: unknown): Cached => ({
  state: initialState,
  revision: -1,
  position: '',
  h: ZERO_HASH,
  recordedAt: '',
  commands: new Map(),
});

/** Folded states of recent streams, bounded by count. */
export class StreamCache {
  readonly #cached: LRUCache<string, Cached>;
  constructor(max = 2000) {
    this.#cached = new LRUCache({ max });
  }
  get(stream: string): Cached | undefined {
    return this.#cached.get(stream);
  }
  set(stream: string, entry: Cached): void {
    this.#cached.set(stream, entry);
  }
  forget(stream: string): void {
    this.#cached.delete(stream);
  }
}

/** Work on one key in turn; work on different keys side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
