import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LedgerFiles, type LedgerFile } from '../ledger-files';

const AT_ONCE = 16;
const UNFINISHED = '.tmp';

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const orElse = async <T>(work: Promise<T>, missing: T): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return missing;
    throw error;
  }
};

const forEach = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
};

/** A folder: each file is written beside its name, made durable, renamed; then its folder is made durable. */
export class FolderLedgerFiles extends LedgerFiles {
  readonly #known = new Set<string>();

  constructor(
    readonly folder: string,
    /** Mode of the files: 0600 for what lies beside keys. */
    private readonly mode = 0o644,
  ) {
    super();
  }

  read(path: string): Promise<Buffer | undefined> {
    return orElse<Buffer | undefined>(readFile(join(this.folder, path)), undefined);
  }

  async writeAll(files: readonly LedgerFile[]): Promise<void> {
    const folders = new Set(files.map(({ path }) => dirname(join(this.folder, path))));
    for (const folder of folders) await this.#make(folder);
    await forEach(files, async ({ path, bytes }) => {
      const handle = await open(join(this.folder, path + UNFINISHED), 'w', this.mode);
      try {
        await handle.writeFile(bytes);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    });
    await forEach(files, ({ path }) => rename(join(this.folder, path + UNFINISHED), join(this.folder, path)));
    await forEach([...folders], synced);
  }

  async list(folder: string): Promise<readonly string[]> {
    const names = await orElse<readonly string[]>(readdir(join(this.folder, folder)), []);
    return names.filter((name) => !name.endsWith(UNFINISHED));
  }

  async removeAll(folders: readonly string[]): Promise<void> {
    await forEach(folders, async (folder) => {
      await rm(join(this.folder, folder), { recursive: true, force: true });
      this.#known.delete(join(this.folder, folder));
    });
  }

  async #make(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made))
      await synced(dirname(made));
    this.#known.add(folder);
  }
}

const synced = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
