import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { KeyStore } from '@kernel/privacy';
import { PaperDamaged, PaperFiles, type StoredFile } from '../paper-files';
import { openChunk, sealFile, SEALED_CHUNK } from '../sealed-chunks';

/** Header of a file: the UUID of its key. */
const HEADER = 36;
const DAY = 24 * 3_600_000;

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
    const { id, secret } = (await this.keys.currentOrNew([{ subject: paper, class: 'paper' }]))[0]!;
    const temporary = this.#path(`${paper}.tmp`);
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.write(id);
      const { bytes, sha256, sm3 } = await sealFile(file, { paper, secret }, (chunk) => handle.write(chunk));
      await handle.sync();
      await rename(temporary, this.#path(paper));
      await syncFolder(this.folder);
      return { bytes, sha256, sm3 };
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
      while (rest.length > SEALED_CHUNK) {
        yield openChunk(rest.subarray(0, SEALED_CHUNK), secret, { paper, index, last: false });
        rest = rest.subarray(SEALED_CHUNK);
        index += 1;
      }
    }
    yield openChunk(rest, secret, { paper, index, last: true });
  }

  async remove(paper: string): Promise<void> {
    await rm(this.#path(paper), { force: true });
  }

  async sweep(now = Date.now()): Promise<number> {
    const names = await readdir(this.folder).catch(() => []);
    let swept = 0;
    for (const path of names.filter((name) => name.endsWith('.tmp')).map((name) => this.#path(name))) {
      if (now - (await stat(path)).mtimeMs < DAY) continue;
      await rm(path, { force: true });
      swept += 1;
    }
    return swept;
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

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
};
