import type { StoredEvent } from '@kernel/event-store';
import type { LedgerSource } from '../reading/ledger';
import { HASH, subtreeRoot } from '../merkle/packed';
import { rootOf } from '../merkle/tree';
import { entriesPath, hashesOnLevel, tileOf, tilePath, tileWidth, TILE_WIDTH } from '../tiles';
import { eventDamage, fileDamage, type Damage, type LogVerification } from './damage';
import type { HeadsCheck } from './heads-check';
import { ENTRY } from './joint';
import type { PackedEntries } from './packed-entries';
import { RECORD, EMPTY, Bytes, type Listed, isTilePath, leavesOf, rootsOf, recordsOf, walk } from './tile-files';
const NAMED_AT_MOST = 20;

/** Which event has an entry, to name it. */
export type EventAt = (index: number) => Promise<Pick<StoredEvent, 'stream' | 'revision' | 'id'> | undefined>;

/** Recomputes the tree over the entries of a log, level by level, and holds the files of its ledger against it. */
export class TreeCheck {
  readonly damages: Damage[] = [];
  /** Hashes of each level of tiles: 0 = leaves. */
  readonly #levels: Bytes[] = [new Bytes(), new Bytes()];
  #listed: Listed | undefined;
  #unnamed = 0;

  constructor(
    private readonly files: LedgerSource,
    /** Size of the published tree. */
    readonly published: number,
    private readonly eventAt: EventAt,
  ) {}

  /** Entries taken so far. */
  get size(): number {
    return this.#levels[0]!.length / HASH;
  }

