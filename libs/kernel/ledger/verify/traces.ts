import type { StoredEvent } from '@kernel/event-store';
import { streamId } from '@kernel/format';

/** Something beside the log that names a record: a view, a key. */
export interface Mention {
  readonly where: string;
  readonly id: string;
}

/** Where to look for what is left of a stream that is gone. */
export interface Traces {
  /** Names of streams that the log knows, with events or without. */
  readonly names: Iterable<string>;
  /** Every event that is left. */
  readonly events: () => AsyncIterable<readonly StoredEvent[]>;
  /** Categories of streams, beside those of the names. */
  readonly categories?: readonly string[];
  /** What stands beside the log; asked only where a stream is gone. */
  readonly mentions?: () => Iterable<Mention>;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TOLD = 3;

const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** Names of streams by `sid` (hex). */
export class StreamNames {
  readonly #bySid = new Map<string, string>();
  readonly #categories: ReadonlySet<string>;
  readonly #mentioned = new Map<string, string[]>();

  constructor(
    private readonly log: string,
    private readonly traces: Traces,
  ) {
    for (const name of [`ledger-${log}`, ...traces.names]) this.#bySid.set(streamId(log, name), name);
    const names = [...this.#bySid.values()];
    this.#categories = new Set([...(traces.categories ?? []), ...names.map(categoryOf)]);
  }

  /** `sid-<hex>` where nothing tells the name. */
  of(sid: string): string {
    return this.#bySid.get(sid) ?? `sid-${sid}`;
  }

  /** What still names a stream that was looked for. */
  mentions(sid: string): string {
    const found = this.#mentioned.get(sid) ?? [];
    if (found.length === 0) return 'nothing that is left names it';
    const more = found.length > TOLD ? ` and ${String(found.length - TOLD)} more` : '';
    return `named by ${found.slice(0, TOLD).join(', ')}${more}`;
  }

  /** Looks for streams that are gone in all that is left: by the ids that other records hold. */
  async find(gone: ReadonlySet<string>): Promise<void> {
    if (gone.size === 0) return;
    const search = new Search(gone, [...this.#categories], (stream) => streamId(this.log, stream));
    for (const sid of gone) {
      const name = this.#bySid.get(sid);
      if (name !== undefined) search.know(idOf(name), sid);
    }
    for (const { where, id } of this.traces.mentions?.() ?? []) this.#note(search.look(id), where);
    for await (const page of this.traces.events())
      for (const { stream, revision, body, meta } of page)
        for (const id of new Set(`${body} ${JSON.stringify(meta)}`.match(UUID)))
          this.#note(search.look(id), `${stream} revision ${String(revision)}`);
  }

  #note(found: Found | undefined, where: string): void {
    if (!found) return;
    const { sid, name } = found;
    if (name !== undefined) this.#bySid.set(sid, name);
    this.#mentioned.set(sid, [...(this.#mentioned.get(sid) ?? []), where]);
  }
}

interface Found {
  readonly sid: string;
  readonly name?: string;
}

/** Tries ids against streams whose names nobody knows. */
class Search {
  readonly #byId = new Map<string, Found | undefined>();

  constructor(
    private readonly gone: ReadonlySet<string>,
    private readonly categories: readonly string[],
    private readonly sidOf: (stream: string) => string,
  ) {}

  know(id: string, sid: string): void {
    this.#byId.set(id, { sid });
  }

  look(id: string): Found | undefined {
    if (this.#byId.has(id)) return this.#byId.get(id);
    const tried = this.categories
      .map((category) => `${category}-${id}`)
      .map((name) => ({ sid: this.sidOf(name), name }));
    const found = tried.find(({ sid }) => this.gone.has(sid));
    this.#byId.set(id, found);
    return found;
  }
}
