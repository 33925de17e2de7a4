import type { LedgerFile, LedgerFiles } from '../ledger-files';
import { HASH, subtreeRoot, writeLeafHash } from '../merkle/packed';
import { rootOf } from '../merkle/tree';
import { readBundlePart, readTile } from '../reading/tile-reading';
import { entriesPath, hashesOnLevel, tileOf, tilePath, TILE_WIDTH } from '../tiles';

export const ENTRY_BYTES = 73;
const RECORD = 2 + ENTRY_BYTES;

/** The last tile of a level, still growing. */
interface Edge {
  readonly hashes: Buffer;
  index: number;
  width: number;
}

/** The right edge of a tree of tiles: takes entries, gives the files that a tree of each size consists of. */
export class GrowingTree {
  readonly #bundle = Buffer.alloc(TILE_WIDTH * RECORD);
  readonly #leaf = Buffer.alloc(1 + ENTRY_BYTES);
  readonly #edges: Edge[] = [];
  #full: LedgerFile[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Entries whose full tiles were not taken yet. */
  get pending(): number {
    return (this.#full.length / 2) * TILE_WIDTH;
  }

  /** The tree of that size as its tiles give it; `undefined` when a tile is missing. */
  static async load(files: LedgerFiles, size: number): Promise<GrowingTree | undefined> {
    const tree = new GrowingTree();
    for (let level = 0; hashesOnLevel(level, size) > 0; level++) {
      const [index, width] = edgeOf(hashesOnLevel(level, size));
      const hashes = width === 0 ? Buffer.alloc(0) : await readTile(files, level, index, width);
      if (!hashes) return undefined;
      hashes.copy(tree.#edge(level).hashes);
      Object.assign(tree.#edge(level), { index, width });
    }
    const [index, width] = edgeOf(size);
    const bundle = width === 0 ? Buffer.alloc(0) : await readBundlePart(files, index, width);
    if (bundle?.length !== width * RECORD) return undefined;
    bundle.copy(tree.#bundle);
    tree.#size = size;
    return tree;
  }

  /** Adds an entry of 73 bytes. */
  add(entry: Buffer): void {
    const at = (this.#size % TILE_WIDTH) * RECORD;
    this.#bundle.writeUInt16BE(ENTRY_BYTES, at);
    entry.copy(this.#bundle, at + 2);
    entry.copy(this.#leaf, 1);
    const edge = this.#edge(0);
    writeLeafHash(this.#leaf, edge.hashes, edge.width * HASH);
    this.#size++;
    if (this.#size % TILE_WIDTH === 0)
      this.#full.push({ path: entriesPath(this.#size / TILE_WIDTH - 1), bytes: Buffer.from(this.#bundle) });
    this.#grew(0);
  }

  root(): Buffer {
    return rootOf(this.#size, (level, index) => {
      const { level: of, from, width } = tileOf(level, index);
      return subtreeRoot(this.#edge(of).hashes, from, width);
    });
  }

  /** Tiles and bundles that became full since the last call; each is given once. */
  takeFull(): readonly LedgerFile[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** The partial tiles and the partial bundle of the tree as it is now. */
  partials(): readonly LedgerFile[] {
    const tiles = this.#edges.flatMap(({ hashes, index, width }, level) =>
      width === 0
        ? []
        : [{ path: tilePath(level, index, width), bytes: Buffer.from(hashes.subarray(0, width * HASH)) }],
    );
    const [index, width] = edgeOf(this.#size);
    if (width === 0) return tiles;
    return [
      ...tiles,
      { path: entriesPath(index, width), bytes: Buffer.from(this.#bundle.subarray(0, width * RECORD)) },
    ];
  }

  #edge(level: number): Edge {
    return (this.#edges[level] ??= { hashes: Buffer.alloc(TILE_WIDTH * HASH), index: 0, width: 0 });
  }

  #grew(level: number): void {
    const edge = this.#edge(level);
    edge.width++;
    if (edge.width < TILE_WIDTH) return;
    this.#full.push({ path: tilePath(level, edge.index), bytes: Buffer.from(edge.hashes) });
    edge.index++;
    edge.width = 0;
    const above = this.#edge(level + 1);
    subtreeRoot(edge.hashes, 0, TILE_WIDTH).copy(above.hashes, above.width * HASH);
    this.#grew(level + 1);
  }
}

const edgeOf = (count: number): readonly [index: number, width: number] => [
  Math.floor(count / TILE_WIDTH),
  count % TILE_WIDTH,
];
