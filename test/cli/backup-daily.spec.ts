import { mkdtempSync, readdirSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import type { JobRequest, Jobs } from '@kernel/jobs';
import { BackupError, backupTo } from '@system/backup';
import { backUpDay, backupDaily, lastBackup } from '@system/backup-daily';
import { prepareFirstStart } from '@system/first-start';
import { Metrics, readinessOf } from '@system/metrics';
import { BadSetting, readSettings } from '@system/settings';
import { System } from '@system/system';
import { restore } from '../../apps/cli/src/verbs/keeping';
import { runVerb } from '../support/verbs';

const scratch = mkdtempSync(join(tmpdir(), 'jd-backups-'));
const folder = join(scratch, 'backups');
const given = { JIANDANG_DATA: join(scratch, 'office/data'), JIANDANG_LOG_LEVEL: 'silent' };
const settings = readSettings({ ...given, JIANDANG_BACKUP: folder, JIANDANG_BACKUP_KEEP: '2' });

/** Ids of the events that people recorded. */
const recorded = async (system: System): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of system.store.readAll())
    ids.push(...page.filter(({ stream }) => !stream.startsWith('ledger-')).map(({ id }) => id));
  return ids;
};

describe('the backup of every day', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.open(settings);
    await system.start();
    await prepareFirstStart(system);
  });
  afterAll(() => system.close());

  it('is told to be missing until there is one', async () => {
    const ready = await readinessOf(system);
    expect(ready).toMatchObject({ status: 'ready', backup: 'never' });
    expect(ready.degraded).toMatchObject([{ code: 'backup-late', zh: expect.stringContaining('尚无') as string }]);
    expect(await new Metrics(system).text()).toContain('jiandang_backup_age_seconds -1');
  });

  it('is made beside the running system, once a day, the oldest making room; one restores as it was', async () => {
    for (const day of ['2026-11-28', '2026-11-29', '2026-11-30', '2026-11-30']) await backUpDay(settings, day);
    expect(readdirSync(folder).sort()).toEqual(['2026-11-29', '2026-11-30']);
    const restored = readSettings({ ...given, JIANDANG_DATA: join(scratch, 'restored/data') });
    const { exit } = await runVerb(restored, (context) => restore(context, join(folder, '2026-11-30')));
    expect(exit).toBe(0);
    const again = await System.open(restored);
    expect(await recorded(again)).toEqual(await recorded(system));
    await again.close();
  });

  it('is sound however much is recorded and sealed meanwhile', async () => {
    const body = { events: 1, streams: 1, sound: true, damages: 0, kinds: [] };
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await system.commands.execute('ledger', system.log, 'RecordVerification', body, system.issued('verify'));
        await system.notary.sealer.sealNow();
      }
    })();
    for (const name of ['first', 'second', 'third'])
      expect(await backupTo(settings, join(scratch, name))).toMatchObject({ sound: true, damages: [] });
    stop.abort();
    await writing;
  }, 60_000);

  it('has its age on ready and among the measures, and is told to be late after a day and a half', async () => {
    expect(await readinessOf(system)).toMatchObject({
      degraded: [],
      backup: { ageSeconds: expect.any(Number) as number },
    });
    expect(await new Metrics(system).text()).toMatch(/jiandang_backup_age_seconds \d/);
    const before = new Date(Date.now() - 40 * 3_600_000);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), before, before);
    expect((await readinessOf(system)).degraded).toMatchObject([
      { code: 'backup-late', zh: '最近一次备份在 40 小时之前', en: 'the newest backup is 40 hours old' },
    ]);
  });

  it("takes nobody's place when it holds damages", async () => {
    const db = new Database(join(settings.data, 'log.db'));
    const guard =
      db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'events_stay'").pluck().get() ?? '';
    db.exec(`DROP TRIGGER events_stay; UPDATE events SET type = 'Nothing' WHERE position = 2; ${guard}`);
    db.close();
    await expect(backUpDay(settings, '2026-12-01')).rejects.toBeInstanceOf(BackupError);
    expect(readdirSync(folder).sort()).toEqual(['2026-11-29', '2026-11-30', '2026-12-01.damaged']);
    expect(lastBackup(settings)).toMatchObject({ at: expect.any(String) as string });
  });

  it('is due at its time by the clock of Shanghai, and made up for soon after a start that missed it', async () => {
    const dueAt = async (now: string): Promise<readonly (string | undefined)[]> => {
      const asked: (() => Promise<readonly JobRequest[]>)[] = [];
      const recall = (due: () => Promise<readonly JobRequest[]>): void => {
        asked.push(due);
      };
      const jobs = { handle: () => undefined, recall } as Partial<Jobs> as Jobs;
      backupDaily(jobs, settings, () => Date.parse(now));
      return (await asked[0]?.())?.map(({ id, dueAt: due }) => `${id} ${due ?? ''}`) ?? [];
    };
    expect(await dueAt('2026-11-30T15:00:00.000Z')).toEqual([
      'backup-2026-11-30 2026-11-30T15:05:00.000Z',
      'backup-2026-12-01 2026-11-30T18:00:00.000Z',
    ]);
  });

  it.each([
    ['inside the data', { JIANDANG_BACKUP: join(scratch, 'office/data/backups') }, /outside the data/],
    ['at no time of a day', { JIANDANG_BACKUP: folder, JIANDANG_BACKUP_AT: '25:00' }, /JIANDANG_BACKUP_AT/],
    ['without keeping one', { JIANDANG_BACKUP: folder, JIANDANG_BACKUP_KEEP: '0' }, /JIANDANG_BACKUP_KEEP/],
  ])('is not set to be made %s', (_, wrong, words) => {
    expect(() => readSettings({ ...given, ...wrong })).toThrow(BadSetting);
    expect(() => readSettings({ ...given, ...wrong })).toThrow(words);
  });
});
