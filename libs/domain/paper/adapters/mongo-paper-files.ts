import type { Readable } from 'node:stream';
import type { Collection, Db } from 'mongodb';
import { StoreUnavailable } from '@kernel/engines';
import { againWhereDuplicate } from '@kernel/engines/adapters/mongo-connection';
import { newUuid } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import { PaperDamaged, PaperFiles, type Attempt, type Lying } from '../paper-files';
import { openChunk, sealFile } from '../sealed-chunks';

/**
 * Where the chunks of a file are, and under which key: its hashes are personal and lie in the paper's event, not here.
 */
interface Chunked {
  readonly key: string;
  readonly chunks: number;
  readonly bytes: number;
}

interface FileDocument extends Chunked {
  /** UUID of the paper. */
  readonly _id: string;
  readonly upload: string;
  readonly storedAt: string;
}

interface ChunkDocument {
  /** `<upload>/<index>` */
  readonly _id: string;
  readonly data: Buffer;
}

/** An attempt; whole as soon as it says its chunks. */
interface UploadDocument extends Partial<Chunked> {
  readonly _id: string;
  readonly since: string;
  readonly paper?: string;
}

const DAY = 24 * 3_600_000;

/** Encrypted files as documents of one chunk each; a file has its place as soon as one document names its upload. */
export class MongoPaperFiles extends PaperFiles {
  readonly #files: Collection<FileDocument>;
  readonly #chunks: Collection<ChunkDocument>;
  readonly #uploads: Collection<UploadDocument>;

  constructor(
    db: Db,
    private readonly keys: KeyStore,
  ) {
    super();
    this.#files = db.collection('paper-files');
    this.#chunks = db.collection('paper-chunks');
    this.#uploads = db.collection('paper-uploads');
  }

  protected async keep(paper: string, file: Readable): Promise<Attempt> {
    const { id: key, secret } = (await this.keys.currentOrNew([{ subject: paper, class: 'paper' }]))[0]!;
    const name = newUuid();
    await this.#uploads.insertOne({ _id: name, since: new Date().toISOString(), paper, key });
    try {
      const { chunks, ...stored } = await sealFile(file, { paper, secret }, (data, index) =>
        this.#chunks.insertOne({ _id: `${name}/${String(index)}`, data }),
      );
      const whole = await this.#uploads.updateOne({ _id: name }, { $set: { chunks, bytes: stored.bytes } });
      if (whole.matchedCount === 0) throw new StoreUnavailable('io', 'the upload took longer than a day and was swept');
      return { name, ...stored };
    } catch (error) {
      await this.discard(name).catch(() => undefined);
      throw error;
    }
  }

  protected async placed(paper: string): Promise<Lying | undefined> {
    const file = await this.#files.findOne({ _id: paper });
    return file ? () => this.#opened(paper, file.upload, file) : undefined;
  }

  protected async attempts(paper: string): Promise<readonly Lying[]> {
    const left = await this.#uploads.find({ paper, chunks: { $exists: true } }).toArray();
    return left.map((one) => () => this.#opened(paper, one._id, one as Chunked));
  }

  protected async place(name: string, paper: string): Promise<void> {
    const { key, chunks, bytes } = (await this.#uploads.findOne({ _id: name })) as Chunked;
    const replaced = await againWhereDuplicate(() =>
      this.#files.findOneAndUpdate(
        { _id: paper },
        { $set: { key, upload: name, chunks, bytes, storedAt: new Date().toISOString() } },
        { upsert: true, returnDocument: 'before' },
      ),
    );
    await this.#uploads.deleteOne({ _id: name });
    if (replaced) await this.#removeChunks(replaced.upload);
  }

  protected async discard(name: string): Promise<void> {
    await this.#removeChunks(name);
    await this.#uploads.deleteOne({ _id: name });
  }

  async sweep(recorded: ReadonlySet<string>, now = Date.now()): Promise<number> {
    const before = new Date(now - DAY).toISOString();
    const left = await this.#uploads.find({ since: { $lt: before } }).toArray();
    let swept = 0;
    for (const upload of left) if (await this.#isSwept(upload, recorded)) swept += 1;
    for await (const { _id, upload } of this.#files.find({ storedAt: { $lt: before } })) {
      if (recorded.has(_id)) continue;
      await this.#files.deleteOne({ _id, upload });
      await this.#removeChunks(upload);
      swept += 1;
    }
    return swept;
  }

  /**
   * An attempt that has its place, although nobody was told, stays; so does the only one of a paper that is recorded.
   */
  async #isSwept({ _id, paper = '' }: UploadDocument, recorded: ReadonlySet<string>): Promise<boolean> {
    if (await this.#files.findOne({ upload: _id })) {
      await this.#uploads.deleteOne({ _id });
      return false;
    }
    if (recorded.has(paper) && !(await this.#files.findOne({ _id: paper }))) return false;
    await this.discard(_id);
    return true;
  }

  async *#opened(paper: string, upload: string, { key, chunks }: Chunked): AsyncIterable<Buffer> {
    const [secret] = await this.keys.secrets([key]);
    if (!secret) throw new PaperDamaged(paper, 'its key is missing');
    for (let index = 0; index < chunks; index++) {
      const chunk = await this.#chunks.findOne({ _id: `${upload}/${String(index)}` });
      if (!chunk) throw new PaperDamaged(paper, `chunk ${String(index)} is missing`);
      yield openChunk(chunk.data, secret, { paper, index, last: index === chunks - 1 });
    }
  }

  async #removeChunks(upload: string): Promise<void> {
    await this.#chunks.deleteMany({ _id: { $gte: `${upload}/`, $lt: `${upload}0` } });
  }
}
