import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { untraced, type Position, type StoredEvent } from '@kernel/event-store';
import { CORRECTION, type AnyProjection, type OpenedFact } from '@kernel/sourcing';
import { correctedStreams, documentKey, foldedTypes, refolded, type FoldSource } from './folding';
import { lagOf, untilReadable, type Lag, type Parked, type ProjectorParts } from './projector-parts';
import type { ViewDefinition } from './read-models';
import { Teller } from './teller';
import { foldDocument } from './time-travel';

/** Documents that wait, kept like any other view. */
const PARKED: ViewDefinition = { name: 'parked', version: 1, indexes: ['view'] };

const RETRY = 1000;
/** Milliseconds between two looks at the checkpoint of a view that another process keeps. */
const GLANCE = 50;

interface Progress {
  readonly view: ViewDefinition;
  readonly projection: AnyProjection;
  position: Position | undefined;
  readonly teller: Teller;
  live: boolean;
  readonly parked: Set<string>;
}

/** Keeps every view up to the log: folds batches, writes documents and checkpoint together, resumes where it stood. */
export class Projector {
  readonly #stop = new AbortController();
  readonly #progress: Progress[] = [];
  #loops: Promise<void>[] = [];
  #watches = false;

  constructor(private readonly parts: ProjectorParts) {
    setMaxListeners(0, this.#stop.signal);
  }

  /** Prepares the views and begins to follow the log. */
  async start(): Promise<void> {
    await this.#prepare();
    this.#loops = this.#progress.map((progress) => this.#supervise(progress));
  }

  /** Tells of views that another process keeps; resolves when that one has prepared them. */
  async watch(): Promise<void> {
    this.#watches = true;
    for (const projection of this.parts.projections) {
      const view = viewOf(projection);
      this.#progress.push({ view, projection, position: undefined, teller: this.#teller(view), live: true, parked: new Set() }); // prettier-ignore
    }
    await untilReadable(this.parts, [PARKED, ...this.#progress.map(({ view }) => view)], this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await Promise.all(this.#progress.map(({ teller }) => teller.silence()));
  }

  /** Resolves true when a view (or every view) has folded up to a position, false when it has not in time. */
  async waitFor(
    position: Position,
    { view, timeout = 5000 }: { view?: string; timeout?: number } = {},
  ): Promise<boolean> {
    const until = Date.now() + timeout;
    const waiting = this.#progress.filter((one) => view === undefined || one.view.name === view);
    const reached = (at: Position | undefined): boolean =>
      at !== undefined && this.parts.store.comparePositions(at, position) >= 0;
    for (;;) {
      if (this.#watches) await Promise.all(waiting.map((one) => this.#look(one)));
      if (waiting.every((one) => reached(one.position))) return true;
      if (Date.now() > until || this.#stop.signal.aborted) return false;
      await sleep(this.#watches ? GLANCE : 2);
    }
  }

  async lag(): Promise<readonly Lag[]> {
    if (this.#watches) await Promise.all(this.#progress.map((progress) => this.#look(progress)));
    return Promise.all(this.#progress.map(({ view, position }) => lagOf(this.parts.store, view.name, position)));
  }

  async parked(): Promise<readonly Parked[]> {
    return (await this.parts.models.find<Parked>(PARKED.name, { limit: 1000 })).items;
  }

  /** Folds a parked document anew from its whole stream. @throws whatever still does not fold */
  async retry(view: string, key: string): Promise<void> {
    const progress = this.#progress.find((one) => one.view.name === view);
    const parked = (await this.parked()).find((one) => one.view === view && one.key === key);
    if (!progress || !parked) return;
    const documents = await refolded(this.#source(), progress.projection, parked.stream, Number.MAX_SAFE_INTEGER);
    await this.#write(progress, new Map([[key, documents.get(key)]]), progress.position ?? '', 0);
    const { position = '' } = await this.parts.models.checkpoint(PARKED);
    await this.parts.models.write(PARKED, { puts: new Map(), deletes: [parked.id], checkpoint: position }, 0);
    progress.parked.delete(key);
  }

  async #prepare(): Promise<void> {
    await this.parts.models.prepare(PARKED);
    for (const projection of this.parts.projections) {
      const view = viewOf(projection);
      const { live } = await this.parts.models.prepare(view);
      const { position } = await this.parts.models.checkpoint(view);
      this.#progress.push({ view, projection, position, teller: this.#teller(view), live, parked: new Set() });
    }
  }

  /** A loop that ends without being told to, or fails, begins again from the stored checkpoint. */
  async #supervise(progress: Progress): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#takeUp(progress);
        await this.#follow(progress);
      } catch (error) {
        this.parts.onTrouble?.(progress.view.name, error);
        await sleep(RETRY * (0.5 + Math.random()), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  /** Waits for its turn to write, then stands where the last writer stood. */
  async #takeUp(progress: Progress): Promise<void> {
    await this.parts.models.claim(progress.view, this.#stop.signal);
    progress.position = (await this.parts.models.checkpoint(progress.view)).position;
    progress.parked.clear();
    for (const { view, key } of await this.parked()) if (view === progress.view.name) progress.parked.add(key);
  }

  async #follow(progress: Progress): Promise<void> {
    const types = foldedTypes(progress.projection);
    const after = progress.position;
    const pages = this.parts.store.subscribe({
      types,
      signal: this.#stop.signal,
      ...(after !== undefined && { after }),
    });
    for await (const { events, scanned } of pages) {
      await progress.teller.silence();
      if (events.length > 0) await this.#foldTraced(progress, events, scanned);
      else if (!progress.live) await this.#goLive(progress);
      if (scanned !== undefined) progress.position = scanned;
      if (this.parts.shared || events.length === 0) progress.teller.tell(progress.position);
    }
  }

  #teller(view: ViewDefinition): Teller {
    return new Teller(this.parts.models, view);
  }

  async #look(progress: Progress): Promise<void> {
    progress.position = (await this.parts.models.checkpoint(progress.view)).position;
  }

  #foldTraced(progress: Progress, events: readonly StoredEvent[], scanned: Position | undefined): Promise<void> {
    const { around = untraced } = this.parts;
    const causes = new Set(events.flatMap(({ meta }) => meta['traceparent'] ?? []));
    return around(`fold ${progress.view.name}`, [...causes], () => this.#fold(progress, events, scanned));
  }

  async #goLive(progress: Progress): Promise<void> {
    await this.parts.models.swap(progress.view);
    progress.live = true;
  }

  async #fold(progress: Progress, events: readonly StoredEvent[], scanned: Position | undefined): Promise<void> {
    const { projection, parked } = progress;
    const documents = new Map<string, object | undefined>();
    const corrected = projection.asStored ? new Map<string, number>() : correctedStreams(events);
    const uncorrected = events.filter(({ stream }) => !corrected.has(stream));
    for (const [stream, to] of corrected) {
      const anew = await this.#refold(progress, events, stream, to);
      for (const [key, document] of anew) documents.set(key, document);
    }
    const facts = await this.#open(progress, uncorrected);
    const folded = await this.#preload(progress, facts, documents);
    const positions = new Map(uncorrected.map(({ id, position }) => [id, position]));
    for (const fact of facts) {
      const key = documentKey(projection, fact.data, fact.meta);
      if (parked.has(key) || this.#isIn(folded.get(key), positions.get(fact.meta.id))) continue;
      try {
        documents.set(key, foldDocument(projection, [fact], documents.get(key)));
      } catch (error) {
        await this.#parkEvent(progress, key, fact.meta, error);
      }
    }
    await this.#write(progress, documents, scanned ?? events.at(-1)?.position ?? '', events.length);
  }

  async #refold(
    progress: Progress,
    events: readonly StoredEvent[],
    stream: string,
    to: number,
  ): Promise<ReadonlyMap<string, object | undefined>> {
    try {
      return await refolded(this.#source(), progress.projection, stream, to);
    } catch (error) {
      const correction = events.find((event) => event.stream === stream && event.type === CORRECTION)!;
      await this.#parkEvent(progress, stream.slice(stream.indexOf('-') + 1), correction, error);
      return new Map();
    }
  }

  /** Opens a page; when one event does not open, event by event, and the one that does not parks its household. */
  async #open(progress: Progress, events: readonly StoredEvent[]): Promise<readonly OpenedFact[]> {
    try {
      return await this.parts.open(events, progress.projection);
    } catch {
      const facts: OpenedFact[] = [];
      for (const event of events) facts.push(...(await this.#openOne(progress, event)));
      return facts;
    }
  }

  async #openOne(progress: Progress, event: StoredEvent): Promise<readonly OpenedFact[]> {
    try {
      return await this.parts.open([event], progress.projection);
    } catch (error) {
      const key = event.stream.slice(event.stream.indexOf('-') + 1);
      await this.#parkEvent(progress, key, event, error);
      return [];
    }
  }

  /** Loads the documents that facts belong to; answers up to where some of them have folded already. */
  async #preload(
    progress: Progress,
    facts: readonly OpenedFact[],
    documents: Map<string, object | undefined>,
  ): Promise<ReadonlyMap<string, Position>> {
    const keys = [...new Set(facts.map(({ data, meta }) => documentKey(progress.projection, data, meta)))];
    const missing = keys.filter((key) => !documents.has(key));
    const loaded = await this.parts.models.load(progress.view, missing);
    const folded = new Map<string, Position>();
    loaded.forEach(({ document, upTo }, index) => {
      documents.set(missing[index]!, document);
      if (upTo !== undefined) folded.set(missing[index]!, upTo);
    });
    return folded;
  }

  #isIn(upTo: Position | undefined, position: Position | undefined): boolean {
    if (upTo === undefined || position === undefined || upTo === '') return false;
    return this.parts.store.comparePositions(position, upTo) <= 0;
  }

  async #write(
    progress: Progress,
    documents: ReadonlyMap<string, object | undefined>,
    checkpoint: Position,
    events: number,
  ): Promise<void> {
    const puts = new Map<string, object>();
    const deletes: string[] = [];
    for (const [key, document] of documents) {
      if (document) puts.set(key, document);
      else deletes.push(key);
    }
    await this.parts.models.write(progress.view, { puts, deletes, checkpoint }, events);
    if (checkpoint !== '') progress.position = checkpoint;
  }

  async #parkEvent(
    progress: Progress,
    key: string,
    { stream, revision, type }: Pick<StoredEvent, 'stream' | 'revision' | 'type'>,
    error: unknown,
  ): Promise<void> {
    const view = progress.view.name;
    const id = `${view}/${key}`;
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const parked: Parked = { id, view, key, stream, revision, type, error: words, since: new Date().toISOString() };
    progress.parked.add(key);
    await this.parts.models.write(PARKED, { puts: new Map([[id, parked]]), deletes: [], checkpoint: '0' }, 0);
    this.parts.onTrouble?.(view, error);
  }

  #source(): FoldSource {
    return { open: this.parts.open, stream: (name, to) => this.parts.store.read(name, { to }) };
  }
}

export const viewOf = ({ name, version, indexes }: AnyProjection): ViewDefinition => ({ name, version, indexes });
