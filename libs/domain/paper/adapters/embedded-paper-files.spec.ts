import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { newUuid } from '@kernel/format';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { PaperDamaged } from '../paper-files';
import { EmbeddedPaperFiles } from './embedded-paper-files';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-papers-'));
const MiB = 1024 * 1024;

const make = () => {
  const where = folder();
  const files = new EmbeddedPaperFiles(where, new EmbeddedKeyStore(folder(), masterKeys(folder())));
  const read = async (paper: string) => {
    const chunks: Buffer[] = [];
    for await (const chunk of files.read(paper)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return { where, files, read };
};

describe('the file of a paper', () => {
  it.each([1, 1000, MiB, MiB + 1, 3 * MiB])('comes back as it was stored, with %d bytes', async (size) => {
    const { files, read } = make();
    const content = randomBytes(size);
    const paper = newUuid();
    const stored = await files.store(paper, Readable.from([content.subarray(0, 500), content.subarray(500)]));
    expect(stored).toMatchObject({ bytes: size, sha256: createHash('sha256').update(content).digest('hex') });
    expect((await read(paper)).equals(content)).toBe(true);
  });

  it('has an SM3 as the national standard computes it', async () => {
    const { files } = make();
    const { sm3 } = await files.store(newUuid(), Readable.from([Buffer.from('abc')]));
    expect(sm3).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  });

  it('lies encrypted, and is refused when a chunk was changed, cut off, swapped or put under another name', async () => {
    const { files, read, where } = make();
    const [paper, other] = [newUuid(), newUuid()];
    await files.store(paper, Readable.from([Buffer.alloc(2 * MiB + 9, 'x')]));
    const stored = readFileSync(join(where, paper));
    expect(stored.includes('xxxxxxxx')).toBe(false);
    const chunk = MiB + 28;
    const spoilt = Buffer.from(stored);
    spoilt[50] = (spoilt[50] ?? 0) ^ 1;
    const swapped = Buffer.concat([
      stored.subarray(0, 36),
      stored.subarray(36 + chunk, 36 + 2 * chunk),
      stored.subarray(36, 36 + chunk),
      stored.subarray(36 + 2 * chunk),
    ]);
    for (const bytes of [spoilt, stored.subarray(0, 36 + chunk), stored.subarray(0, -1), swapped]) {
      writeFileSync(join(where, paper), bytes);
      await expect(read(paper)).rejects.toBeInstanceOf(PaperDamaged);
    }
    writeFileSync(join(where, other), stored);
    await expect(read(other)).rejects.toBeInstanceOf(PaperDamaged);
    await expect(read(newUuid())).rejects.toBeInstanceOf(PaperDamaged);
  });
});
