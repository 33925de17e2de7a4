import { NotTheWriter } from '@kernel/engines';
import { streamId } from '@kernel/format';
import { LedgerFiles, type LedgerFile } from '../ledger-files';
import { hashLeaf, rootOf, subtreesOf, verifiesConsistency, verifiesInclusion } from '../merkle/tree';
import { readNote } from '../note/signed-note';
import type { Notary } from '../notary';
import { verifiesAbsence, verifiesHead } from '../reading/heads';
import { isSignedByLog } from '../reading/ledger-events';
import { SampleLog } from '../testing/sample-log';
import { entryOf } from './starting';

jest.setTimeout(30_000);

const entriesOf = async (sample: SampleLog): Promise<readonly Buffer[]> => {
  const entries: Buffer[] = [];
  for await (const page of sample.store.readAll()) entries.push(...page.map((event) => entryOf(sample.log, event)));
  return entries;
};

const readEntries = async ({ ledger }: Notary): Promise<readonly Buffer[]> => {
  const entries: Buffer[] = [];
  for await (const page of ledger.entries()) entries.push(...page);
  return entries;
};

const rootOfEntries = (entries: readonly Buffer[]): Buffer =>
  rootOf(entries.length, subtreesOf(entries.map((entry) => hashLeaf(entry))));

describe('a ledger', () => {
  it('holds every event in order, under a checkpoint that the key of the log has signed', async () => {
    const sample = await SampleLog.open();
    const notary = sample.notary();
    for (const count of [1, 254, 1, 300]) {
      await sample.stream(count);
      const checkpoint = await notary.sealer.sealNow();
      const entries = await entriesOf(sample);
      expect(checkpoint.size).toBe(entries.length);
      expect(checkpoint.root).toEqual(rootOfEntries(entries));
      expect(await readEntries(notary)).toEqual(entries);
      expect(isSignedByLog(readNote(checkpoint.note), await notary.ledger.keys(), checkpoint.size)).toBe(true);
      expect((await notary.ledger.checkpoint(checkpoint.size))?.note).toBe(checkpoint.note);
    }
    expect(await notary.ledger.sizes()).toEqual(expect.arrayContaining([2, 256, 257, 557]));
    expect((await notary.sealer.status()).lagEvents).toBe(0);
    await notary.close();
    await sample.store.close();
  });

  it('proves every event at every checkpoint, and each checkpoint to continue those before', async () => {
    const sample = await SampleLog.open();
    const notary = sample.notary();
    const { ledger } = notary;
    const stream = await sample.stream(300);
    for (let round = 0; round < 5; round++) {
      await sample.stream(61 * (round + 1));
      await notary.sealer.sealNow();
    }
    const entries = await entriesOf(sample);
    const checkpoints = [];
    for await (const one of ledger.checkpoints()) checkpoints.push(one);
    for (const { size, root } of checkpoints) {
      for (let index = 0; index < size; index += 37)
        expect(
          verifiesInclusion(hashLeaf(entries[index]!), index, size, await ledger.inclusion(index, size), root),
        ).toBe(true);
      for (const old of checkpoints.filter((one) => one.size <= size))
        expect(verifiesConsistency(old.size, size, await ledger.consistency(old.size, size), old.root, root)).toBe(
          true,
        );
    }
    expect(await ledger.indexOf(stream, 299)).toBe(300);
    expect(await ledger.indexOf(stream, 300)).toBeUndefined();
    expect(await ledger.basis()).toMatchObject({ log: sample.log, treeSize: entries.length });
    await notary.close();
    await sample.store.close();
  });

  it('seals the last event of every stream, and proves it, and that another stream is not there', async () => {
    const sample = await SampleLog.open();
    const notary = sample.notary();
    notary.start();
    const streams = [await sample.stream(3), await sample.stream(1), await sample.stream(290)];
    const { heads, index, checkpoint, revision } = await notary.sealHeads();
    expect([heads.entries, heads.streams, revision]).toEqual([295, 4, 1]);
    expect(index).toBe(295);
    expect(checkpoint.size).toBe(296);
    for (const [at, stream] of streams.entries()) {
      const proof = heads.proofOf(streamId(sample.log, stream))!;
      expect(proof.revision).toBe([2, 0, 289][at]);
      expect(verifiesHead(proof, heads.streams, heads.root)).toBe(true);
      expect(verifiesHead({ ...proof, revision: proof.revision + 1 }, heads.streams, heads.root)).toBe(false);
      expect(heads.absenceOf(proof.sid)).toBeUndefined();
    }
    for (const digit of '0123456789abcdef') {
      const absence = heads.absenceOf(digit.repeat(64))!;
      expect(verifiesAbsence(absence, heads.streams, heads.root)).toBe(true);
      const { before, after } = absence;
      if (before) expect(verifiesAbsence({ ...absence, sid: before.sid }, heads.streams, heads.root)).toBe(false);
      if (after) expect(verifiesAbsence({ sid: absence.sid, after }, heads.streams, heads.root)).toBe(!before);
    }
    expect((await notary.ledger.events()).map(({ type }) => type)).toEqual(['LogOpened', 'HeadsSealed']);
    await notary.close();
    await sample.store.close();
  });
});

