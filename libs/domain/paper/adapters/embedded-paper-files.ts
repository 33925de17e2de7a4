import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StoreUnavailable } from '@kernel/engines';
import { isUuid, newUuid } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import { PaperDamaged, PaperFiles, type Attempt, type Lying } from '../paper-files';
import { openChunk, sealFile, SEALED_CHUNK } from '../sealed-chunks';

/** Header of a file: the UUID of its key. */
const HEADER = 36;
const DAY = 24 * 3_600_000;

/** A file's name is its paper's random UUID; an attempt's `<paper>.<attempt>.tmp`. */
const paperOf = (name: string): string => name.slice(0, 36);
const isAttempt = (name: string): boolean => name.endsWith('.tmp');

/** Encrypted files in a folder. */
export class EmbeddedPaperFiles extends PaperFiles {
  constructor(
    private readonly folder: string,
    private readonly keys: KeyStore,
  ) {
    super();
  }

  protected async keep(paper: string, file: Readable): Promise<Attempt> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 }).catch(away);
    const { id, secret } = (await this.keys.currentOrNew([{ subject: paper, class: 'paper' }]))[0]!;
    const name = `${paper}.${newUuid()}.tmp`;
    const handle = await open(this.#path(name), 'wx', 0o600).catch(away);
    try {
      const write = (bytes: Buffer): Promise<void> => handle.appendFile(bytes).catch(away);
      await write(Buffer.from(id));
      const { bytes, sha256, sm3 } = await sealFile(file, { paper, secret }, write);
      await handle.sync().catch(away);
      await syncFolder(this.folder);
      return { name, bytes, sha256, sm3 };
    } catch (error) {
      await this.discard(name);
      throw error;
    } finally {
      await handle.close();
    }
  }

  protected async placed(paper: string): Promise<Lying | undefined> {
    const isThere = await stat(this.#path(paper)).then(
      () => true,
      () => false,
    );
    return isThere ? () => this.#chunks(paper, paper) : undefined;
  }

  protected async attempts(paper: string): Promise<readonly Lying[]> {
    const names = await this.#names();
    return names
      .filter((name) => isAttempt(name) && paperOf(name) === paper)
      .map((name) => () => this.#chunks(paper, name));
  }

  protected async place(name: string, paper: string): Promise<void> {
    await rename(this.#path(name), this.#path(paper)).catch(away);
    await syncFolder(this.folder);
  }

  protected async discard(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  async sweep(recorded: ReadonlySet<string>, now = Date.now()): Promise<number> {
    const names = await this.#names();
    const there = new Set(names);
    const isKept = (name: string): boolean =>
      recorded.has(paperOf(name)) && !(isAttempt(name) && there.has(paperOf(name)));
    let swept = 0;
    for (const name of names.filter((one) => isUuid(paperOf(one)) && !isKept(one))) {
      if (now - (await stat(this.#path(name))).mtimeMs < DAY) continue;
      await this.discard(name);
      swept += 1;
    }
    return swept;
  }

  async *#chunks(paper: string, name: string): AsyncIterable<Buffer> {
    const handle = await open(this.#path(name), 'r').catch(() => undefined);
    if (!handle) throw new PaperDamaged(paper, 'the file is missing');
    try {
      const [secret] = await this.keys.secrets([(await readAt(handle, 0, HEADER)).toString()]);
      if (!secret) throw new PaperDamaged(paper, 'its key is missing');
      const chunks = Math.ceil(((await handle.stat()).size - HEADER) / SEALED_CHUNK);
      for (let index = 0; index < Math.max(chunks, 1); index++) {
        const chunk = await readAt(handle, HEADER + index * SEALED_CHUNK, SEALED_CHUNK);
        yield openChunk(chunk, secret, { paper, index, last: index === chunks - 1 });
      }
    } finally {
      await handle.close();
    }
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  async #names(): Promise<readonly string[]> {
    return readdir(this.folder).catch(() => []);
  }
}

/** Copies every file, also beside a running system: an attempt that gets its place meanwhile is copied from there. */
export const copyPapers = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const names = existsSync(from) ? readdirSync(from).filter((name) => isUuid(paperOf(name))) : [];
  for (const name of names) if (!isCopied(name, from, to)) isCopied(paperOf(name), from, to);
};

/** False where there is no such file any more. */
const isCopied = (name: string, from: string, to: string): boolean => {
  try {
    cpSync(join(from, name), join(to, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
};

/** What a disk says that takes nothing: full, read-only, broken. */
const away = ({ code = 'io' }: NodeJS.ErrnoException): never => {
  throw new StoreUnavailable(code === 'ENOSPC' ? 'full' : 'io', `a paper's file cannot be written: ${code}`);
};

/** Up to `length` bytes: fewer where the file ends. */
const readAt = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  for (let read = -1; read !== 0 && filled < length; filled += read)
    read = (await handle.read(buffer, filled, length - filled, position + filled)).bytesRead;
  return buffer.subarray(0, filled);
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
};
