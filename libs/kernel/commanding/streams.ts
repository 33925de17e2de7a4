import type { EventStore, NewEvent, Receipt, StoredEvent } from '@kernel/event-store';
import { factMetaOf, type Draft, type SealingContext } from '@kernel/privacy';
import { CORRECTION, type AnyDecider, type OpenedFact } from '@kernel/sourcing';
import type { Folded } from './commands';
import { evolved, StreamFolder } from './stream-folder';
import { StreamCache, unborn, type Cached } from './stream-cache';

export interface StreamsParts extends SealingContext {
  readonly store: EventStore;
  /** Other processes append too: a state in memory counts only when its stream has not gone on. */
  readonly shared?: boolean;
}

/** What a decision may look at: the folded streams as they are, or as they would be. */
export interface StreamStates {
  load(decider: AnyDecider, stream: string): Promise<Cached>;
  /** Whether a stream has an event, without folding it. */
  exists(stream: string): Promise<boolean>;
}

/** The folded streams of one process, kept in memory while they do not move. */
export class Streams implements StreamStates {
  readonly #folder: StreamFolder;
  readonly #cache = new StreamCache();
  readonly #appending = new Map<string, Promise<undefined>>();

  constructor(private readonly parts: StreamsParts) {
    this.#folder = new StreamFolder(parts);
  }

  async load(decider: AnyDecider, stream: string): Promise<Cached> {
    const known = await this.#known(stream);
    if (known) return known;
    const stored = await this.parts.store.read(stream);
    const last = stored.at(-1);
    if (!last) return unborn(decider.initialState);
    const entry: Cached = {
      state: await this.#folder.fold(decider, stored),
      revision: last.revision,
      position: last.position,
      h: last.meta['h'] ?? '',
      recordedAt: last.meta['recordedAt'] ?? '',
      commands: commandsOf(stored),
    };
    this.#cache.set(stream, entry);
    return entry;
  }

  async exists(stream: string): Promise<boolean> {
    return this.#cache.get(stream) !== undefined || (await this.parts.store.read(stream, { limit: 1 })).length > 0;
  }

  /** Whether a command has left events in a stream, which is not folded for it. */
  async holds(stream: string, cmd: string): Promise<boolean> {
    const known = await this.#known(stream);
    if (known) return known.commands.has(cmd);
    return (await this.parts.store.read(stream)).some(({ meta }) => meta['cmd'] === cmd);
  }

  /** The state right after the append of a command, whatever came later. */
  async stateAfter(decider: AnyDecider, stream: string, cmd: string): Promise<Folded> {
    const known = await this.#known(stream);
    if (known?.commands.get(cmd)?.revision === known?.revision && known) return known;
    const stored = await this.parts.store.read(stream);
    const end = stored.findLastIndex(({ meta }) => meta['cmd'] === cmd);
    const then = stored.slice(0, end + 1);
    const { revision = -1, meta } = then.at(-1) ?? {};
    return { state: await this.#folder.fold(decider, then), revision, h: meta?.['h'] ?? '' };
  }

  /** The entry that follows when these facts are appended: corrections among them change what lies before. */
  async advanced(decider: AnyDecider, stream: string, entry: Cached, facts: readonly OpenedFact[]): Promise<unknown> {
    if (!facts.some(({ meta }) => meta.type === CORRECTION))
      return facts.reduce<unknown>((state, fact) => evolved(decider, state, fact), entry.state);
    return this.#folder.fold(decider, await this.parts.store.read(stream, { to: entry.revision }), facts);
  }

  /**
   * Runs an append; whoever reads the stream meanwhile waits, so that nobody decides on a state that the log has left
   * behind.
   */
  async appending<T>(stream: string, append: () => Promise<T>): Promise<T> {
    const work = append();
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#appending.set(stream, settled);
    try {
      return await work;
    } finally {
      if (this.#appending.get(stream) === settled) this.#appending.delete(stream);
    }
  }

  forget(stream: string): void {
    this.#cache.forget(stream);
  }

  /** Keeps what was just appended; a correction changes what was folded before. */
  remember(
    { decider, stream, cmd }: { readonly decider: AnyDecider; readonly stream: string; readonly cmd: string },
    entry: Cached,
    drafts: readonly Draft[],
    { sealed, receipt }: { readonly sealed: readonly NewEvent[]; readonly receipt: Receipt },
  ): void {
    const last = sealed.at(-1);
    if (!last || drafts.some(({ type }) => type.type === CORRECTION)) {
      this.#cache.forget(stream);
      return;
    }
    const facts = drafts.map(({ data }, index) => ({ data, meta: factMetaOf(sealed[index]!) }));
    this.#cache.set(stream, {
      state: facts.reduce<unknown>((state, fact) => evolved(decider, state, fact), entry.state),
      revision: receipt.revision,
      position: receipt.position,
      h: last.meta['h'] ?? '',
      recordedAt: last.meta['recordedAt'] ?? '',
      commands: new Map(entry.commands).set(cmd, receipt),
    });
  }

  /** What is in memory and has not moved. */
  async #known(stream: string): Promise<Cached | undefined> {
    await this.#appending.get(stream);
    const known = this.#cache.get(stream);
    if (!known || !this.parts.shared) return known;
    const more = await this.parts.store.read(stream, { from: known.revision + 1, limit: 1 });
    return more.length === 0 ? known : undefined;
  }
}

const commandsOf = (stored: readonly StoredEvent[]): Cached['commands'] =>
  new Map(stored.map(({ meta, revision, position }) => [meta['cmd'] ?? '', { revision, position }]));
