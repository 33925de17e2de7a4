import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { verifyOverPort } from '@kernel/ledger';
import { NotACheckpoint } from '@kernel/ledger/adapters/log-check';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { Metrics, readinessOf } from '@system/metrics';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { verifyFolder } from '@system/verification';
import { lastVerification, verifyAndRecord, verifyNightly } from '@system/verification/nightly';
import type { JobRequest, Jobs } from '@kernel/jobs';
import { officeFolder } from '../support/folders';

const office = async () => {
  const settings = readSettings({ JIANDANG_DATA: join(mkdtempSync(join(tmpdir(), 'jd-verify-')), 'data') });
  await officeFolder('new', settings.data);
  const system = await System.open(settings);
  await system.start();
  return { settings, system };
};

/** Changes an event of the running system's file behind its back. */
const spoil = (data: string, position: number): void => {
  const db = new Database(join(data, 'log.db'));
  const guard = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'events_stay'").pluck().get()!;
  db.exec('DROP TRIGGER events_stay');
  db.prepare(`UPDATE events SET meta = replace(meta, '"auth":"none"', '"auth":"pwd"') WHERE position = ?`).run(
    position,
  );
  db.exec(guard);
  db.close();
};

/** Events that cost nothing. */
const record = async (system: System, count: number): Promise<void> => {
  const body = { events: 1, streams: 1, sound: true, damages: 0, kinds: [] };
  for (let index = 0; index < count; index++)
    await system.commands.execute('ledger', system.log, 'RecordVerification', body, system.issued('verify'));
};

describe('verifying beside a running system', () => {
  it('records what it found, and says damage in health and metrics', async () => {
    const { settings, system } = await office();
    const told: unknown[] = [];
    expect((await readinessOf(system)).verified).toBe('never');
    expect(await verifyAndRecord(system, (_where, error) => told.push(error))).toMatchObject({ sound: true });
    expect(await lastVerification(system)).toMatchObject({ sound: true, damages: 0, kinds: [] });
    spoil(settings.data, 3);
    expect(await verifyAndRecord(system, (_where, error) => told.push(error))).toMatchObject({ sound: false });
    expect(told).toHaveLength(1);
    expect(await readinessOf(system)).toMatchObject({
      status: 'log-damaged',
      verified: { sound: false, kinds: ['hash'] },
    });
    expect(await new Metrics(system).text()).toContain('jiandang_log_damages 1');
    await system.close();
  }, 60_000);

  it('is not confused by what is recorded and sealed meanwhile', async () => {
    const { settings, system } = await office();
    const state = { written: false };
    const writing = (async () => {
      for (let round = 0; round < 12; round++) {
        await record(system, 20);
        await system.notary.sealer.sealNow();
      }
      state.written = true;
    })();
    do expect((await verifyFolder(settings)).damages).toEqual([]);
    while (!state.written);
    await writing;
    await system.close();
  }, 120_000);

  it('finds the same over the port of any event store', async () => {
    const { settings, system } = await office();
    await system.notary.sealHeads();
    const [files, state] = [new FolderLedgerFiles(join(settings.data, 'ledger')), new FolderLedgerFiles(settings.keys)];
    const ported = () => verifyOverPort({ store: system.store, log: system.log, files, state, keys: system.keys });
    const { parts: _parts, ...embedded } = await verifyFolder(settings, { keys: system.keys });
    expect(await ported()).toMatchObject(embedded);
    spoil(settings.data, 1);
    expect((await ported()).damages.map(({ kind, stream, revision }) => [kind, stream, revision])).toContainEqual([
      'hash',
      `ledger-${system.log}`,
      0,
    ]);
    await system.close();
  }, 60_000);
});

describe('verifying since a checkpoint', () => {
  it('believes what a signed root proves, examines what came after, and refuses what is no checkpoint of the log', async () => {
    const { settings, system } = await office();
    const { size, note } = await system.notary.sealer.sealNow();
    await record(system, 300);
    await system.notary.sealHeads();
    await system.close();
    const all = await verifyFolder(settings);
    const later = await verifyFolder(settings, { since: note });
    expect(later).toMatchObject({ sound: true, treeSize: all.treeSize, root: all.root });
    const newest = Math.max(...readdirSync(join(settings.data, 'ledger/checkpoints')).map(Number));
    const kept = readFileSync(join(settings.data, 'ledger/checkpoints', String(newest)), 'utf8');
    expect((await verifyFolder(settings, { since: kept })).events).toBeLessThan(all.events);
    spoil(settings.data, 2);
    expect((await verifyFolder(settings, { since: kept })).sound).toBe(true);
    expect((await verifyFolder(settings)).sound).toBe(false);
    spoil(settings.data, all.events);
    expect((await verifyFolder(settings, { since: kept })).damages).toContainEqual(
      expect.objectContaining({ kind: 'hash', stream: `ledger-${system.log}` }),
    );
    await expect(
      verifyFolder(settings, { since: note.replace(`\n${String(size)}\n`, '\n7\n') }),
    ).rejects.toBeInstanceOf(NotACheckpoint);
    await expect(verifyFolder(settings, { since: 'hello' })).rejects.toBeInstanceOf(NotACheckpoint);
  }, 120_000);
});

describe('the nightly verification', () => {
  const dueAt = async (now: string): Promise<readonly (string | undefined)[]> => {
    const asked: (() => Promise<readonly JobRequest[]>)[] = [];
    const jobs = {
      handle: () => undefined,
      recall: (due) => {
        asked.push(due);
      },
    } as Partial<Jobs> as Jobs;
    verifyNightly(
      jobs,
      () => Promise.resolve(),
      () => Date.parse(now),
    );
    return (await asked[0]!()).map((job) => job.dueAt);
  };

  it('waits for the night, and makes up for a missed one soon after the start', async () => {
    expect(await dueAt('2026-11-25T08:00:00.000Z')).toEqual(['2026-11-25T18:30:00.000Z', '2026-11-26T18:30:00.000Z']);
    expect(await dueAt('2026-11-25T22:00:00.000Z')).toEqual(['2026-11-25T22:05:00.000Z', '2026-11-26T18:30:00.000Z']);
  });
});
