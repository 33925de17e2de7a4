import { HASH, writeLeafHash } from '../merkle/packed';
import type { LedgerSource } from '../reading/ledger';
import { readBundlePart, readTile } from '../reading/tile-reading';
import { tileWidth, TILE_WIDTH } from '../tiles';
import { publishedSize } from './checkpoint-check';
import { ENTRY } from './joint';
import { PackedEntries } from './packed-entries';

const RECORD = 2 + ENTRY;
const EMPTY = Buffer.alloc(0);

/** Sizes that checkpoints claim: the largest that was kept, and the published one. */
const claimedSizes = async (files: LedgerSource): Promise<readonly number[]> => {
  const kept = (await files.list('checkpoints')).filter((name) => /^\d+$/.test(name)).map(Number);
  const published = await publishedSize(files);
  return [Math.max(published, ...kept), published];
};

/**
 * Entries of a ledger on which a bundle and the tile of hashes over it agree. Behind the first `count` the first tile
 * of which nothing is known ends them, whatever a checkpoint claims.
 */
export const knownEntries = async (files: LedgerSource, count: number): Promise<PackedEntries> => {
  const sizes = await claimedSizes(files);
  const known = new PackedEntries();
  for (let tile = 0; tile * TILE_WIDTH < Math.max(...sizes); tile++) {
    const entries = await agreedEntries(files, tile, sizes);
    if (tile * TILE_WIDTH >= count && entries.length === 0) break;
    for (let index = 0; index < TILE_WIDTH; index++) known.add(entries[index]);
  }
  known.trim();
  return known;
};

type Some = readonly (Buffer | undefined)[];

const agreedEntries = async (files: LedgerSource, tile: number, sizes: readonly number[]): Promise<Some> => {
  for (const width of sizes.map((size) => tileWidth(0, tile, size))) {
    const bundle = (await readBundlePart(files, tile, width)) ?? EMPTY;
    const hashes = (await readTile(files, 0, tile, width)) ?? EMPTY;
    const records = Array.from({ length: width }, (_, at) => bundle.subarray(at * RECORD, (at + 1) * RECORD));
    const agree = (record: Buffer, at: number): boolean =>
      isRecord(record) && leafOf(record).equals(hashes.subarray(at * HASH, (at + 1) * HASH));
    const entries = records.map((record, at) => (agree(record, at) ? record.subarray(2) : undefined));
    if (entries.some((entry) => entry !== undefined)) return entries;
  }
  return [];
};

const isRecord = (record: Buffer): boolean =>
  record.length === RECORD && record.readUInt16BE(0) === ENTRY && record[2] === 1;

const leafOf = (record: Buffer): Buffer => {
  const leaf = Buffer.concat([Buffer.of(0), record.subarray(2)]);
  const hash = Buffer.alloc(HASH);
  writeLeafHash(leaf, hash, 0);
  return hash;
};
