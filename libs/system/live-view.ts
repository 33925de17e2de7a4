import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '@kernel/event-store';
import type { Projector } from '@kernel/read-models';

export interface LiveViewParts<T> {
  readonly view: string;
  /** Event types that change it. */
  readonly types: readonly string[];
  /** What it is before it was read. */
  readonly initial: T;
  readonly read: () => Promise<T>;
  readonly store: EventStore;
  readonly projector: Pick<Projector, 'waitFor'>;
  readonly onTrouble: (where: string, error: unknown) => void;
}

const RETRY = 1000;

/**
 * A small view in memory: read when this process starts, and again whenever any process has recorded what changes it.
 */
export class LiveView<T> {
  readonly #stop = new AbortController();
  #now: T;
  #position: string | undefined;
  #following: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LiveViewParts<T>) {
    this.#now = parts.initial;
  }

  current(): T {
    return this.#now;
  }

  async refresh(): Promise<T> {
    this.#now = await this.parts.read();
    return this.#now;
  }

  /** Resolves when it is read; where its view is being built it is read again as soon as it is there. */
  async start(): Promise<void> {
    const { store, projector, view } = this.parts;
    const head = await store.head();
    const isBuilt = head === undefined || (await projector.waitFor(head, { view }));
    await this.refresh();
    this.#following = this.#supervise(head, isBuilt ? undefined : head);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async #supervise(from: string | undefined, awaited: string | undefined): Promise<void> {
    const { signal } = this.#stop;
    this.#position = from;
    if (awaited !== undefined) await this.#reached(awaited);
    while (!signal.aborted) {
      await this.#follow().catch((error: unknown) => {
        this.parts.onTrouble(this.parts.view, error);
      });
      await sleep(RETRY, undefined, { signal }).catch(() => undefined);
    }
  }

  async #follow(): Promise<void> {
    const after = this.#position;
    const { signal } = this.#stop;
    const { store, types } = this.parts;
    for await (const { events, scanned } of store.subscribe({
      types,
      signal,
      ...(after !== undefined && { after }),
    })) {
      const last = events.at(-1);
      if (last) await this.#reached(last.position);
      this.#position = scanned ?? this.#position;
    }
  }

  async #reached(position: string): Promise<void> {
    const { view, projector, onTrouble } = this.parts;
    while (!this.#stop.signal.aborted && !(await projector.waitFor(position, { view }))) {
      onTrouble(view, 'the view is behind: waiting');
    }
    await this.refresh();
  }
}
