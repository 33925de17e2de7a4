/** Paths and cuts of C2SP tlog-tiles: tiles of 256 hashes, bundles of 256 entries. */
export const TILE_WIDTH = 256;
const HEIGHT = 8;

/** `x001/x234/067` */
const indexPath = (index: number): string => {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/');
};

const partial = (width: number): string => (width === TILE_WIDTH ? '' : `.p/${String(width)}`);

/** Path of a tile of hashes; `level` counts tiles (level 1 holds the roots of full tiles of level 0). */
export const tilePath = (level: number, index: number, width = TILE_WIDTH): string =>
  `tile/${String(level)}/${indexPath(index)}${partial(width)}`;

export const entriesPath = (index: number, width = TILE_WIDTH): string =>
  `tile/entries/${indexPath(index)}${partial(width)}`;

/** Number of hashes that stand on a tile level of a tree of this size. */
export const hashesOnLevel = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Width of a tile in a tree of this size: 256, less for the last one, 0 where there is none. */
export const tileWidth = (level: number, index: number, size: number): number =>
  Math.min(TILE_WIDTH, Math.max(0, hashesOnLevel(level, size) - index * TILE_WIDTH));

/** Which tile holds the subtree hash (level, index) of a tree, and the range of its hashes below it. */
export const tileOf = (
  level: number,
  index: number,
): { readonly level: number; readonly index: number; readonly from: number; readonly width: number } => {
  const width = 2 ** (level % HEIGHT);
  const first = index * width;
  return {
    level: Math.floor(level / HEIGHT),
    index: Math.floor(first / TILE_WIDTH),
    from: first % TILE_WIDTH,
    width,
  };
};

/** Entries of a bundle, each behind its length (uint16, big-endian). */
export const writeBundle = (entries: readonly Buffer[]): Buffer =>
  Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );

/** @throws RangeError when the bundle ends inside an entry */
export const readBundle = (bundle: Buffer): readonly Buffer[] => {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const length = bundle.readUInt16BE(at);
    if (at + 2 + length > bundle.length) throw new RangeError('the bundle ends inside an entry');
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
};
