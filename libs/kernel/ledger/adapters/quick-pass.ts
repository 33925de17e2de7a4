import { leafHash, ledgerEntry, streamId } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import { openBoxes, secretsOf, type Unreadable } from '../verify/boxes';
import type { Damage } from '../verify/damage';
import { faultsOf } from '../verify/event-faults';
import { emptiedBy } from '../verify/exact';
import type { HeadsCheck } from '../verify/heads-check';
import { ENTRY, Joint, type PackedPage, type Tie } from '../verify/joint';
import type { TreeCheck } from '../verify/tree-check';
import type { StoredRows } from './stored-rows';
import { VerifyThreads } from './verify-threads';

export interface Pass {
  readonly rows: StoredRows;
  readonly log: string;
  readonly keys: KeyStore | undefined;
  readonly tree: TreeCheck;
  readonly heads: HeadsCheck;
  /** Position up to which a signed root proves the entries. */
  readonly after: number;
  readonly last: number;
  readonly threads: number;
  readonly progress: (events: number) => void;
}

const PAGE = 4096;
const HASH = 32;

/**
 * The log examined by threads: each clears pages of rows, this joins them in order. It can only say that all is in
 * order, beside boxes that do not open: whatever else it meets makes it end, for the exact examination to name.
 */
export class QuickPass {
  readonly damages: Damage[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly #joint: Joint;
  #events = 0;
  #parts = 0;

  constructor(private readonly pass: Pass) {
    this.#joint = new Joint(pass.after > 0 ? (stream, revision) => this.#tieOf(stream, revision) : undefined);
  }

  get events(): number {
    return this.#events;
  }
  get parts(): number {
    return this.#parts;
  }
  get streams(): number {
    return this.#joint.streams;
  }

  /** Whether every row is in order. `file` is what SQLite finds wrong with the file. @throws SqliteError */
  async run(): Promise<{ readonly clean: boolean; readonly file: readonly string[] }> {
    const { rows, log, keys, last, after, threads: count } = this.pass;
    const secrets = keys && secretsBy(keys);
    const threads = new VerifyThreads({ file: rows.file, log, threads: count, ...(secrets && { secrets }) });
    try {
      const file = silenced(threads.file());
      const pages: Promise<PackedPage>[] = [];
      let clean = true;
      for (let from = after; clean && (from < last || pages.length > 0); from += PAGE) {
        if (from < last) pages.push(silenced(threads.page({ after: from, to: Math.min(last, from + PAGE) })));
        if (pages.length >= count * 2 || from >= last) clean = await this.#take(await pages.shift()!);
      }
      return { clean, file: await file };
    } finally {
      await threads.close();
    }
  }

  async #take(page: PackedPage): Promise<boolean> {
    const { tree, heads, last, progress, rows, log, keys } = this.pass;
    if (page.count !== Math.min(PAGE, last - page.after)) return false;
    for (const position of page.uncleared) if (!(await this.#settle(page, position))) return false;
    if (!this.#joint.accept(page)) return false;
    const events = page.unopened.flatMap((position) => rows.at(position)?.event ?? []);
    if (keys && events.length > 0) this.#record(await openBoxes(log, keys, events));
    await tree.accept(page.entries, page.leaves, page.uncleared.length === 0 ? page.roots : undefined);
    heads.accept(page.entries);
    this.#events += page.count;
    this.#parts += page.parts;
    progress(this.#events);
    return true;
  }

  /** Examines a row exactly that the thread did not clear; one in order takes its place in the page. */
  async #settle(page: PackedPage, position: number): Promise<boolean> {
    const { rows, log, keys } = this.pass;
    const row = rows.at(position);
    if (!row || row.faults.length > 0 || faultsOf(log, row.event).length > 0) return false;
    const { event } = row;
    const { prev = '', h = '', recordedAt = '' } = event.meta;
    const at = position - page.after - 1;
    const entry = ledgerEntry(streamId(log, event.stream), event.revision, h);
    entry.copy(page.entries, at * ENTRY);
    page.leaves.write(leafHash(entry), at * HASH, 'hex');
    page.prevs.write(prev, at * HASH, 'hex');
    page.times[at] = Date.parse(recordedAt);
    this.unreadable.push(...emptiedBy(event));
    this.#parts += event.boxes.length;
    if (keys) this.#record(await openBoxes(log, keys, [event]));
    return true;
  }

  #record({ damages, unreadable }: Awaited<ReturnType<typeof openBoxes>>): void {
    this.damages.push(...damages);
    this.unreadable.push(...unreadable);
  }

  /**
   * The last event of a stream before the part that is examined: in order itself, and proved by its leaf in the tree.
   */
  #tieOf(stream: number, revision: number): Tie | undefined {
    const { rows, log, tree, after } = this.pass;
    const row = rows.revision(stream, revision);
    if (!row || row.faults.length > 0 || faultsOf(log, row.event).length > 0) return undefined;
    const { position, stream: name, meta } = row.event;
    const index = Number(position) - 1;
    const leaf = leafHash(ledgerEntry(streamId(log, name), revision, meta['h'] ?? ''));
    if (index >= after || leaf !== tree.leafAt(index).toString('hex')) return undefined;
    return { h: Buffer.from(meta['h'] ?? '', 'hex'), time: Date.parse(meta['recordedAt'] ?? '') };
  }
}

/** A failure is met when its turn comes, and only then. */
const silenced = <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => undefined);
  return work;
};

const secretsBy =
  (keys: KeyStore) =>
  async (ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> => {
    const found = [...(await secretsOf(keys, ids))];
    return new Map(found.flatMap(([id, secret]) => (secret instanceof Buffer ? [[id, secret] as const] : [])));
  };
