import type { Readable } from 'node:stream';
import type { Collection, Db } from 'mongodb';
import { newUuid } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import { PaperDamaged, PaperFiles, type StoredFile } from '../paper-files';
import { openChunk, sealFile } from '../sealed-chunks';

/** What is known of an uploaded file: its hashes are personal and lie in the paper's event, not here. */
interface FileDocument {
  /** UUID of the paper. */
  readonly _id: string;
  readonly key: string;
  readonly upload: string;
  readonly chunks: number;
  readonly bytes: number;
  readonly storedAt: string;
}

interface ChunkDocument {
  /** `<upload>/<index>` */
  readonly _id: string;
  readonly data: Buffer;
}

interface UploadDocument {
  readonly _id: string;
  readonly since: string;
}

const DAY = 24 * 3_600_000;

/** Encrypted files as documents of one chunk each; a file is there as soon as one document names its upload. */
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

  async store(paper: string, file: Readable): Promise<StoredFile> {
    const { id, secret } = (await this.keys.currentOrNew([{ subject: paper, class: 'paper' }]))[0]!;
    const upload = newUuid();
    await this.#uploads.insertOne({ _id: upload, since: new Date().toISOString() });
    try {
      const stored = await sealFile(file, { paper, secret }, (data, index) =>
        this.#chunks.insertOne({ _id: `${upload}/${String(index)}`, data }),
      );
      const { bytes, sha256, sm3, chunks } = stored;
      const replaced = await this.#files.findOneAndUpdate(
        { _id: paper },
        { $set: { key: id, upload, chunks, bytes, storedAt: new Date().toISOString() } },
        { upsert: true, returnDocument: 'before' },
      );
      await this.#uploads.deleteOne({ _id: upload });
      if (replaced) await this.#removeChunks(replaced.upload);
      return { bytes, sha256, sm3 };
    } catch (error) {
      await this.#abandon(upload).catch(() => undefined);
      throw error;
    }
  }

  async *read(paper: string): AsyncIterable<Buffer> {
    const file = await this.#files.findOne({ _id: paper });
    if (!file) throw new PaperDamaged(`the file of paper ${paper} is missing`);
    const [secret] = await this.keys.secrets([file.key]);
    if (!secret) throw new PaperDamaged(`the key of paper ${paper} is missing`);
    for (let index = 0; index < file.chunks; index++) {
      const chunk = await this.#chunks.findOne({ _id: `${file.upload}/${String(index)}` });
      if (!chunk) throw new PaperDamaged(`chunk ${String(index)} of paper ${paper} is missing`);
      yield openChunk(chunk.data, secret, { paper, index, last: index === file.chunks - 1 });
    }
  }

  async remove(paper: string): Promise<void> {
    const file = await this.#files.findOneAndDelete({ _id: paper });
    if (file) await this.#removeChunks(file.upload);
  }

  async sweep(now = Date.now()): Promise<number> {
    const before = new Date(now - DAY).toISOString();
    const left = await this.#uploads.find({ since: { $lt: before } }).toArray();
    for (const { _id } of left) await this.#abandon(_id);
    return left.length;
  }

  /** An upload whose file document was written after all, although nobody was told, stays. */
  async #abandon(upload: string): Promise<void> {
    if ((await this.#files.findOne({ upload })) === null) await this.#removeChunks(upload);
    await this.#uploads.deleteOne({ _id: upload });
  }

  async #removeChunks(upload: string): Promise<void> {
    await this.#chunks.deleteMany({ _id: { $gte: `${upload}/`, $lt: `${upload}0` } });
  }
}
