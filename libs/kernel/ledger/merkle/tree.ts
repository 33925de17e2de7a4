import { createHash } from 'node:crypto';

/** RFC 6962 hashing; sizes and indexes are safe integers, hashes 32 bytes. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const EMPTY_ROOT: Buffer = sha256();
export const hashLeaf = (entry: Uint8Array): Buffer => sha256(LEAF, entry);
export const hashNode = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

/** Hash of the complete subtree over the leaves [index · 2^level, (index + 1) · 2^level). */
export type SubtreeHash = (level: number, index: number) => Buffer;

/** The largest power of two below `size`, as its exponent. */
const splitLevel = (size: number): number => Math.ceil(Math.log2(size)) - 1;

const isPowerOfTwo = (size: number): boolean => Number.isInteger(Math.log2(size));

/** MTH of the leaves [from, from + size); `from` is a multiple of the power of two at or above `size`. */
const rangeHash = (from: number, size: number, hashes: SubtreeHash): Buffer => {
  if (size === 0) return EMPTY_ROOT;
  if (isPowerOfTwo(size)) return hashes(Math.log2(size), from / size);
  const left = 2 ** splitLevel(size);
  return hashNode(rangeHash(from, left, hashes), rangeHash(from + left, size - left, hashes));
};

/** Root of the first `size` leaves (RFC 6962 section 2.1). */
export const rootOf = (size: number, hashes: SubtreeHash): Buffer => rangeHash(0, size, hashes);

/** Inclusion path of a leaf in the first `size` leaves, from the leaf upwards (RFC 6962 section 2.1.1). */
export const inclusionPath = (index: number, size: number, hashes: SubtreeHash): readonly Buffer[] => {
  const path = (from: number, within: number): readonly Buffer[] => {
    if (within === 1) return [];
    const left = 2 ** splitLevel(within);
    return index - from < left
      ? [...path(from, left), rangeHash(from + left, within - left, hashes)]
      : [...path(from + left, within - left), rangeHash(from, left, hashes)];
  };
  return path(0, size);
};

/**
 * Consistency path from the first `old` leaves to the first `size` (RFC 6962 section 2.1.2); empty when old is 0 or
 * size.
 */
export const consistencyPath = (old: number, size: number, hashes: SubtreeHash): readonly Buffer[] => {
  const path = (from: number, within: number, whole: boolean): readonly Buffer[] => {
    if (old === from + within) return whole ? [] : [rangeHash(from, within, hashes)];
    const left = 2 ** splitLevel(within);
    return old - from <= left
      ? [...path(from, left, whole), rangeHash(from + left, within - left, hashes)]
      : [...path(from + left, within - left, false), rangeHash(from, left, hashes)];
  };
  return old === 0 || old === size ? [] : path(0, size, true);
};

/**
 * Climbs from node `node` of a level whose last node is `last`, one step a sibling of the path: says on which side each
 * sibling stands. `undefined` when the path is shorter or longer than the way to the root (RFC 9162 section 2.1.3.2).
 */
const sidesOf = (node: number, last: number, steps: number): readonly ('left' | 'right')[] | undefined => {
  const sides: ('left' | 'right')[] = [];
  for (; sides.length < steps; [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]) {
    if (last === 0) return undefined;
    const isRight = node % 2 === 1 || node === last;
    sides.push(isRight ? 'left' : 'right');
    while (isRight && node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
  }
  return last === 0 ? sides : undefined;
};

/** Whether the path leads from the leaf hash to the root (RFC 9162 section 2.1.3.2). */
export const verifiesInclusion = (
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
  root: Buffer,
): boolean => {
  const sides = index >= 0 && index < size ? sidesOf(index, size - 1, path.length) : undefined;
  if (!sides) return false;
  const climbed = path.reduce(
    (hash, step, at) => (sides[at] === 'left' ? hashNode(step, hash) : hashNode(hash, step)),
    leaf,
  );
  return climbed.equals(root);
};

/** Whether the path proves that the tree of `size` continues the tree of `old` (RFC 9162 section 2.1.4.2). */
export const verifiesConsistency = (
  old: number,
  size: number,
  path: readonly Buffer[],
  oldRoot: Buffer,
  root: Buffer,
): boolean => {
  if (old === size) return path.length === 0 && oldRoot.equals(root);
  if (old === 0) return path.length === 0 && oldRoot.equals(EMPTY_ROOT);
  return old > 0 && old < size && continues(old, size, isPowerOfTwo(old) ? [oldRoot, ...path] : path, [oldRoot, root]);
};

const continues = (
  old: number,
  size: number,
  [first, ...steps]: readonly Buffer[],
  [oldRoot, root]: readonly [Buffer, Buffer],
): boolean => {
  let [node, last] = [old - 1, size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  const sides = sidesOf(node, last, steps.length);
  if (!first || !sides) return false;
  const before = steps.reduce((hash, step, at) => (sides[at] === 'left' ? hashNode(step, hash) : hash), first);
  const now = steps.reduce(
    (hash, step, at) => (sides[at] === 'left' ? hashNode(step, hash) : hashNode(hash, step)),
    first,
  );
  return before.equals(oldRoot) && now.equals(root);
};

/** Subtree hashes over leaf hashes held in memory: for lists of heads and for tests. */
export const subtreesOf = (leaves: readonly Buffer[]): SubtreeHash => {
  const known = new Map<string, Buffer>();
  const hashes: SubtreeHash = (level, index) => {
    if (level === 0) return leaves[index]!;
    const name = `${String(level)}/${String(index)}`;
    const hash = known.get(name) ?? hashNode(hashes(level - 1, index * 2), hashes(level - 1, index * 2 + 1));
    known.set(name, hash);
    return hash;
  };
  return hashes;
};
