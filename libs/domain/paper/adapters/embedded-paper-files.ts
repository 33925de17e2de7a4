import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { newUuid } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import { PaperDamaged, PaperFiles, PaperTooLarge, type StoredFile } from '../paper-files';

const CHUNK = 1024 * 1024;
const LIMIT = 100 * 1024 * 1024;
/** Header of a file: the UUID of its key. */
const HEADER = 36;
const OVERHEAD = 12 + 16;

const aad = (paper: string, index: number, last: boolean): Buffer =>
  Buffer.from(`jiandang/1/paper\n${paper}\n${String(index)}\n${last ? '1' : '0'}`);

/** Encrypted files in a folder; a file's name is the paper's random UUID. */
export class EmbeddedPaperFiles extends PaperFiles {
  constructor(
    private readonly folder: string,
    private readonly keys: KeyStore,
  ) {
    super();
  }

  async store(paper: string, file: Readable): Promise<StoredFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const key = { id: newUuid(), secret: randomBytes(32), subject: paper, class: 'paper' as const };
    await this.keys.add([key]);
    const temporary = this.#path(`${paper}.tmp`);
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.write(key.id);
      const stored = await writeChunks(handle, file, { paper, secret: key.secret });
      await handle.sync();
      await rename(temporary, this.#path(paper));
      await syncFolder(this.folder);
      return stored;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  async *read(paper: string): AsyncIterable<Buffer> {
    const secret = await this.#secret(paper);
    let index = 0;
    let rest = Buffer.alloc(0);
    for await (const data of createReadStream(this.#path(paper), { start: HEADER })) {
      rest = Buffer.concat([rest, data as Buffer]);
      while (rest.length > CHUNK + OVERHEAD) {
        yield opened(rest.subarray(0, CHUNK + OVERHEAD), secret, aad(paper, index, false));
        rest = rest.subarray(CHUNK + OVERHEAD);
        index += 1;
      }
    }
    yield opened(rest, secret, aad(paper, index, true));
  }

  async remove(paper: string): Promise<void> {
    await rm(this.#path(paper), { force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  async #secret(paper: string): Promise<Buffer> {
    const handle = await open(this.#path(paper), 'r').catch(() => undefined);
    if (!handle) throw new PaperDamaged(`the file of paper ${paper} is missing`);
    const { buffer } = await handle.read(Buffer.alloc(HEADER), 0, HEADER, 0).finally(() => handle.close());
    const [secret] = await this.keys.secrets([buffer.toString()]);
    if (!secret) throw new PaperDamaged(`the key of paper ${paper} is missing`);
    return secret;
  }
}

const opened = (chunk: Buffer, secret: Buffer, bound: Buffer): Buffer => {
  if (chunk.length < OVERHEAD) throw new PaperDamaged('the file is shorter than it was');
  const decipher = createDecipheriv('aes-256-gcm', secret, chunk.subarray(0, 12), { authTagLength: 16 })
    .setAAD(bound)
    .setAuthTag(chunk.subarray(-16));
  try {
    return Buffer.concat([decipher.update(chunk.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new PaperDamaged('a chunk of the file is missing, moved or changed');
  }
};

const writeChunks = async (
  handle: FileHandle,
  file: Readable,
  { paper, secret }: { paper: string; secret: Buffer },
): Promise<StoredFile> => {
  const hashes = [createHash('sha256'), createHash('sm3')] as const;
  let rest = Buffer.alloc(0);
  let [bytes, index] = [0, 0];
  const write = async (chunk: Buffer, last: boolean): Promise<void> => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(aad(paper, index, last));
    await handle.write(Buffer.concat([nonce, cipher.update(chunk), cipher.final(), cipher.getAuthTag()]));
    index += 1;
  };
  for await (const data of file) {
    const part = data as Buffer;
    bytes += part.length;
    if (bytes > LIMIT) throw new PaperTooLarge(`a paper has at most ${String(LIMIT)} bytes`);
    for (const hash of hashes) hash.update(part);
    rest = Buffer.concat([rest, part]);
    while (rest.length > CHUNK) {
      await write(rest.subarray(0, CHUNK), false);
      rest = rest.subarray(CHUNK);
    }
  }
  await write(rest, true);
  return { bytes, sha256: hashes[0].digest('hex'), sm3: hashes[1].digest('hex') };
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
};
