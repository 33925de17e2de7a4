import type { LedgerSource } from '../reading/ledger';
import { HASH, subtreeRoot, writeLeafHash } from '../merkle/packed';
import { TILE_WIDTH } from '../tiles';
import { ENTRY } from './joint';

export const RECORD = 2 + ENTRY;

export const EMPTY = Buffer.alloc(0);

/** A growing buffer. */
export class Bytes {
  #bytes = Buffer.allocUnsafe(1024 * HASH);
  length = 0;

  add(more: Buffer): void {
    if (this.length + more.length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#bytes.length * 2, this.length + more.length));
    more.copy(this.#bytes, this.length);
    this.length += more.length;
  }

  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, Math.min(to, this.length));
  }
}

/** Files by the path of their full tile, with their widths. */
export type Listed = Map<string, Map<string, number>>;

export const isTilePath = (path: string): boolean => /^(x\d{3}\/)*\d{3}(\.p\/\d{1,3})?$/.test(path);

export const leavesOf = (entries: Buffer): Buffer => {
  const count = entries.length / ENTRY;
  const leaves = Buffer.allocUnsafe(count * HASH);
  const leaf = Buffer.alloc(1 + ENTRY);
  for (let at = 0; at < count; at++) {
    entries.copy(leaf, 1, at * ENTRY, (at + 1) * ENTRY);
    writeLeafHash(leaf, leaves, at * HASH);
  }
  return leaves;
};

/** Roots of the whole tiles of a level. */
export const rootsOf = (hashes: Buffer): Buffer => {
  const count = Math.floor(hashes.length / HASH / TILE_WIDTH);
  return Buffer.concat(Array.from({ length: count }, (_, tile) => subtreeRoot(hashes, tile * TILE_WIDTH, TILE_WIDTH)));
};

/** A bundle: each entry behind its length. */
export const recordsOf = (entries: Buffer): Buffer => {
  const count = entries.length / ENTRY;
  const records = Buffer.allocUnsafe(count * RECORD);
  for (let at = 0; at < count; at++) {
    records.writeUInt16BE(ENTRY, at * RECORD);
    entries.copy(records, at * RECORD + 2, at * ENTRY, (at + 1) * ENTRY);
  }
  return records;
};

const isFolder = (name: string): boolean => /^x\d{3}$|\.p$/.test(name);

/** Every file below a folder of the ledger. */
export const walk = async (files: LedgerSource, folder: string): Promise<readonly string[]> => {
  const names = await files.list(folder);
  const below = await Promise.all(
    names.map((name) => {
      const path = `${folder}/${name}`;
      return folder === 'tile' || isFolder(name) ? walk(files, path) : Promise.resolve([path]);
    }),
  );
  return below.flat();
};
