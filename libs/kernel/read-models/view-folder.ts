import { isUnavailable } from '@kernel/engines';
import { untraced, type Position, type StoredEvent } from '@kernel/event-store';
import { CORRECTION, type AnyProjection, type OpenedFact } from '@kernel/sourcing';
import { correctedStreams, documentKey, refolded, type FoldSource } from './folding';
import type { Parking } from './parking';
import { DoesNotFold, faultOf, type Parked, type ProjectorParts, type Retried } from './projector-parts';
import { ViewBehind, type ViewDefinition } from './read-models';
import { CheckpointWriter } from './checkpoint-writer';
import { foldDocument } from './time-travel';

export interface FollowedPage {
  readonly events: readonly StoredEvent[];
  readonly scanned?: Position | undefined;
}

const subjectOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** One view on its way along the log. What is done to it is done one after the other. */
export class ViewFolder {
  readonly view: ViewDefinition;
  position: Position | undefined;
  readonly #checkpointWriter: CheckpointWriter;
  readonly #parked = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: ProjectorParts,
    private readonly parking: Parking,
    readonly projection: AnyProjection,
    private live: boolean,
  ) {
    this.view = viewOf(projection);
    this.#checkpointWriter = new CheckpointWriter(parts.models, this.view);
  }

  /** This version is the one that is read. */
  get isLive(): boolean {
    return this.live;
  }

  /** Learns how far the view is. */
  async look(): Promise<void> {
    this.position = (await this.parts.models.checkpoint(this.view)).position;
  }

  /** Stands where the last writer stood. Of a version that has folded nothing yet, nothing is parked. */
  async takeUp(): Promise<void> {
    await this.look();
    this.#parked.clear();
    const parked = (await this.parking.all()).filter(({ view }) => view === this.view.name);
    if (this.position === undefined && parked.length > 0) await this.parking.remove(parked.map(({ id }) => id));
    else for (const { key } of parked) this.#parked.add(key);
  }

  take(page: FollowedPage): Promise<void> {
    return this.#inTurn(() => this.#take(page));
  }

  /** @throws ViewBehind, StoreUnavailable: not yet */
  retry(parked: Parked): Promise<Retried> {
    return this.#inTurn(() => this.#foldAnew(parked));
  }

  silence(): Promise<void> {
    return this.#checkpointWriter.silence();
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn;
    return turn;
  }

  async #take({ events, scanned }: FollowedPage): Promise<void> {
    await this.silence();
    if (events.length > 0) await this.#foldTraced(events, scanned);
    else if (!this.live) await this.#goLive();
    if (scanned !== undefined) this.position = scanned;
    if (this.parts.shared || events.length === 0) this.#checkpointWriter.tell(this.position);
  }

  /** Every document of the stream: as far as the view has folded, and none that is farther. */
  async #foldAnew(parked: Parked): Promise<Retried> {
    const { position, view, projection } = this;
    if (position === undefined) throw new ViewBehind(view.name);
    await this.silence();
    let documents: ReadonlyMap<string, object | undefined>;
    try {
      documents = await refolded(this.#source(position), projection, parked.stream, Number.MAX_SAFE_INTEGER);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      await this.parking.put({ ...parked, error: faultOf(error), tried: new Date().toISOString() });
      return 'parked';
    }
    const kept = await this.parts.models.load(view, [...documents.keys()]);
    if (kept.some(({ upTo }) => upTo !== undefined && !this.#isIn(position, upTo))) throw new ViewBehind(view.name);
    await this.#write(documents, position, 0);
    await this.#unpark([parked.key, ...this.#parkedAmong(documents.keys())]);
    return 'folded';
  }

  #parkedAmong(keys: Iterable<string>): readonly string[] {
    return [...keys].filter((key) => this.#parked.has(key));
  }

  async #unpark(keys: readonly string[]): Promise<void> {
    await this.parking.remove([...new Set(keys)].map((key) => `${this.view.name}/${key}`));
    for (const key of keys) this.#parked.delete(key);
  }

  #foldTraced(events: readonly StoredEvent[], scanned: Position | undefined): Promise<void> {
    const { tracer = untraced } = this.parts;
    const causes = new Set(events.flatMap(({ meta }) => meta['traceparent'] ?? []));
    return tracer(`fold ${this.view.name}`, [...causes], () => this.#fold(events, scanned));
  }

  async #goLive(): Promise<void> {
    await this.parts.models.swap(this.view);
    this.live = true;
  }

  async #fold(events: readonly StoredEvent[], scanned: Position | undefined): Promise<void> {
    const { projection } = this;
    const documents = new Map<string, object | undefined>();
    const corrected = projection.asStored ? new Map<string, number>() : correctedStreams(events);
    const uncorrected = events.filter(({ stream }) => !corrected.has(stream));
    for (const [stream, to] of corrected) {
      const anew = await this.#refold(events, stream, to);
      for (const [key, document] of anew) documents.set(key, document);
    }
    const facts = await this.#open(uncorrected);
    const folded = await this.#preload(facts, documents);
    const positions = new Map(uncorrected.map(({ id, position }) => [id, position]));
    for (const fact of facts) {
      const key = documentKey(projection, fact.data, fact.meta);
      if (this.#parked.has(key) || this.#isIn(folded.get(key), positions.get(fact.meta.id))) continue;
      try {
        documents.set(key, foldDocument(projection, [fact], documents.get(key)));
      } catch (error) {
        await this.#parkEvent(key, fact.meta, error);
      }
    }
    await this.#write(documents, scanned ?? events.at(-1)?.position ?? '', events.length);
  }

  async #refold(
    events: readonly StoredEvent[],
    stream: string,
    to: number,
  ): Promise<ReadonlyMap<string, object | undefined>> {
    try {
      const documents = await refolded(this.#source(), this.projection, stream, to);
      const healed = this.#parkedAmong([subjectOf(stream), ...documents.keys()]);
      if (healed.length > 0) await this.#unpark(healed);
      return documents;
    } catch (error) {
      const correction = events.find((event) => event.stream === stream && event.type === CORRECTION)!;
      await this.#parkEvent(subjectOf(stream), correction, error);
      return new Map();
    }
  }

  /** Opens a page; when one event does not open, event by event, and the one that does not parks its household. */
  async #open(events: readonly StoredEvent[]): Promise<readonly OpenedFact[]> {
    try {
      return await this.parts.open(events, this.projection);
    } catch {
      const facts: OpenedFact[] = [];
      for (const event of events) facts.push(...(await this.#openOne(event)));
      return facts;
    }
  }

  async #openOne(event: StoredEvent): Promise<readonly OpenedFact[]> {
    try {
      return await this.parts.open([event], this.projection);
    } catch (error) {
      await this.#parkEvent(subjectOf(event.stream), event, error);
      return [];
    }
  }

  /** Loads the documents that facts belong to; answers up to where some of them have folded already. */
  async #preload(
    facts: readonly OpenedFact[],
    documents: Map<string, object | undefined>,
  ): Promise<ReadonlyMap<string, Position>> {
    const keys = [...new Set(facts.map(({ data, meta }) => documentKey(this.projection, data, meta)))];
    const missing = keys.filter((key) => !documents.has(key));
    const loaded = await this.parts.models.load(this.view, missing);
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
    await this.parts.models.write(this.view, { puts, deletes, checkpoint }, events);
    if (checkpoint !== '') this.position = checkpoint;
  }

  async #parkEvent(
    key: string,
    { stream, revision, type }: Pick<StoredEvent, 'stream' | 'revision' | 'type'>,
    error: unknown,
  ): Promise<void> {
    if (isUnavailable(error)) throw error;
    const view = this.view.name;
    const fault = faultOf(error);
    const since = new Date().toISOString();
    this.#parked.add(key);
    await this.parking.put({ id: `${view}/${key}`, view, key, stream, revision, type, error: fault, since });
    this.parts.onTrouble?.(view, new DoesNotFold(`${stream} revision ${String(revision)} (${type}): ${fault}`));
  }

  /** Streams up to a revision, and to a position. */
  #source(upTo?: Position): FoldSource {
    const { open, store } = this.parts;
    const isFolded = ({ position }: StoredEvent): boolean => upTo === undefined || this.#isIn(upTo, position);
    return { open, stream: async (name, to) => (await store.read(name, { to })).filter(isFolded) };
  }
}

export const viewOf = ({ name, version, indexes }: AnyProjection): ViewDefinition => ({ name, version, indexes });
