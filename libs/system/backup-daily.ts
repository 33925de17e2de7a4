import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRequest, Jobs } from '@kernel/jobs';
import { localDate } from '@kernel/sourcing';
import { BackupError, backupTo } from './backup';
import type { Settings } from './settings';

export interface LastBackup {
  /** UTC instant at which it was whole. */
  readonly at: string;
  readonly ageSeconds: number;
}

const DAY = 24 * 3_600_000;
/** Milliseconds that a system that missed its time has to itself after it was started. */
const SETTLE = 5 * 60_000;
const NAME = /^\d{4}-\d{2}-\d{2}$/;

const daysIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => NAME.test(name))
        .sort()
    : [];

/** When the newest backup was whole. */
export const lastBackup = ({ backup }: Settings, now = Date.now()): LastBackup | 'never' | 'off' => {
  if (!backup) return 'off';
  const newest = daysIn(backup.folder).at(-1);
  if (newest === undefined) return 'never';
  const made = statSync(join(backup.folder, newest)).mtimeMs;
  return { at: new Date(made).toISOString(), ageSeconds: Math.max(0, (now - made) / 1000) };
};

/**
 * The backup of a day, once, beside the running system; older ones go when it is sound. One that holds damages is set
 * aside under another name and takes nobody's place. @throws BackupError
 */
export const backUpDay = async (settings: Settings, day: string): Promise<void> => {
  const { backup } = settings;
  if (!backup || existsSync(join(backup.folder, day))) return;
  const { folder, keep } = backup;
  // Its parent must be there: a disk that is not mounted is no place.
  if (!existsSync(folder)) await mkdir(folder, { mode: 0o700 });
  const aside = join(folder, `${day}.damaged`);
  await rm(aside, { recursive: true, force: true });
  const { sound, damages } = await backupTo(settings, join(folder, day));
  if (!sound) {
    await rename(join(folder, day), aside);
    throw new BackupError(`${aside} holds ${String(damages.length)} damages: run verify; older backups are kept`);
  }
  for (const old of daysIn(folder).slice(0, -keep)) await rm(join(folder, old), { recursive: true });
};

/** Every day at its time; a day that was missed is made up for soon after the start. */
export const backupDaily = (jobs: Jobs, settings: Settings, now: () => number = Date.now): void => {
  const { backup } = settings;
  if (!backup) return;
  const earliest = now() + SETTLE;
  const of = (at: number): JobRequest => {
    const day = localDate(new Date(at).toISOString());
    const due = Math.max(Date.parse(`${day}T${backup.at}:00.000+08:00`), earliest);
    return { id: `backup-${day}`, name: 'backup', data: { day }, dueAt: new Date(due).toISOString() };
  };
  jobs.handle({ name: 'backup', run: (data) => backUpDay(settings, String(data['day'])) });
  jobs.recall(() => Promise.resolve([of(now()), of(now() + DAY)]));
};
