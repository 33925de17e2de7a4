import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamId, ZERO_HASH } from '@kernel/format';
import { FolderLedgerFiles } from '../adapters/folder-ledger-files';
import { checkpointText } from '../note/checkpoint';
import {
  COSIGNATURE,
  isSignedBy,
  readNote,
  readVerifierKey,
  signNote,
  verifierKey,
  writeNote,
} from '../note/signed-note';
import { Ledger, type LedgerSource } from '../reading/ledger';
import { SealingStopped } from '../sealing/sealing-stopped';
import { SampleLog } from '../testing/sample-log';
import { Mirror } from './mirror';
import { MirrorAlarm } from './mirror-alarm';
import { checkSlip, readSlip, slipText } from './slip';
import { cosignStick, exportTo, importFrom } from './stick';
import { Witness, witnessedPath, writeRequest } from './witness';
import { Witnessing } from './witnessing';

jest.setTimeout(30_000);

const folder = (): FolderLedgerFiles => new FolderLedgerFiles(mkdtempSync(join(tmpdir(), 'jd-outside-')));

const witnessOf = (logs: readonly string[]) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const name = 'archive.example/witness';
  const files = folder();
  const witness = new Witness({
    files,
    name,
    key: privateKey,
    logs: logs.map(readVerifierKey),
    now: () => 1_790_000_000_000,
  });
  return { files, witness, key: verifierKey(name, privateKey, COSIGNATURE) };
};

const logKey = (sample: SampleLog): string => verifierKey(sample.origin, sample.signing.first());

/** A log with one checkpoint a number of events. */
const logWith = async (...counts: readonly number[]) => {
  const sample = await SampleLog.open();
  const notary = sample.notary();
  notary.start();
  const checkpoints = [];
  for (const count of counts) {
    await sample.stream(count);
    checkpoints.push(await notary.sealer.sealNow());
  }
  const close = async (): Promise<void> => {
    await notary.close();
    await sample.store.close();
  };
  return { sample, notary, checkpoints, ledger: notary.ledger, close };
};

