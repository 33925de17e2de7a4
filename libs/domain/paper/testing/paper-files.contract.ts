import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { NotFound } from '@kernel/commanding';
import { StoreUnavailable } from '@kernel/engines';
import { newUuid } from '@kernel/format';
import { PAPER_LIMIT, PaperDamaged, PaperTooLarge, type PaperFiles, type StoredFile } from '../paper-files';

export interface PaperPlace {
  readonly files: PaperFiles;
  /** The same place as another process sees it. */
  readonly another: () => PaperFiles;
  /** The sealed chunks of a paper's file as they lie there. */
  readonly chunks: (paper: string) => Promise<readonly Buffer[]>;
  /** How many files and attempts lie there. */
  readonly lying: () => Promise<number>;
  /** Leaves what a process leaves that dies in the middle of an upload. */
  readonly cutOff: () => Promise<void>;
  /** Puts other chunks in their place, under the key of the paper `from`. */
  readonly replace: (paper: string, chunks: readonly Buffer[], from: string) => Promise<void>;
}

const MiB = 1024 * 1024;
const IN_TWO_DAYS = () => Date.now() + 2 * 24 * 3_600_000;
const NOTHING: ReadonlySet<string> = new Set();

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const fileOf = (...parts: readonly (Buffer | string)[]): Readable =>
  Readable.from(parts.map((one) => Buffer.from(one)));
const recorded = (stored: StoredFile): Promise<StoredFile> => Promise.resolve(stored);
const refused = (): Promise<never> => Promise.reject(new NotFound('record/not-found'));

