/** A file of the ledger: `checkpoint`, `tile/…`, `checkpoints/<size>`, `events/<revision>`. */
export interface LedgerFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Where the files of a ledger lie. Whole files only: a reader sees the old one or the new one, never a part. */
export abstract class LedgerFiles {
  abstract read(path: string): Promise<Buffer | undefined>;

  /** Resolves when every file is durable under its name; files that were there are replaced. In no particular order. */
  abstract writeAll(files: readonly LedgerFile[]): Promise<void>;

  /** Names in a folder, in no particular order; empty when there is none. */
  abstract list(folder: string): Promise<readonly string[]>;

  /** Removes folders with what is in them; what is not there is removed already. */
  abstract removeAll(folders: readonly string[]): Promise<void>;

  async write(path: string, bytes: Uint8Array | string): Promise<void> {
    await this.writeAll([{ path, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes }]);
  }

  async readText(path: string): Promise<string | undefined> {
    return (await this.read(path))?.toString();
  }
}