describe('a witness', () => {
  it('cosigns what continues what it knows, and answers everything else as tlog-witness says', async () => {
    const { sample, checkpoints, ledger, close } = await logWith(5, 7, 300);
    const [first, second, third] = checkpoints as [
      (typeof checkpoints)[0],
      (typeof checkpoints)[0],
      (typeof checkpoints)[0],
    ];
    const { witness, key, files } = witnessOf([logKey(sample)]);
    const add = async (old: number, to: typeof first) =>
      witness.addCheckpoint(writeRequest(old, await ledger.consistency(old, to.size), to.note));
    const done = await add(0, first);
    expect(done.status).toBe(200);
    expect(isSignedBy(readNote(first.note + done.body), readVerifierKey(key))).toBe(true);
    expect(await add(0, second)).toMatchObject({
      status: 409,
      body: `${String(first.size)}\n`,
      type: 'text/x.tlog.size',
    });
    expect((await add(first.size, second)).status).toBe(200);
    expect((await add(second.size, second)).status).toBe(200);
    expect((await witness.addCheckpoint(writeRequest(second.size, [], third.note))).status).toBe(422);
    expect((await witness.addCheckpoint(writeRequest(third.size, [], second.note))).status).toBe(400);
    expect((await witness.addCheckpoint('old x\n\nnothing')).status).toBe(400);
    expect((await witness.addCheckpoint('')).status).toBe(400);
    expect((await witnessOf([]).witness.addCheckpoint(writeRequest(0, [], first.note))).status).toBe(404);
    const forged = writeNote({
      text: readNote(third.note).text,
      signatures: [signNote(readNote(third.note).text, sample.origin, generateKeyPairSync('ed25519').privateKey)],
    });
    expect((await witness.addCheckpoint(writeRequest(second.size, [], forged))).status).toBe(403);
    expect(await files.readText(witnessedPath(sample.origin))).toBe(
      await witness.cosigned(witnessedPath(sample.origin)),
    );
    await close();
  });

  it('never cosigns two histories, however many ask at once', async () => {
    const { sample, checkpoints, close } = await logWith(3);
    const { witness } = witnessOf([logKey(sample)]);
    const { size } = checkpoints[0]!;
    const forks = Array.from({ length: 8 }, (_, at) => {
      const text = checkpointText({ origin: sample.origin, size, root: Buffer.alloc(32, at) });
      return writeRequest(
        0,
        [],
        writeNote({ text, signatures: [signNote(text, sample.origin, sample.signing.first())] }),
      );
    });
    const answers = await Promise.all(forks.map((fork) => witness.addCheckpoint(fork)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
    await close();
  });

  it('works by a stick: exported, cosigned, imported, once and again later', async () => {
    const { sample, notary, ledger, close } = await logWith(300);
    const { witness, key } = witnessOf([logKey(sample)]);
    const stick = folder();
    const office = new Witnessing(ledger, sample.files, [{ key }]);
    for (const more of [0, 400]) {
      if (more > 0) await sample.stream(more);
      const { size } = await notary.sealer.sealNow();
      await exportTo(stick, ledger);
      expect(await cosignStick(stick, new Ledger(stick, ''), witness)).toBe(size);
      expect(await importFrom(stick, office)).toMatchObject({
        size,
        by: 'archive.example/witness',
        at: '2026-09-21T14:13:20.000Z',
      });
      expect(readNote((await ledger.checkpoint(size))!.note).signatures).toHaveLength(2);
      expect(await office.newest()).toMatchObject({ size });
    }
    const stranger = new Witnessing(ledger, sample.files, [{ key: witnessOf([]).key }]);
    await expect(importFrom(stick, stranger)).rejects.toThrow('no cosignature of a witness');
    await close();
  });
});

describe('a mirror', () => {
  const alarmOf = async (mirror: Mirror): Promise<string> => {
    const error = await mirror.round().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(MirrorAlarm);
    return (error as MirrorAlarm).kind;
  };

  const changed = (
    source: LedgerSource,
    change: (path: string, bytes: Buffer) => Buffer | undefined,
  ): LedgerSource => ({
    list: (name) => source.list(name),
    read: async (path) => {
      const bytes = await source.read(path);
      return bytes && change(path, Buffer.from(bytes));
    },
  });

  it('follows a ledger, round after round and after a restart, and is a ledger itself', async () => {
    const { sample, notary, ledger, close } = await logWith(5, 300);
    const files = folder();
    const key = readVerifierKey(logKey(sample));
    let mirror = new Mirror({ source: sample.files, files, key });
    expect(await mirror.round()).toMatchObject({ size: 306, entries: 306, checkpoints: (await ledger.sizes()).length });
    expect(await mirror.round()).toMatchObject({ entries: 0 });
    await sample.stream(3);
    await notary.sealHeads();
    expect(await mirror.round()).toMatchObject({ entries: 4, heads: 1 });
    mirror = new Mirror({ source: sample.files, files, key });
    await notary.rotateKey();
    await sample.stream(500);
    const { size } = await notary.sealer.sealNow();
    expect(await mirror.round()).toMatchObject({ size });
    const own = new Ledger(files, sample.log);
    expect(await own.rootAt(size)).toEqual(await ledger.rootAt(size));
    expect((await own.keys()).length).toBe(2);
    await close();
  });

  it.each<[string, string, (path: string, bytes: Buffer) => Buffer | undefined]>([
    [
      'an entry that was changed',
      'fork',
      (path, bytes) => (path === 'tile/entries/001.p/50' ? bytes.fill(7, 3645, 3650) : bytes),
    ],
    [
      'an entry that was left out',
      'gap',
      (path, bytes) =>
        path === 'tile/entries/000'
          ? Buffer.concat([bytes.subarray(0, 7500), bytes.subarray(7575), bytes.subarray(0, 75)])
          : bytes,
    ],
    ['a tile that was changed', 'tile', (path, bytes) => (path === 'tile/0/000' ? bytes.fill(1, 0, 9) : bytes)],
    [
      'an event of the log that was changed',
      'event',
      (path, bytes) => (path === 'events/0' ? Buffer.from(bytes.toString().replace('abab', 'abac')) : bytes),
    ],
    ['an event of the log that is withheld', 'event', (path, bytes) => (path === 'events/1' ? undefined : bytes)],
    [
      'a checkpoint that was changed',
      'signature',
      (path, bytes) =>
        path === 'checkpoint' ? Buffer.from(bytes.toString().replace(/(.{8})\n$/, 'AAAAAAA=\n')) : bytes,
    ],
  ])('shouts at %s', async (_, kind, change) => {
    const { sample, notary, close } = await logWith(304);
    await notary.sealHeads();
    const source = changed(sample.files, change);
    expect(await alarmOf(new Mirror({ source, files: folder() }))).toBe(kind);
    await close();
  });

  it('shouts when heads are sealed that are not those of the entries', async () => {
    const { sample, notary, close } = await logWith(20);
    await sample.own('HeadsSealed', { entries: 10, root: 'ab'.repeat(32), streams: 2 });
    await notary.sealer.sealNow();
    expect(await alarmOf(new Mirror({ source: sample.files, files: folder() }))).toBe('heads');
    await close();
  });

  it('shouts at a rollback, at a fork, and at a log with another key than the one brought', async () => {
    const { sample, notary, close } = await logWith(10);
    const files = folder();
    const before = folder();
    const mirror = new Mirror({ source: sample.files, files });
    await notary.close();
    cpSync(sample.files.folder, before.folder, { recursive: true });
    const again = sample.notary();
    await sample.stream(4);
    const { size } = await again.sealer.sealNow();
    await mirror.round();
    expect(await alarmOf(new Mirror({ source: before, files }))).toBe('rollback');
    const text = checkpointText({ origin: sample.origin, size, root: Buffer.alloc(32) });
    await before.write(
      'checkpoint',
      writeNote({ text, signatures: [signNote(text, sample.origin, sample.signing.first())] }),
    );
    expect(await alarmOf(new Mirror({ source: before, files }))).toBe('fork');
    const key = readVerifierKey(verifierKey(sample.origin, generateKeyPairSync('ed25519').privateKey));
    expect(await alarmOf(new Mirror({ source: sample.files, files: folder(), key }))).toBe('signature');
    await again.close();
    await close();
  });
});

describe('a restored backup', () => {
  const restored = async (keepLedger: boolean, forget: readonly string[]) => {
    const sample = await SampleLog.open();
    const first = sample.notary();
    await sample.stream(5);
    await first.sealer.sealNow();
    const backup = mkdtempSync(join(tmpdir(), 'jd-backup-'));
    await sample.store.backupTo(backup);
    await sample.stream(7);
    const lost = await first.sealer.sealNow();
    await first.close();
    await sample.reopen(() => {
      if (!keepLedger) rmSync(sample.files.folder, { recursive: true });
      for (const name of forget) rmSync(join(sample.folder, name), { force: true });
      for (const name of ['log.db-wal', 'log.db-shm']) rmSync(join(sample.folder, 'data', name), { force: true });
      cpSync(join(backup, 'log.db'), join(sample.folder, 'data/log.db'));
    });
    return { sample, lost };
  };

  it.each([
    ['the sealer itself remembers', false, []],
    ['the published checkpoint remembers', true, ['keys/sealed.json']],
  ])('is not signed on: %s', async (_, keepLedger, forget) => {
    const { sample, lost } = await restored(keepLedger, forget);
    const notary = sample.notary();
    await expect(notary.sealer.sealNow()).rejects.toMatchObject({
      reason: 'store-shorter',
      details: { signed: lost.size, found: 6 },
    });
    expect((await notary.sealer.status()).stopped?.zh).toContain('较旧的备份');
    await sample.stream(9);
    await notary.close();
    const later = sample.notary();
    await expect(later.sealer.sealNow()).rejects.toMatchObject({ reason: 'store-differs' });
    await later.close();
    await sample.store.close();
  });

  it('is not signed on when only a witness remembers', async () => {
    const { sample, lost } = await restored(false, ['keys/sealed.json']);
    const notary = sample.notary();
    notary.witnessing.claims = () => Promise.resolve([{ from: 'archive.example', size: lost.size, root: lost.root }]);
    await expect(notary.sealer.sealNow()).rejects.toBeInstanceOf(SealingStopped);
    await notary.close();
    await sample.store.close();
  });
});

describe('a slip', () => {
  it('is checked against the ledger, and names what became of its event', async () => {
    const { sample, notary, ledger, checkpoints, close } = await logWith(10, 300);
    const stream = await sample.stream(2);
    await notary.sealer.sealNow();
    const event = (await sample.store.read(stream))[1]!;
    const { origin } = checkpoints[0]!;
    const slipAt = async (size: number) => ({
      origin,
      sid: streamId(sample.log, stream),
      revision: 1,
      h: event.meta['h']!,
      size,
      root: (await ledger.rootAt(size)).toString('hex'),
    });
    const early = await slipAt(11);
    await close();
    const newest = await ledger.newest();
    expect(newest?.size).toBe(313);
    const slip = await slipAt(313);
    expect(readSlip(slipText(slip))).toEqual(slip);
    expect(await checkSlip(slip, ledger)).toBe('sound');
    expect(await checkSlip(early, ledger)).toBe('missing');
    expect(await checkSlip({ ...slip, h: 'cd'.repeat(32) }, ledger)).toBe('altered');
    expect(await checkSlip({ ...slip, revision: 2 }, ledger)).toBe('missing');
    expect(await checkSlip({ ...slip, root: ZERO_HASH }, ledger)).toBe('forked');
    expect(await checkSlip({ ...slip, size: 400 }, ledger)).toBe('rolled-back');
    expect(await checkSlip({ ...slip, origin: 'other.example/log' }, ledger)).toBe('other-log');
    expect(() => readSlip('JD1 nothing')).toThrow('no slip');
  });
});

describe('a rotation of keys', () => {
  it('lets the new key sign from the checkpoint that holds the event on, and the old one before', async () => {
    const { sample, notary, checkpoints, close } = await logWith(5);
    const { key, checkpoint } = await notary.rotateKey();
    const [before, after] = [readNote(checkpoints[0]!.note), readNote(checkpoint.note)];
    expect(isSignedBy(before, readVerifierKey(logKey(sample)))).toBe(true);
    expect(isSignedBy(after, readVerifierKey(key))).toBe(true);
    expect(isSignedBy(after, readVerifierKey(logKey(sample)))).toBe(false);
    await sample.stream(2);
    expect(isSignedBy(readNote((await notary.sealer.sealNow()).note), readVerifierKey(key))).toBe(true);
    await close();
  });
});
