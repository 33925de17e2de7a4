import type { EventStore, StoredEvent } from '@kernel/event-store';
import type { Page, ReadModels } from '@kernel/read-models';
import { factMetaOf } from '@kernel/privacy';
import type { EventTable } from '@kernel/sourcing';
import type { Basis, LogBasis } from './basis';
import { papersOf, TRACE_INDEX, type TraceEntry } from './trace-index.projection';

/** What an event says of itself without opening anything. */
export interface TracedEvent {
  /** Index of its entry in the ledger. */
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly post?: string;
  readonly via: string;
  readonly area: string;
  readonly recordedAt: string;
  readonly validFrom?: string;
  readonly reason?: string;
  readonly basis?: string;
  readonly cause?: string;
  readonly papers: readonly string[];
  readonly h: string;
}

/** Conditions on the trace index, of which one must hold; none finds nothing. */
export type Wanted = readonly {
  readonly field: 'id' | 'actor' | 'cause' | 'basis' | 'papers';
  readonly value: string;
}[];

export interface TraceOptions {
  /** The answer as it was when the log had this many events. */
  readonly treeSize?: number;
  readonly limit?: number;
  /** Cursor of the page before. */
  readonly after?: string;
  /** Events that the reader may see. */
  readonly visible?: (event: TracedEvent) => boolean;
}

export interface TraceAnswer {
  readonly items: readonly TracedEvent[];
  readonly next?: string;
  readonly basis: Basis;
}

export interface TracingParts {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly ledger: LogBasis;
  readonly tableOf: (category: string) => EventTable | undefined;
  /** Resolves when the index has folded what lies in the log now. @throws when it cannot */
  readonly settled: () => Promise<void>;
}

type Source = (after: string | undefined) => AsyncIterable<StoredEvent>;

const PAGE = 50;
const WALK = 100;

/** Answers an inspector's questions with events: found by an index, read from the log, cut at a size of the ledger. */
export class Tracing {
  constructor(private readonly parts: TracingParts) {}

  /** Events that the index finds, in order of recording. */
  async find(wanted: Wanted, options: TraceOptions): Promise<TraceAnswer> {
    await this.parts.settled();
    return this.#answer(
      (after) => this.#indexed(wanted, after),
      ({ id }) => id,
      options,
    );
  }

  /** A whole stream. */
  record(stream: string, options: TraceOptions): Promise<TraceAnswer> {
    return this.#answer(
      (after) => this.#streamed(stream, after),
      ({ revision }) => String(revision),
      options,
    );
  }

  /** The basis of an answer given now, or of an earlier size. */
  async basis(treeSize?: number): Promise<Basis> {
    return treeSize === undefined ? (await this.parts.ledger.now()).basis : this.parts.ledger.at(treeSize);
  }

  /** How many of a stream's events belong to the first `treeSize` of the log. */
  async revisionsAt(stream: string, treeSize: number): Promise<number> {
    return this.parts.ledger.countOf(await this.parts.store.read(stream), treeSize);
  }

  async #answer(source: Source, cursorOf: (item: TracedEvent) => string, options: TraceOptions): Promise<TraceAnswer> {
    const { treeSize, limit = PAGE, after, visible = () => true } = options;
    const basis = await this.basis(treeSize);
    const items: TracedEvent[] = [];
    for await (const event of source(after)) {
      const index = await this.parts.ledger.indexOf(event.stream, event.revision);
      if (index === undefined || index >= basis.treeSize) continue;
      const traced = tracedOf(event, index, this.parts.tableOf);
      if (!visible(traced)) continue;
      if (items.length === limit) return { items, next: cursorOf(items.at(-1)!), basis };
      items.push(traced);
    }
    return { items, basis };
  }

  async *#indexed(wanted: Wanted, after: string | undefined): AsyncIterable<StoredEvent> {
    for await (const { stream, revision } of this.#merged(wanted, after)) {
      const [event] = await this.parts.store.read(stream, { from: revision, to: revision });
      if (event) yield event;
    }
  }

  /** Entries of all conditions in order of id, each once: every condition is walked along its own index. */
  async *#merged(wanted: Wanted, after = ''): AsyncIterable<TraceEntry> {
    let from = after;
    for (;;) {
      const pages = await Promise.all(wanted.map((one) => this.#page(one, from)));
      const ends = pages.filter(({ next }) => next !== undefined).map(({ items }) => items.at(-1)?.id ?? '');
      const horizon = ends.sort()[0];
      const found = new Map(pages.flatMap(({ items }) => items.map((entry) => [entry.id, entry])));
      for (const id of [...found.keys()].sort())
        if (id > from && (horizon === undefined || id <= horizon)) yield found.get(id)!;
      if (horizon === undefined) return;
      from = horizon;
    }
  }

  async #page({ field, value }: Wanted[number], from: string): Promise<Page<TraceEntry>> {
    const { models } = this.parts;
    if (field !== 'id')
      return models.find<TraceEntry, (typeof TRACE_INDEX.indexes)[number]>(TRACE_INDEX, {
        where: { [field]: value, id: { from } },
        limit: WALK,
      });
    const entry = await models.get<TraceEntry>(TRACE_INDEX, value);
    return { items: entry ? [entry] : [] };
  }

  async *#streamed(stream: string, after: string | undefined): AsyncIterable<StoredEvent> {
    let from = after === undefined ? 0 : Number(after) + 1;
    for (;;) {
      const events = await this.parts.store.read(stream, { from, limit: 200 });
      yield* events;
      if (events.length < 200) return;
      from += events.length;
    }
  }
}

export const tracedOf = (
  event: StoredEvent,
  index: number,
  tableOf: (category: string) => EventTable | undefined,
): TracedEvent => {
  const meta = factMetaOf(event);
  const { data } = JSON.parse(event.body) as { data: object };
  const table = tableOf(event.stream.slice(0, event.stream.indexOf('-')));
  const { stream, revision, id, type, actor, post, via, area, recordedAt, validFrom, reason, basis, causation, h } =
    meta;
  return {
    index,
    stream,
    revision,
    id,
    type,
    actor,
    via,
    area,
    recordedAt,
    h,
    papers: table ? papersOf(table, type, data) : [],
    ...(post !== undefined && { post }),
    ...(validFrom !== undefined && { validFrom }),
    ...(reason !== undefined && { reason }),
    ...(basis !== undefined && { basis }),
    ...(causation !== undefined && { cause: causation }),
  };
};
