import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { PAPER_LIMIT, PaperDamaged, PaperTooLarge, type StoredFile } from './paper-files';

const CHUNK = 1024 * 1024;
const OVERHEAD = 12 + 16;
export const SEALED_CHUNK = CHUNK + OVERHEAD;

/** A chunk's place: it opens at no other. */
export interface ChunkPlace {
  readonly paper: string;
  readonly index: number;
  readonly last: boolean;
}

const aad = ({ paper, index, last }: ChunkPlace): Buffer =>
  Buffer.from(`jiandang/1/paper\n${paper}\n${String(index)}\n${last ? '1' : '0'}`);

const sealed = (chunk: Buffer, secret: Buffer, place: ChunkPlace): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(aad(place));
  return Buffer.concat([nonce, cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
};

/** @throws PaperDamaged */
export const openChunk = (chunk: Buffer, secret: Buffer, place: ChunkPlace): Buffer => {
  if (chunk.length < OVERHEAD) throw new PaperDamaged(place.paper, 'the file is shorter than it was');
  const decipher = createDecipheriv('aes-256-gcm', secret, chunk.subarray(0, 12), { authTagLength: 16 })
    .setAAD(aad(place))
    .setAuthTag(chunk.subarray(-16));
  try {
    return Buffer.concat([decipher.update(chunk.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new PaperDamaged(place.paper, 'a chunk of the file is missing, moved or changed');
  }
};

/** Gives a file chunk by chunk to `write`, sealed, and says what it was. @throws PaperTooLarge */
export const sealFile = async (
  file: Readable,
  { paper, secret }: { readonly paper: string; readonly secret: Buffer },
  write: (chunk: Buffer, index: number) => Promise<unknown>,
): Promise<StoredFile & { readonly chunks: number }> => {
  const hashes = [createHash('sha256'), createHash('sm3')] as const;
  let rest = Buffer.alloc(0);
  let [bytes, index] = [0, 0];
  for await (const data of file) {
    const part = data as Buffer;
    bytes += part.length;
    if (bytes > PAPER_LIMIT) throw new PaperTooLarge();
    for (const hash of hashes) hash.update(part);
    rest = Buffer.concat([rest, part]);
    while (rest.length > CHUNK) {
      await write(sealed(rest.subarray(0, CHUNK), secret, { paper, index, last: false }), index);
      rest = rest.subarray(CHUNK);
      index += 1;
    }
  }
  await write(sealed(rest, secret, { paper, index, last: true }), index);
  return { bytes, sha256: hashes[0].digest('hex'), sm3: hashes[1].digest('hex'), chunks: index + 1 };
};
