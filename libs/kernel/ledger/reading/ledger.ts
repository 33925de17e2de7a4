import { LRUCache } from 'lru-cache';
import { streamId } from '@kernel/format';
import type { LedgerFiles } from '../ledger-files';
import { subtreeRoot } from '../merkle/packed';
import { consistencyPath, inclusionPath, rootOf, type SubtreeHash } from '../merkle/tree';
import { readCheckpoint, type Checkpoint } from '../note/checkpoint';
import { readNote } from '../note/signed-note';
import { readBundle, tileOf, tilePath, tileWidth, TILE_WIDTH } from '../tiles';
import { EntryIndex } from './entry-index';
import { Heads } from './heads';
import { keysOf, readLedgerEvent, type LedgerEvent, type LogKey } from './ledger-events';
import { readBundlePart, readTile } from './tile-reading';

/** What is read of a ledger: from its folder, or from where it is served. */
export type LedgerSource = Pick<LedgerFiles, 'read' | 'list'>;

export interface SignedCheckpoint extends Checkpoint {
  /** The whole note: text, the log's signature, cosignatures. */
  readonly note: string;
}

/** What an answer rests on. */
export interface LedgerBasis {
  readonly log: string;
  readonly treeSize: number;
  /** 64 hex digits. */
  readonly root: string;
}

/** A file of the ledger is missing, too short or not of its form; or more is asked for than is sealed. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(`${path}: ${message}`);
  }
}

const TILES = 512;
const FRESH = 250;
const NOTHING = Buffer.alloc(32);

/** Reads a ledger: its checkpoints, entries, proofs and heads. Believes the files; `verify` and the mirror do not. */
export class Ledger {
  readonly #tiles = new LRUCache<string, Buffer>({ max: TILES });
  #heads: Heads | undefined;
  #newest: { readonly at: number; readonly checkpoint: Promise<SignedCheckpoint | undefined> } | undefined;
  #extending: Promise<unknown> = Promise.resolve();

  constructor(
    readonly files: LedgerSource,
    /** UUID of the log. */
    readonly log: string,
    /** Shared with the sealer when both live in one process. */
    private readonly index = new EntryIndex(),
  ) {}

  /** The newest signed checkpoint; `undefined` before the first. */
  async newest(): Promise<SignedCheckpoint | undefined> {
    return checkpointOf(await this.files.read('checkpoint'));
  }