  /**
   * The next entries, from the beginning of a tile on; only the last page may end within one. `leaves` and `roots`
   * where they are known.
   */
  async accept(entries: Buffer, leaves = leavesOf(entries), roots?: Buffer): Promise<void> {
    const first = this.size / TILE_WIDTH;
    const count = leaves.length / HASH;
    this.#levels[0]!.add(leaves);
    this.#levels[1]!.add(roots ?? rootsOf(leaves));
    const tiles = Array.from({ length: Math.ceil(count / TILE_WIDTH) }, (_, tile) => tile);
    const listed = await this.#list();
    await Promise.all(
      tiles.map((tile) =>
        this.#checkLeaves(
          listed,
          first + tile,
          entries.subarray(tile * TILE_WIDTH * ENTRY, (tile + 1) * TILE_WIDTH * ENTRY),
        ),
      ),
    );
  }

  /**
   * Takes the leaf hashes of the first `size` entries (whole tiles) from the tiles themselves: a signed root must prove
   * them.
   */
  async trust(size: number): Promise<void> {
    const listed = await this.#list();
    for (let tile = 0; tile * TILE_WIDTH < size; tile++) {
      const path = tilePath(0, tile);
      listed.delete(path);
      listed.delete(entriesPath(tile));
      const bytes = (await this.files.read(path)) ?? EMPTY;
      if (bytes.length !== TILE_WIDTH * HASH)
        this.damages.push(fileDamage(path, 'tile', 'the tile is missing or too short'));
      const leaves = Buffer.concat([bytes], TILE_WIDTH * HASH);
      this.#levels[0]!.add(leaves);
      this.#levels[1]!.add(rootsOf(leaves));
    }
  }

  /** Root of the first `size` entries. */
  rootAt(size: number): Buffer {
    return rootOf(size, (level, index) => {
      const tile = tileOf(level, index);
      const from = tile.index * TILE_WIDTH + tile.from;
      return subtreeRoot(this.#levels[tile.level]!.slice(from * HASH, (from + tile.width) * HASH), 0, tile.width);
    });
  }

  leafAt(index: number): Buffer {
    return this.#levels[0]!.slice(index * HASH, (index + 1) * HASH);
  }

  /** All entries are in: upper tiles, files that must be there, files that do not belong there. */
  async finish(): Promise<readonly Damage[]> {
    const listed = await this.#list();
    for (let level = 1; this.#levels[level]!.length > 0; level++) {
      for (let tile = 0; tile * TILE_WIDTH * HASH < this.#levels[level]!.length; tile++)
        await this.#checkUpper(listed, level, tile);
      this.#levels[level + 1] = this.#above(level);
    }
    for (const group of listed.values()) for (const path of group.keys()) this.#leftOver(path);
    if (this.#unnamed > 0)
      this.damages.push(fileDamage('tile', 'entry', `${String(this.#unnamed)} further entries differ`));
    return this.damages;
  }

  #above(level: number): Bytes {
    const above = new Bytes();
    const below = this.#levels[level]!;
    above.add(rootsOf(below.slice(0, below.length)));
    return above;
  }

  async #list(): Promise<Listed> {
    if (this.#listed) return this.#listed;
    const listed: Listed = new Map();
    for (const path of await walk(this.files, 'tile')) {
      const [, full = path, width = String(TILE_WIDTH)] = /^(.*)\.p\/(\d+)$/.exec(path) ?? [];
      listed.set(full, (listed.get(full) ?? new Map<string, number>()).set(path, Number(width)));
    }
    return (this.#listed = listed);
  }

  /** Files of a tile that are there, and the one that must be. */
  #filesOf(
    listed: Listed,
    path: (width: number) => string,
    needed: number,
  ): readonly (readonly [path: string, width: number])[] {
    const full = path(TILE_WIDTH);
    const found = listed.get(full) ?? new Map<string, number>();
    listed.delete(full);
    if (needed > 0 && !found.has(path(needed)) && !found.has(full)) found.set(path(needed), needed);
    return [...found];
  }

  /**
   * A bundle of entries and the tile over it: where they differ from the log, which of the three is alone names the
   * damage.
   */
  async #checkLeaves(listed: Listed, tile: number, entries: Buffer): Promise<void> {
    const needed = tileWidth(0, tile, this.published);
    const leaves = this.#levels[0]!.slice(tile * TILE_WIDTH * HASH, (tile + 1) * TILE_WIDTH * HASH);
    const bundles = this.#filesOf(listed, (width) => entriesPath(tile, width), needed);
    const tiles = this.#filesOf(listed, (width) => tilePath(0, tile, width), needed);
    const records = recordsOf(entries);
    const wrong: { path: string; index: number; kind: 'bundle' | 'tile' }[] = [];
    for (const [path, width] of bundles) {
      const index = await this.#compare(path, records.subarray(0, width * RECORD), width * RECORD);
      if (index >= 0) wrong.push({ path, index: Math.floor(index / RECORD), kind: 'bundle' });
    }
    for (const [path, width] of tiles) {
      const index = await this.#compare(path, leaves.subarray(0, width * HASH), width * HASH);
      if (index >= 0) wrong.push({ path, index: Math.floor(index / HASH), kind: 'tile' });
    }
    await this.#blame(tile, wrong);
  }

  /**
   * The ledger holds another entry than the log when both its files say so at the same place; else the file is wrong.
   */
  async #blame(
    tile: number,
    wrong: readonly { readonly path: string; readonly index: number; readonly kind: string }[],
  ): Promise<void> {
    const [bundle, leaves] = ['bundle', 'tile'].map((kind) => wrong.find((one) => one.kind === kind));
    const event =
      bundle && bundle.index === leaves?.index ? await this.eventAt(tile * TILE_WIDTH + bundle.index) : undefined;
    if (event && this.damages.length < NAMED_AT_MOST)
      this.damages.push(
        eventDamage(
          event,
          'entry',
          `the ledger holds another event as its entry ${String(tile * TILE_WIDTH + bundle!.index)}`,
        ),
      );
    else if (event) this.#unnamed += 1;
    else
      for (const { path } of wrong)
        this.damages.push(fileDamage(path, 'tile', 'the file is missing, or not what the log gives'));
  }

  async #checkUpper(listed: Listed, level: number, tile: number): Promise<void> {
    const needed = tileWidth(level, tile, this.published);
    const hashes = this.#levels[level]!;
    for (const [path, width] of this.#filesOf(listed, (of) => tilePath(level, tile, of), needed)) {
      const expected = hashes.slice(tile * TILE_WIDTH * HASH, (tile * TILE_WIDTH + width) * HASH);
      if ((await this.#compare(path, expected, width * HASH)) >= 0)
        this.damages.push(fileDamage(path, 'tile', 'the file is missing, or not what the log gives'));
    }
  }

  /** Index of the first byte that differs; -1 when the file is as it should be. */
  async #compare(path: string, expected: Buffer, length: number): Promise<number> {
    const bytes = (await this.files.read(path)) ?? EMPTY;
    if (expected.length === length && bytes.equals(expected)) return -1;
    const shared = Math.min(bytes.length, expected.length);
    for (let at = 0; at < shared; at++) if (bytes[at] !== expected[at]) return at;
    return shared;
  }

  #leftOver(path: string): void {
    const [, level = '', ...rest] = path.split('/');
    const ahead = isTilePath(rest.join('/')) && hashesOnLevel(level === 'entries' ? 0 : Number(level), this.size) >= 0;
    this.damages.push(
      fileDamage(
        path,
        ahead ? 'rollback' : 'tile',
        ahead
          ? 'the ledger holds more entries than the log: rolled back or cut off'
          : 'the file does not belong to the ledger',
      ),
    );
  }
}

/** Hands all entries of a log over, tile by tile. */
export const feed = async (entries: PackedEntries, tree: TreeCheck, heads: HeadsCheck): Promise<void> => {
  for (let from = 0; from < entries.size; from += TILE_WIDTH) {
    const page = entries.slice(from, from + TILE_WIDTH);
    await tree.accept(page);
    heads.accept(page);
  }
};

/** Size and root of the published tree; of all entries before anything is published. */
export const basisOf = (tree: TreeCheck | undefined, published: number): Pick<LogVerification, 'treeSize' | 'root'> => {
  if (!tree) return {};
  const treeSize = published === 0 ? tree.size : Math.min(tree.size, published);
  return { treeSize, root: tree.rootAt(treeSize).toString('hex') };
};
