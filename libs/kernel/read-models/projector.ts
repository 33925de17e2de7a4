import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '@kernel/event-store';
import type { AnyProjection } from '@kernel/sourcing';
import { foldedTypes } from './folding';
import { PARKED, Parking } from './parking';
import { lagOf, untilReadable, type Lag, type Parked, type ProjectorParts, type Retried } from './projector-parts';
import { ViewFolder, viewOf } from './view-folder';

const RETRY = 1000;
/** Milliseconds between two looks at the checkpoint of a view that another process keeps. */
const GLANCE = 50;
/** Milliseconds for which whoever asks another process for a retry waits to hear of it. */
const PATIENCE = 10_000;

/** Keeps every view up to the log: folds batches, writes documents and checkpoint together, resumes where it stood. */
export class Projector {
  readonly #stop = new AbortController();
  readonly #views: ViewFolder[] = [];
  readonly #parking: Parking;
  #loops: Promise<void>[] = [];
  #watches = false;

  constructor(private readonly parts: ProjectorParts) {
    this.#parking = new Parking(parts.models);
    setMaxListeners(0, this.#stop.signal);
  }

  /** Prepares the views and begins to follow the log. */
  async start(): Promise<void> {
    await this.#prepare();
    this.#loops = this.#views.map((one) => this.#supervise(one));
    if (this.parts.shared) this.#loops.push(this.#answerAsked());
  }

  /** Tells of views that another process keeps; resolves when that one has prepared them. */
  async watch(): Promise<void> {
    this.#watches = true;
    for (const projection of this.parts.projections) this.#add(projection, true);
    await untilReadable(this.parts, [PARKED, ...this.#views.map(({ view }) => view)], this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await Promise.all(this.#views.map((one) => one.silence()));
  }

  /** Resolves true when a view (or every view) can be read and has folded up to a position, false when not in time. */
  async waitFor(
    position: Position,
    { view, timeout = 5000 }: { view?: string; timeout?: number } = {},
  ): Promise<boolean> {
    const until = Date.now() + timeout;
    const waiting = this.#views.filter((one) => view === undefined || one.view.name === view);
    const reached = (at: Position | undefined): boolean =>
      at !== undefined && this.parts.store.comparePositions(at, position) >= 0;
    for (;;) {
      if (this.#watches) await Promise.all(waiting.map((one) => one.look()));
      if (waiting.every(({ position: at, isLive }) => isLive && reached(at))) return true;
      if (Date.now() > until || this.#stop.signal.aborted) return false;
      await sleep(this.#watches ? GLANCE : 2);
    }
  }

  async lag(): Promise<readonly Lag[]> {
    if (this.#watches) await Promise.all(this.#views.map((one) => one.look()));
    return Promise.all(this.#views.map(({ view, position }) => lagOf(this.parts.store, view.name, position)));
  }

  parked(): Promise<readonly Parked[]> {
    return this.#parking.all();
  }

  /**
   * Folds a parked document anew from its whole stream, as far as its view has folded. Where another process keeps the
   * views, that one is asked. Nothing for a document that is not parked. @throws ViewBehind: not yet
   */
  async retry(view: string, key: string): Promise<Retried | undefined> {
    const parked = await this.#parking.get(`${view}/${key}`);
    if (!parked || !this.#watches) return parked && this.#retry(parked);
    await this.parts.models.ask(parked.id);
    for (const until = Date.now() + PATIENCE; Date.now() < until && !this.#stop.signal.aborted;) {
      const now = await this.#parking.get(parked.id);
      if (!now) return 'folded';
      if (now.tried !== parked.tried) return 'parked';
      await sleep(GLANCE);
    }
    return 'asked';
  }

  async #prepare(): Promise<void> {
    const { models, store, shared = false } = this.parts;
    await models.prepare(PARKED);
    // Processes that only watch wait until a view can be read: there a new one answers from the beginning.
    const begun = !shared && (await store.head()) !== undefined;
    for (const projection of this.parts.projections) {
      const { live } = await models.prepare(viewOf(projection), begun);
      await this.#add(projection, live).look();
    }
  }

  #add(projection: AnyProjection, live: boolean): ViewFolder {
    const folder = new ViewFolder(this.parts, this.#parking, projection, live);
    this.#views.push(folder);
    return folder;
  }

  /** A loop that ends without being told to, or fails, begins again from the stored checkpoint. */
  async #supervise(folder: ViewFolder): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#claim(folder);
        await folder.takeUp();
        await this.#follow(folder);
      } catch (error) {
        this.parts.onTrouble?.(folder.view.name, error);
        await sleep(RETRY * (0.5 + Math.random()), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  /** Waits for its turn to write. One process has all views, since they share what is parked. */
  async #claim({ view }: ViewFolder): Promise<void> {
    await this.parts.models.claim(PARKED, this.#stop.signal);
    await this.parts.models.claim(view, this.#stop.signal);
  }

  async #follow(folder: ViewFolder): Promise<void> {
    const after = folder.position;
    const pages = this.parts.store.subscribe({
      types: foldedTypes(folder.projection),
      signal: this.#stop.signal,
      ...(after !== undefined && { after }),
    });
    for await (const page of pages) await folder.take(page);
  }

  /** Carries out what processes that only watch have asked for. */
  async #answerAsked(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.parts.models.claim(PARKED, signal);
        for (const id of await this.parts.models.takeAsked((id) => this.#keeps(id))) await this.#answer(id);
      } catch (error) {
        this.parts.onTrouble?.(PARKED.name, error);
      }
      await sleep(RETRY, undefined, { signal }).catch(() => undefined);
    }
  }

  #keeps(id: string): boolean {
    return this.#views.some(({ view }) => id.startsWith(`${view.name}/`));
  }

  /** What could not be tried is asked again. */
  async #answer(id: string): Promise<void> {
    try {
      const parked = await this.#parking.get(id);
      if (parked) await this.#retry(parked);
    } catch (error) {
      await this.parts.models.ask(id);
      throw error;
    }
  }

  async #retry(parked: Parked): Promise<Retried | undefined> {
    return this.#views.find(({ view }) => view.name === parked.view)?.retry(parked);
  }
}