const read = async ({ files }: Pick<PaperPlace, 'files'>, paper: string, hash: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of await files.open(paper, hash)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** A log of one paper: whoever records first has recorded it, with its own file. */
const oneLog = () => {
  let hash: string | undefined;
  return {
    hash: () => hash ?? '',
    record: (stored: StoredFile): Promise<StoredFile> => {
      hash ??= stored.sha256;
      return hash === stored.sha256 ? recorded(stored) : refused();
    },
  };
};

/** What every keeper of papers' files promises; an adapter's spec is one call of this. */
export const paperFilesContract = (name: string, make: () => Promise<PaperPlace>): void => {
  describe(`${name} as a keeper of papers' files`, () => {
    it.each([0, 1, 1000, MiB, MiB + 1, 3 * MiB])('gives a file of %d bytes back as it was stored', async (size) => {
      const place = await make();
      const content = randomBytes(size);
      const paper = newUuid();
      const stored = await place.files.receive(
        paper,
        fileOf(content.subarray(0, 500), content.subarray(500)),
        recorded,
      );
      const sm3 = createHash('sm3').update(content).digest('hex');
      expect(stored).toEqual({ bytes: size, sha256: sha256(content), sm3 });
      expect((await read(place, paper, stored.sha256)).equals(content)).toBe(true);
    });

    it('knows the SM3 of the national standard', async () => {
      const { files } = await make();
      const { sm3 } = await files.receive(newUuid(), fileOf('abc'), recorded);
      expect(sm3).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    });

    it('keeps it encrypted, and opens nothing when a chunk was changed, cut off, swapped or misplaced', async () => {
      const place = await make();
      const [paper, other] = [newUuid(), newUuid()];
      const whole = await place.files.receive(paper, fileOf(Buffer.alloc(2 * MiB + 9, 'x')), recorded);
      await place.files.receive(other, fileOf('y'), recorded);
      const stored = await place.chunks(paper);
      expect(Buffer.concat(stored).includes('xxxxxxxx')).toBe(false);
      const [first, second, third] = stored as readonly [Buffer, Buffer, Buffer];
      const spoilt = Buffer.from(third);
      spoilt[15] = (spoilt[15] ?? 0) ^ 1;
      const shorter = third.subarray(0, -1);
      for (const chunks of [
        [first, second, spoilt],
        [first, second],
        [first, second, shorter],
        [second, first, third],
      ]) {
        await place.replace(paper, chunks, paper);
        await expect(place.files.open(paper, whole.sha256)).rejects.toBeInstanceOf(PaperDamaged);
      }
      await place.replace(other, stored, paper);
      await expect(place.files.open(other, whole.sha256)).rejects.toBeInstanceOf(PaperDamaged);
      await place.replace(paper, stored, paper);
      expect(await read(place, paper, whole.sha256)).toHaveLength(2 * MiB + 9);
      await expect(place.files.open(paper, sha256('another'))).rejects.toThrow('the file has another hash');
      await expect(place.files.open(newUuid(), whole.sha256)).rejects.toThrow('the file is missing');
    });

    it('has nothing left of a file that was refused, or that broke off', async () => {
      const place = await make();
      const before = await place.lying();
      await expect(place.files.receive(newUuid(), fileOf('first'), refused)).rejects.toBeInstanceOf(NotFound);
      const cut = Readable.from(
        (function* () {
          yield Buffer.alloc(MiB + 5);
          throw new Error('the line is cut');
        })(),
      );
      await expect(place.files.receive(newUuid(), cut, recorded)).rejects.toThrow('the line is cut');
      expect(await place.lying()).toBe(before);
    });

    it('never replaces the file of a recorded paper: by no other, no broken one, not by itself', async () => {
      const place = await make();
      const paper = newUuid();
      const { record, hash } = oneLog();
      await place.files.receive(paper, fileOf('first'), record);
      const [before, lying] = [await place.chunks(paper), await place.lying()];
      await expect(place.files.receive(paper, fileOf('second'), record)).rejects.toBeInstanceOf(NotFound);
      const cut = Readable.from(
        (function* () {
          yield Buffer.from('fir');
          throw new Error('cut');
        })(),
      );
      await expect(place.files.receive(paper, cut, record)).rejects.toThrow('cut');
      await place.files.receive(paper, fileOf('first'), record);
      expect(await place.chunks(paper)).toEqual(before);
      expect((await read(place, paper, hash())).toString()).toBe('first');
      expect(await place.lying()).toBe(lying);
    });

    it('keeps of many attempts at once the one that was recorded, whichever it is', async () => {
      const place = await make();
      const lying = await place.lying();
      const paper = newUuid();
      const { record, hash } = oneLog();
      const contents = ['a', 'b', 'c', 'd', 'a', 'b'].map((letter) => letter.repeat(2000));
      const ended = await Promise.allSettled(
        contents.map((content) =>
          place.files.receive(paper, fileOf(content.slice(0, 900), content.slice(900)), record),
        ),
      );
      const content = contents.find((one) => sha256(one) === hash()) ?? '';
      expect((await read(place, paper, hash())).toString()).toBe(content);
      expect(ended.map(({ status }) => status)).toEqual(
        contents.map((one) => (one === content ? 'fulfilled' : 'rejected')),
      );
      expect(await place.lying()).toBe(lying + 1);
    });

    it('opens what was recorded though its process died before placing it; the same file again does', async () => {
      const place = await make();
      const paper = newUuid();
      const died = new Promise<StoredFile>((resolve) => {
        const never = (stored: StoredFile): Promise<never> => {
          resolve(stored);
          return new Promise<never>(() => undefined);
        };
        void place.files.receive(paper, fileOf('recorded'), never);
      });
      const { sha256: hash } = await died;
      const files = place.another();
      expect(await place.chunks(paper)).toEqual([]);
      expect((await read({ files }, paper, hash)).toString()).toBe('recorded');
      await expect(files.open(paper, sha256('else'))).rejects.toBeInstanceOf(PaperDamaged);
      expect(await files.sweep(new Set([paper]), IN_TWO_DAYS())).toBe(0);
      await files.receive(paper, fileOf('recorded'), recorded);
      expect(await place.chunks(paper)).toHaveLength(1);
      expect(await files.sweep(new Set([paper]), IN_TWO_DAYS())).toBe(1);
      expect((await read({ files }, paper, hash)).toString()).toBe('recorded');
    });

    it('leaves what nobody knows of to the sweep; the recorded file wins over one that never was', async () => {
      const place = await make();
      const paper = newUuid();
      const unknown = (): Promise<never> => Promise.reject(new StoreUnavailable('unknown', 'no answer came'));
      const before = await place.lying();
      await expect(place.files.receive(paper, fileOf('perhaps'), unknown)).rejects.toBeInstanceOf(StoreUnavailable);
      expect((await read(place, paper, sha256('perhaps'))).toString()).toBe('perhaps');
      expect(await place.files.sweep(NOTHING)).toBe(0);
      expect(await place.files.sweep(NOTHING, IN_TWO_DAYS())).toBe(1);
      expect(await place.lying()).toBe(before);
      await place.files.receive(paper, fileOf('of an event that never came'), recorded);
      await place.files.receive(paper, fileOf('the retry'), recorded);
      expect((await read(place, paper, sha256('the retry'))).toString()).toBe('the retry');
      expect(await place.lying()).toBe(before + 1);
    });

    it('sweeps after a day what was cut off and what no paper of the log has, and nothing else', async () => {
      const place = await make();
      const [paper, orphan] = [newUuid(), newUuid()];
      for (const one of [paper, orphan]) await place.files.receive(one, fileOf('kept'), recorded);
      await place.cutOff();
      const known = new Set([paper]);
      expect(await place.files.sweep(known)).toBe(0);
      expect(await place.files.sweep(known, IN_TWO_DAYS())).toBe(2);
      expect(await place.files.sweep(known, IN_TWO_DAYS())).toBe(0);
      expect((await read(place, paper, sha256('kept'))).toString()).toBe('kept');
      expect(await place.lying()).toBe(1);
    });

    it('refuses a file that is too large, and keeps nothing of it', async () => {
      const place = await make();
      const large = Readable.from([Buffer.alloc(PAPER_LIMIT + 1)]);
      await expect(place.files.receive(newUuid(), large, recorded)).rejects.toBeInstanceOf(PaperTooLarge);
      expect(await place.lying()).toBe(0);
    });
  });
};
