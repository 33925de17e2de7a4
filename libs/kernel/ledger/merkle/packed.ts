import { hash } from 'node:crypto';
import type { SubtreeHash } from './tree';

/** RFC 6962 hashing of hashes that stand side by side in one buffer: no object is made for a hash. */
export const HASH = 32;

const node = Buffer.alloc(1 + 2 * HASH, 1);

/** Writes the leaf hash of `leaf[1…]` into `target`; byte 0 of `leaf` must be 0. */
export const writeLeafHash = (leaf: Buffer, target: Buffer, at: number): void => {
  target.write(hash('sha256', leaf, 'binary'), at, 'latin1');
};

/** Writes the hashes of `pairs` pairs of `source` from byte `from` on into `target`. The two may be the same buffer. */
const writeParents = (source: Buffer, from: number, pairs: number, target: Buffer): void => {
  for (let pair = 0; pair < pairs; pair++) {
    source.copy(node, 1, from + pair * 2 * HASH, from + (pair + 1) * 2 * HASH);
    target.write(hash('sha256', node, 'binary'), pair * HASH, 'latin1');
  }
};

/** Root of `width` (a power of two) hashes of a tile from hash `first` on. */
export const subtreeRoot = (tile: Buffer, first: number, width: number): Buffer => {
  if (width === 1) return Buffer.from(tile.subarray(first * HASH, (first + 1) * HASH));
  const scratch = Buffer.allocUnsafe((width / 2) * HASH);
  writeParents(tile, first * HASH, width / 2, scratch);
  for (let pairs = width / 4; pairs >= 1; pairs /= 2) writeParents(scratch, 0, pairs, scratch);
  return Buffer.from(scratch.subarray(0, HASH));
};

/** All complete subtrees over leaves of equal length that stand side by side. */
export const packedSubtrees = (leaves: Buffer, length: number): SubtreeHash => {
  let count = leaves.length / length;
  const leaf = Buffer.alloc(1 + length);
  const layers = [Buffer.allocUnsafe(count * HASH)];
  for (let index = 0; index < count; index++) {
    leaves.copy(leaf, 1, index * length, (index + 1) * length);
    writeLeafHash(leaf, layers[0]!, index * HASH);
  }
  for (count = Math.floor(count / 2); count >= 1; count = Math.floor(count / 2)) {
    const layer = Buffer.allocUnsafe(count * HASH);
    writeParents(layers.at(-1)!, 0, count, layer);
    layers.push(layer);
  }
  return (level, index) => layers[level]!.subarray(index * HASH, (index + 1) * HASH);
};
