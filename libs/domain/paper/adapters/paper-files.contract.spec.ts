import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { newUuid } from '@kernel/format';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { onMongo } from '../../../../test/support/mongodb';
import { SEALED_CHUNK } from '../sealed-chunks';
import { paperFilesContract } from '../testing/paper-files.contract';
import { copyPapers, EmbeddedPaperFiles } from './embedded-paper-files';
import { MongoPaperFiles } from './mongo-paper-files';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-papers-'));
const keyStore = () => new EmbeddedKeyStore(folder(), masterKeys(folder()));
const HEADER = 36;

paperFilesContract('the embedded adapter', () => {
  const [where, keys] = [folder(), keyStore()];
  const file = (paper: string) => (existsSync(join(where, paper)) ? readFileSync(join(where, paper)) : Buffer.alloc(0));
  return Promise.resolve({
    files: new EmbeddedPaperFiles(where, keys),
    another: () => new EmbeddedPaperFiles(where, keys),
    chunks: (paper) => {
      const chunks: Buffer[] = [];
      for (let at = HEADER; at < file(paper).length; at += SEALED_CHUNK)
        chunks.push(file(paper).subarray(at, at + SEALED_CHUNK));
      return Promise.resolve(chunks);
    },
    lying: () => Promise.resolve(readdirSync(where).length),
    cutOff: () => {
      writeFileSync(join(where, `${newUuid()}.tmp`), 'left');
      return Promise.resolve();
    },
    replace: (paper, chunks, from) => {
      writeFileSync(join(where, paper), Buffer.concat([file(from).subarray(0, HEADER), ...chunks]));
      return Promise.resolve();
    },
  });
});

describe('the folder of papers', () => {
  const hash = createHash('sha256').update('a paper').digest('hex');
  const file = () => Readable.from([Buffer.from('a paper')]);

  it('is copied with what was recorded a moment ago and has not got its place', async () => {
    const [from, to, keys, paper] = [folder(), join(folder(), 'papers'), keyStore(), newUuid()];
    const dying = new EmbeddedPaperFiles(from, keys);
    await new Promise<void>((resolve) => {
      void dying.receive(
        paper,
        file(),
        () =>
          new Promise(() => {
            resolve();
          }),
      );
    });
    writeFileSync(join(from, 'a stranger'), '');
    copyPapers(from, to);
    copyPapers(join(from, 'is not there'), to);
    expect(readdirSync(to)).toHaveLength(1);
    for await (const chunk of await new EmbeddedPaperFiles(to, keys).open(paper, hash))
      expect(chunk.toString()).toBe('a paper');
  });

  it('that takes nothing is a store that is away, not a fault of the paper', async () => {
    const place = join(folder(), 'papers');
    writeFileSync(place, 'no folder');
    const received = new EmbeddedPaperFiles(place, keyStore()).receive(newUuid(), file(), () => Promise.resolve());
    await expect(received).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'io' });
  });

  it('opens nothing of a file without its key', async () => {
    const [where, paper] = [folder(), newUuid()];
    await new EmbeddedPaperFiles(where, keyStore()).receive(paper, file(), () => Promise.resolve());
    await expect(new EmbeddedPaperFiles(where, keyStore()).open(paper, hash)).rejects.toThrow('its key is missing');
  });
});

onMongo((database) => {
  const made = () => {
    const db = database();
    const files = db.collection<{ _id: string; upload: string; key: string; chunks: number }>('paper-files');
    const chunks = db.collection<{ _id: string; data: Buffer }>('paper-chunks');
    const uploads = db.collection<{ _id: string; since: string }>('paper-uploads');
    const keys = keyStore();
    return { files, chunks, uploads, papers: () => new MongoPaperFiles(db, keys) };
  };

  paperFilesContract('the Mongo adapter', async () => {
    const { files, chunks, uploads, papers } = made();
    for (const each of [files, chunks, uploads]) await each.deleteMany({});
    return {
      files: papers(),
      another: papers,
      lying: async () => {
        const [placed, attempts] = [await files.countDocuments(), await uploads.countDocuments()];
        const held = new Set((await chunks.find({}).toArray()).map(({ _id }) => _id.split('/')[0]));
        expect(held.size).toBe(placed + attempts);
        return placed + attempts;
      },
      chunks: async (paper) => {
        const upload = (await files.findOne({ _id: paper }))?.upload ?? paper;
        return (await chunks.find({}, { sort: { _id: 1 } }).toArray())
          .filter(({ _id }) => _id.startsWith(upload))
          .map(({ data }) => data);
      },
      cutOff: async () => {
        const upload = newUuid();
        await uploads.insertOne({ _id: upload, since: new Date().toISOString() });
        await chunks.insertOne({ _id: `${upload}/0`, data: Buffer.from('left') });
      },
      replace: async (paper, given, from) => {
        const key = (await files.findOne({ _id: from }))?.key ?? '';
        const upload = newUuid();
        for (const [index, data] of given.entries())
          await chunks.insertOne({ _id: `${upload}/${String(index)}`, data });
        await files.updateOne({ _id: paper }, { $set: { upload, key, chunks: given.length } });
      },
    };
  });
});
