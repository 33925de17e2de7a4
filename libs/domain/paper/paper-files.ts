import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

export interface StoredFile {
  readonly bytes: number;
  readonly sha256: string;
  readonly sm3: string;
}

/** The file is not what was stored: a chunk is missing, moved or changed. */
export class PaperDamaged extends Error {
  override readonly name = 'PaperDamaged';
}

/** The file is larger than a paper may be. */
export class PaperTooLarge extends Error {
  override readonly name = 'PaperTooLarge';
}

/** Files of papers: stored once, in chunks under a key of their own. */
export abstract class PaperFiles {
  /** Stores a file durably and says what it was. @throws PaperTooLarge */
  abstract store(paper: string, file: Readable): Promise<StoredFile>;
  /** The file chunk by chunk, each checked before it is given out. @throws PaperDamaged */
  abstract read(paper: string): AsyncIterable<Buffer>;
  /** SHA-256 of the file, recomputed. @throws PaperDamaged */
  async digest(paper: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of this.read(paper)) hash.update(chunk);
    return hash.digest('hex');
  }
  /** Removes a file whose paper was not received after all. */
  abstract remove(paper: string): Promise<void>;
  /** Removes what uploads left that were cut off more than a day ago; answers how many there were. */
  abstract sweep(now?: number): Promise<number>;
}
