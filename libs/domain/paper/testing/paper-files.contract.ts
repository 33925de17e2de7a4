import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { newUuid } from '@kernel/format';
import { PaperDamaged, PaperTooLarge, type PaperFiles } from '../paper-files';

export interface PaperPlace {
  readonly files: PaperFiles;
  /** The sealed chunks of a paper as they lie there. */
  readonly chunks: (paper: string) => Promise<readonly Buffer[]>;
  /** Leaves what a process leaves that dies in the middle of an upload. */
  readonly cutOff: () => Promise<void>;
  /** Puts other chunks in their place, under the key of the paper `from`. */
  readonly replace: (paper: string, chunks: readonly Buffer[], from: string) => Promise<void>;
}

const MiB = 1024 * 1024;

/** What every keeper of papers' files promises; an adapter's spec is one call of this. */
export const paperFilesContract = (name: string, make: () => Promise<PaperPlace>): void => {
  describe(`${name} as a keeper of papers' files`, () => {
    const read = async ({ files }: PaperPlace, paper: string) => {
      const chunks: Buffer[] = [];
      for await (const chunk of files.read(paper)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };

    it.each([0, 1, 1000, MiB, MiB + 1, 3 * MiB])('gives a file of %d bytes back as it was stored', async (size) => {
      const place = await make();
      const content = randomBytes(size);
      const paper = newUuid();
      const stored = await place.files.store(paper, Readable.from([content.subarray(0, 500), content.subarray(500)]));
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect(stored).toEqual({ bytes: size, sha256, sm3: createHash('sm3').update(content).digest('hex') });
      expect((await read(place, paper)).equals(content)).toBe(true);
      expect(await place.files.digest(paper)).toBe(sha256);
    });

    it('knows the SM3 of the national standard', async () => {
      const { files } = await make();
      const { sm3 } = await files.store(newUuid(), Readable.from([Buffer.from('abc')]));
      expect(sm3).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    });

    it('keeps it encrypted, and refuses it when a chunk was changed, cut off, swapped or put under another name', async () => {
      const place = await make();
      const [paper, other] = [newUuid(), newUuid()];
      await place.files.store(paper, Readable.from([Buffer.alloc(2 * MiB + 9, 'x')]));
      await place.files.store(other, Readable.from([Buffer.from('y')]));
      const stored = await place.chunks(paper);
      expect(Buffer.concat(stored).includes('xxxxxxxx')).toBe(false);
      const [first, second, third] = stored as readonly [Buffer, Buffer, Buffer];
      const spoilt = Buffer.from(first);
      spoilt[50] = (spoilt[50] ?? 0) ^ 1;
      const shorter = third.subarray(0, -1);
      for (const chunks of [
        [spoilt, second, third],
        [first, second],
        [first, second, shorter],
        [second, first, third],
      ]) {
        await place.replace(paper, chunks, paper);
        await expect(read(place, paper)).rejects.toBeInstanceOf(PaperDamaged);
      }
      await place.replace(other, stored, paper);
      await expect(read(place, other)).rejects.toBeInstanceOf(PaperDamaged);
      await place.replace(paper, stored, paper);
      expect(await read(place, paper)).toHaveLength(2 * MiB + 9);
    });

    it('keeps the later one of two files, nothing of one that was removed, nothing of one that broke off', async () => {
      const place = await make();
      const [paper, broken] = [newUuid(), newUuid()];
      await place.files.store(paper, Readable.from([Buffer.from('first')]));
      await place.files.store(paper, Readable.from([Buffer.from('second')]));
      expect((await read(place, paper)).toString()).toBe('second');
      await place.files.remove(paper);
      await place.files.remove(paper);
      await expect(read(place, paper)).rejects.toBeInstanceOf(PaperDamaged);
      const cut = Readable.from((function* () {
        yield Buffer.alloc(MiB + 5);
        throw new Error('the line is cut');
      })()); // prettier-ignore
      await expect(place.files.store(broken, cut)).rejects.toThrow('the line is cut');
      await expect(read(place, broken)).rejects.toBeInstanceOf(PaperDamaged);
      expect(await place.chunks(broken)).toEqual([]);
    });

    it('sweeps what uploads left that were cut off a day ago, and nothing of one that ended', async () => {
      const place = await make();
      const paper = newUuid();
      await place.files.store(paper, Readable.from([Buffer.from('kept')]));
      await place.cutOff();
      expect(await place.files.sweep()).toBe(0);
      expect(await place.files.sweep(Date.now() + 2 * 24 * 3_600_000)).toBe(1);
      expect(await place.files.sweep(Date.now() + 2 * 24 * 3_600_000)).toBe(0);
      expect((await read(place, paper)).toString()).toBe('kept');
    });

    it('refuses a file that is too large', async () => {
      const { files } = await make();
      const large = Readable.from([Buffer.alloc(100 * MiB + 1)]);
      await expect(files.store(newUuid(), large)).rejects.toBeInstanceOf(PaperTooLarge);
    });
  });
};