  /** Sizes of all checkpoints ever signed, ascending. */
  async sizes(): Promise<readonly number[]> {
    const names = await this.files.list('checkpoints');
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** The checkpoint that was signed at this size, with the cosignatures it has by now. */
  async checkpoint(size: number): Promise<SignedCheckpoint | undefined> {
    return checkpointOf(await this.files.read(`checkpoints/${String(size)}`));
  }

  /** All checkpoints ever signed, ascending. */
  async *checkpoints(): AsyncIterable<SignedCheckpoint> {
    for (const size of await this.sizes()) {
      const checkpoint = await this.checkpoint(size);
      if (checkpoint) yield checkpoint;
    }
  }

  /** Basis of an answer given now; at most a quarter of a second old. `undefined` before the first checkpoint. */
  async basis(): Promise<LedgerBasis | undefined> {
    const now = Date.now();
    if (!this.#newest || now - this.#newest.at > FRESH) this.#newest = { at: now, checkpoint: this.newest() };
    const newest = await this.#newest.checkpoint;
    return newest && { log: this.log, treeSize: newest.size, root: newest.root.toString('hex') };
  }

  /** Index of an event's entry; `undefined` when it is not sealed yet. */
  indexOf(stream: string, revision: number): Promise<number | undefined> {
    return this.placeOf(streamId(this.log, stream), revision);
  }

  /** Index of an event's entry by the name that the ledger gives its stream. */
  async placeOf(sid: string, revision: number): Promise<number | undefined> {
    const size = await this.#size();
    await this.#extendIndex(size);
    const index = this.index.indexOf(sid, revision);
    return index !== undefined && index < size ? index : undefined;
  }

  /** Pages of entries (73 bytes each) from index `from` up to `to`, exclusive. */
  async *entries(from = 0, to?: number): AsyncIterable<readonly Buffer[]> {
    const end = to ?? (await this.#size());
    for (let at = from; at < end;) {
      const bundle = Math.floor(at / TILE_WIDTH);
      const width = Math.min(TILE_WIDTH, end - bundle * TILE_WIDTH);
      yield (await this.#bundle(bundle, width)).slice(at - bundle * TILE_WIDTH);
      at = bundle * TILE_WIDTH + width;
    }
  }

  /** The entry with this index. */
  async entry(index: number): Promise<Buffer> {
    const within = index % TILE_WIDTH;
    return (await this.#bundle(Math.floor(index / TILE_WIDTH), within + 1))[within]!;
  }

  rootAt(size: number): Promise<Buffer> {
    return this.#compute(size, (hashes) => rootOf(size, hashes));
  }

  /** Inclusion path of an entry in the tree of this size (RFC 6962). */
  inclusion(index: number, size: number): Promise<readonly Buffer[]> {
    if (!(index >= 0 && index < size))
      throw new LedgerDamaged('checkpoint', `entry ${String(index)} is not in a tree of ${String(size)}`);
    return this.#compute(size, (hashes) => inclusionPath(index, size, hashes));
  }

  /** That the tree of `size` continues the tree of `old` (RFC 6962). */
  consistency(old: number, size: number): Promise<readonly Buffer[]> {
    if (old > size)
      throw new LedgerDamaged('checkpoint', `a tree of ${String(size)} does not continue one of ${String(old)}`);
    return this.#compute(size, (hashes) => consistencyPath(old, size, hashes));
  }

  /** Every stream's last event among the first `entries` entries, with proofs. */
  async heads(entries: number): Promise<Heads> {
    if (this.#heads?.entries === entries) return this.#heads;
    await this.#extendIndex(entries);
    const wanted = this.index.lastOfEach(entries);
    const last = Buffer.allocUnsafe(wanted.length * 73);
    let bundle: readonly Buffer[] = [];
    let read = -1;
    for (const [place, index] of wanted.entries()) {
      const of = Math.floor(index / TILE_WIDTH);
      if (of !== read) bundle = await this.#bundle(of, Math.min(TILE_WIDTH, entries - of * TILE_WIDTH));
      read = of;
      bundle[index % TILE_WIDTH]!.copy(last, place * 73);
    }
    return (this.#heads = Heads.of(entries, last));
  }

  /** Events of the log about itself (`ledger-<log>`), in order, as far as they are sealed. */
  async events(): Promise<readonly LedgerEvent[]> {
    const events: LedgerEvent[] = [];
    for (;;) {
      const bytes = await this.files.read(`events/${String(events.length)}`);
      if (!bytes) return events;
      events.push(readLedgerEvent(bytes));
    }
  }

  /** The log's keys with the size of tree from which on each signs. */
  async keys(): Promise<readonly LogKey[]> {
    const events = await this.events();
    const indexes = await Promise.all(events.map(({ stream, revision }) => this.indexOf(stream, revision)));
    return keysOf(events.map((event, at) => ({ event, index: indexes[at] ?? Number.MAX_SAFE_INTEGER })));
  }

  async #size(): Promise<number> {
    return (await this.newest())?.size ?? 0;
  }

  async #bundle(index: number, width: number): Promise<readonly Buffer[]> {
    const newest = await this.#size();
    const known = Math.min(TILE_WIDTH, newest - index * TILE_WIDTH);
    const bytes = await readBundlePart(this.files, index, Math.max(known, width));
    if (!bytes) throw new LedgerDamaged('tile/entries', `bundle ${String(index)} is missing or too short`);
    return readBundle(bytes).slice(0, width);
  }

  async #extendIndex(size: number): Promise<void> {
    const extend = async (): Promise<void> => {
      if (this.index.size >= size) return;
      for await (const page of this.entries(this.index.size, size)) for (const entry of page) this.index.add(entry);
    };
    this.#extending = this.#extending.then(extend, extend);
    await this.#extending;
  }

  /** Runs a computation over subtree hashes twice: first to see which tiles it asks for, then with them. */
  async #compute<T>(size: number, compute: (hashes: SubtreeHash) => T): Promise<T> {
    const newest = await this.#size();
    if (size > newest)
      throw new LedgerDamaged('checkpoint', `${String(size)} entries are not sealed yet, ${String(newest)} are`);
    const wanted = new Map<string, readonly [level: number, index: number]>();
    compute((level, index) => {
      const tile = tileOf(level, index);
      wanted.set(`${String(tile.level)}/${String(tile.index)}`, [tile.level, tile.index]);
      return NOTHING;
    });
    const tiles = new Map<string, Buffer>();
    for (const [name, [level, index]] of wanted) tiles.set(name, await this.#tile(level, index, newest));
    return compute((level, index) => {
      const { level: of, index: at, from, width } = tileOf(level, index);
      return subtreeRoot(tiles.get(`${String(of)}/${String(at)}`)!, from, width);
    });
  }

  async #tile(level: number, index: number, size: number): Promise<Buffer> {
    const width = tileWidth(level, index, size);
    const name = tilePath(level, index, width);
    const known = this.#tiles.get(name);
    if (known) return known;
    const tile = await readTile(this.files, level, index, width);
    if (!tile) throw new LedgerDamaged(name, 'the tile is missing or too short');
    this.#tiles.set(name, tile);
    return tile;
  }
}

const checkpointOf = (bytes: Buffer | undefined): SignedCheckpoint | undefined => {
  if (!bytes) return undefined;
  const note = bytes.toString();
  return { note, ...readCheckpoint(readNote(note).text) };
};
