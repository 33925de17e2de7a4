import type { LedgerFiles } from '../ledger-files';
import { HASH } from '../merkle/packed';
import { entriesPath, tilePath, TILE_WIDTH } from '../tiles';

/** The first `bytes` of a partial file, or of the full one when the partial has been removed. */
const readPart = async (
  files: Pick<LedgerFiles, 'read'>,
  path: (width: number) => string,
  width: number,
  bytes: (file: Buffer) => number,
): Promise<Buffer | undefined> => {
  const file = (await files.read(path(width))) ?? (width < TILE_WIDTH ? await files.read(path(TILE_WIDTH)) : undefined);
  if (!file) return undefined;
  const length = bytes(file);
  return file.length < length ? undefined : file.subarray(0, length);
};

/** The first `width` hashes of a tile; `undefined` when it is missing or too short. */
export const readTile = (
  files: Pick<LedgerFiles, 'read'>,
  level: number,
  index: number,
  width: number,
): Promise<Buffer | undefined> =>
  readPart(
    files,
    (of) => tilePath(level, index, of),
    width,
    () => width * HASH,
  );

/** Bytes of the first `width` entries of a bundle with their lengths; `undefined` when it is missing or too short. */
export const readBundlePart = (
  files: Pick<LedgerFiles, 'read'>,
  index: number,
  width: number,
): Promise<Buffer | undefined> =>
  readPart(
    files,
    (of) => entriesPath(index, of),
    width,
    (file) => lengthOf(file, width),
  );

const lengthOf = (bundle: Buffer, entries: number): number => {
  let at = 0;
  for (let entry = 0; entry < entries; entry++) {
    if (at + 2 > bundle.length) return Number.MAX_SAFE_INTEGER;
    at += 2 + bundle.readUInt16BE(at);
  }
  return at;
};
