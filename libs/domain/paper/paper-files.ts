import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Damaged, isRefused, TooLarge } from '@kernel/commanding';
import { defineRejections } from '@kernel/sourcing';

const MIB = 1024 * 1024;

/** Bytes that a paper's file may have. */
export const PAPER_LIMIT = 100 * MIB;

defineRejections({
  'paper/damaged': {
    zh: ['材料 {paper} 的文件缺失,或与接收时不符,未予提供', '请管理员运行 cli verify 查明,并从备份中恢复该文件'],
    en: [
      'The file of paper {paper} is missing or not what was received: nothing of it is given out',
      'Let the administrator run cli verify and put the file back from a backup',
    ],
  },
  'paper/too-large': {
    zh: ['文件超过 {limit} MiB', '请压缩,或分为几份材料上传'],
    en: ['The file is larger than {limit} MiB', 'Compress it, or upload it as several papers'],
  },
});

export interface StoredFile {
  readonly bytes: number;
  readonly sha256: string;
  readonly sm3: string;
}

/** The file is not what was stored: a chunk is missing, moved or changed, or the whole has another hash. */
export class PaperDamaged extends Damaged {
  override readonly name = 'PaperDamaged';
  constructor(paper: string, what: string) {
    super('paper/damaged', { paper }, what);
  }
}

/** The file is larger than a paper may be. */
export class PaperTooLarge extends TooLarge {
  override readonly name = 'PaperTooLarge';
  constructor() {
    super('paper/too-large', { limit: PAPER_LIMIT / MIB });
  }
}

/** A file that lies somewhere, whole or not, to be read from its beginning. */
export type Lying = () => AsyncIterable<Buffer>;

/** What one attempt to bring a file has left: durable, under a name that no other attempt has. */
export interface Attempt extends StoredFile {
  readonly name: string;
}

/** Files of papers: stored once, in chunks under a key of their own. */
export abstract class PaperFiles {
  /**
   * Keeps a file durably, then lets it be recorded; only then does it become the file of its paper. A file that is
   * refused is removed; one of which nobody knows whether it was recorded stays until the sweep asks the log. `record`
   * MUST throw unless the log holds this very file for the paper.
   * @throws PaperTooLarge, and whatever the file or `record` throws
   */
  async receive<R>(paper: string, file: Readable, record: (stored: StoredFile) => Promise<R>): Promise<R> {
    const { name, ...stored } = await this.keep(paper, file);
    const receipt = await record(stored).catch(async (error: unknown) => {
      if (isRefused(error)) await this.discard(name);
      throw error;
    });
    const placed = await this.placed(paper);
    if (placed && (await faultOf(placed, stored.sha256)) === undefined) await this.discard(name);
    else await this.place(name, paper);
    return receipt;
  }

  /**
   * The file that the log holds for a paper; resolves when the whole of it was checked, chunk by chunk and by its hash.
   * Each chunk is checked again as it is given out.
   * @throws PaperDamaged
   */
  async open(paper: string, sha256: string): Promise<AsyncIterable<Buffer>> {
    const placed = await this.placed(paper);
    const fault = placed ? await faultOf(placed, sha256) : 'the file is missing';
    if (placed && fault === undefined) return placed();
    for (const attempt of await this.attempts(paper))
      if ((await faultOf(attempt, sha256)) === undefined) return attempt();
    throw new PaperDamaged(paper, fault ?? '');
  }

  /**
   * Removes what is a day old and belongs to no paper: attempts that were cut off, files of which nothing was recorded.
   * Answers how many there were. `recorded` holds every paper that the log knew when the sweep began.
   */
  abstract sweep(recorded: ReadonlySet<string>, now?: number): Promise<number>;

  /** Stores a file durably under a name of its own; of one that breaks off nothing is left. @throws PaperTooLarge */
  protected abstract keep(paper: string, file: Readable): Promise<Attempt>;
  /** The file that has its place. */
  protected abstract placed(paper: string): Promise<Lying | undefined>;
  /** Attempts that have not got their place, whole or not: a process died between the record and the place. */
  protected abstract attempts(paper: string): Promise<readonly Lying[]>;
  /** Gives an attempt its place, at once or not at all. */
  protected abstract place(name: string, paper: string): Promise<void>;
  protected abstract discard(name: string): Promise<void>;
}

const faultOf = async (lying: Lying, sha256: string): Promise<string | undefined> => {
  const hash = createHash('sha256');
  try {
    for await (const chunk of lying()) hash.update(chunk);
  } catch (error) {
    if (error instanceof PaperDamaged) return error.message;
    throw error;
  }
  return hash.digest('hex') === sha256 ? undefined : 'the file has another hash';
};
