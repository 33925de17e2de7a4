import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@kernel/format';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { onMongo } from '../../../../test/support/mongodb';
import { SEALED_CHUNK } from '../sealed-chunks';
import { paperFilesContract } from '../testing/paper-files.contract';
import { EmbeddedPaperFiles } from './embedded-paper-files';
import { MongoPaperFiles } from './mongo-paper-files';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-papers-'));
const keyStore = () => new EmbeddedKeyStore(folder(), masterKeys(folder()));
const HEADER = 36;

paperFilesContract('the embedded adapter', () => {
  const where = folder();
  const file = (paper: string) => (existsSync(join(where, paper)) ? readFileSync(join(where, paper)) : Buffer.alloc(0));
  return Promise.resolve({
    files: new EmbeddedPaperFiles(where, keyStore()),
    chunks: (paper) => {
      const chunks: Buffer[] = [];
      for (let at = HEADER; at < file(paper).length; at += SEALED_CHUNK)
        chunks.push(file(paper).subarray(at, at + SEALED_CHUNK));
      return Promise.resolve(chunks);
    },
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

onMongo((database) => {
  const made = () => {
    const db = database();
    const files = db.collection<{ _id: string; upload: string; key: string; chunks: number }>('paper-files');
    const chunks = db.collection<{ _id: string; data: Buffer }>('paper-chunks');
    const uploads = db.collection<{ _id: string; since: string }>('paper-uploads');
    return { files, chunks, uploads, papers: new MongoPaperFiles(db, keyStore()) };
  };

  paperFilesContract('the Mongo adapter', () => {
    const { files, chunks, uploads, papers } = made();
    return Promise.resolve({
      files: papers,
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
    });
  });
});