/** Files whose process dies at the n-th write. */
class DyingFiles extends LedgerFiles {
  static left = Infinity;
  constructor(private readonly files: LedgerFiles) {
    super();
  }
  read(path: string) {
    return this.files.read(path);
  }
  list(folder: string) {
    return this.files.list(folder);
  }
  async removeAll(folders: readonly string[]) {
    if (--DyingFiles.left >= 0) await this.files.removeAll(folders);
  }
  async writeAll(files: readonly LedgerFile[]) {
    for (const file of files) {
      if (--DyingFiles.left < 0) throw new Error('killed');
      await this.files.writeAll([file]);
    }
  }
}

describe('a sealer', () => {
  it('goes on after it died between any two writes, and signs nothing twice', async () => {
    const sample = await SampleLog.open();
    const signed = new Map<number, string>();
    for (let death = 0; death < 18; death++) {
      await sample.stream(death % 3 === 0 ? 270 : 3);
      DyingFiles.left = death;
      const dying = sample.notary({ files: new DyingFiles(sample.files), state: new DyingFiles(sample.state) });
      await dying.sealer.sealNow().catch((error: unknown) => {
        expect(String(error)).toContain('killed');
      });
      await dying.close();
      DyingFiles.left = Infinity;
      const notary = sample.notary();
      const checkpoint = await notary.sealer.sealNow();
      expect(checkpoint.root).toEqual(rootOfEntries(await entriesOf(sample)));
      for await (const { size, note, root } of notary.ledger.checkpoints()) {
        expect(signed.get(size) ?? note).toBe(note);
        expect(await notary.ledger.rootAt(size)).toEqual(root);
        signed.set(size, note);
      }
      await notary.close();
    }
    await sample.store.close();
  }, 60_000);

  it('publishes nothing any more once another process has taken over, and says so', async () => {
    const sample = await SampleLog.open();
    let replaced = false;
    const keepLease = () => (replaced ? Promise.reject(new NotTheWriter('turn')) : Promise.resolve());
    const troubles: unknown[] = [];
    const notary = sample.notary({ keepLease, onTrouble: (_, error) => troubles.push(error) });
    await sample.stream(3);
    const before = await notary.sealer.sealNow();
    replaced = true;
    await sample.stream(3);
    await expect(notary.sealer.sealNow()).rejects.toMatchObject({ reason: 'replaced' });
    expect(await notary.sealer.status()).toMatchObject({ state: 'stopped', stopped: { reason: 'replaced' } });
    replaced = false;
    await notary.close();
    expect((await notary.ledger.newest())?.size).toBe(before.size);
    await sample.store.close();
  });

  it('writes its tiles anew when they are damaged', async () => {
    const sample = await SampleLog.open();
    await sample.stream(600);
    const first = sample.notary();
    const before = await first.sealer.sealNow();
    await first.close();
    await sample.files.write('tile/0/000', Buffer.alloc(8192));
    await sample.files.write('tile/entries/001', Buffer.alloc(75));
    await sample.files.removeAll(['tile/1']);
    const second = sample.notary();
    await sample.stream(1);
    const after = await second.sealer.sealNow();
    const path = await second.ledger.consistency(before.size, after.size);
    expect(verifiesConsistency(before.size, after.size, path, before.root, after.root)).toBe(true);
    await second.close();
    await sample.store.close();
  });
});
