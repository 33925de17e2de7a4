import { fileFault, NotTheWriter, StoreUnavailable } from '@kernel/engines';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackupError } from '@system/backup';
import { DamagedStream } from '@kernel/event-store';
import { BadSetting, readSettings, type Settings } from '@system/settings';
import { System } from '@system/system';
import { LedgerDamaged, MalformedNote, SealingStopped } from '@kernel/ledger';
import { NotACheckpoint } from '@kernel/ledger/adapters/log-check';
import { FileClosed, FileDamaged } from '@kernel/ledger/adapters/file-check';
import { MasterKeyError } from '@kernel/privacy';
import { BadQuery } from '@kernel/read-models';
import { EXIT, outputOf, type Output } from './output';

export interface Options {
  readonly data?: string;
  readonly json?: boolean;
}

export interface Context {
  readonly settings: Settings;
  readonly output: Output;
}

/** The verb cannot run on what it was given, in words for the operator. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** @throws CannotRun: a verb that only reads makes no new log */
export const mustHoldLog = ({ data, engines }: Settings): void => {
  if (!engines && !existsSync(join(data, 'log.db'))) throw new CannotRun(`there is no log in ${data}`);
};

/** Settings of the environment, with the folder named on the command line. */
export const contextOf = ({ data, json = false }: Options): Context => ({
  settings: readSettings({ ...process.env, ...(data !== undefined && { JIANDANG_DATA: data }) }),
  output: outputOf(json),
});

/**
 * Opens the system of the data folder, works, and closes it. Takes the folder's lock; on engines it works beside their
 * processes.
 */
export const withSystem = async <T>(
  { settings }: Context,
  work: (system: System) => Promise<T>,
  { tolerant = false, start = true } = {},
): Promise<T> => {
  const system = await System.open(settings, { tolerant });
  try {
    if (settings.engines) await beside(system, start);
    else if (start) await system.start();
    return await work(system);
  } finally {
    await closed(system);
  }
};

/** Milliseconds in which a system that has done its work must close. */
const CLOSING = 60_000;

/** What was answered stays answered, however the closing ends. */
const closed = async (system: System): Promise<void> => {
  const bound = new AbortController();
  try {
    const late = sleep(CLOSING, 'late', { signal: bound.signal });
    if ((await Promise.race([system.close(), late])) === 'late') process.stderr.write('关闭超时 closing did not end\n');
  } catch (error) {
    process.stderr.write(`关闭出错 closing failed: ${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    bound.abort();
  }
};

/** Hosts nothing: projector and worker are processes of their own. @throws CannotRun before they have opened the log */
const beside = async (system: System, start: boolean): Promise<void> => {
  if ((await system.store.head()) === undefined) throw new CannotRun('there is no log on these engines yet');
  if (!start) return;
  await system.start([]);
  await system.caughtUp();
};

/** Words for the operator where the cause is known; exit code 2 = could not run. */
export const failed = (error: unknown): number => {
  const known = [
    CannotRun,
    FileClosed,
    FileDamaged,
    LedgerDamaged,
    MalformedNote,
    SealingStopped,
    BackupError,
    BadSetting,
    BadQuery,
    NotACheckpoint,
    NotTheWriter,
    StoreUnavailable,
    DamagedStream,
    MasterKeyError,
  ].some((kind) => error instanceof kind);
  const beside = error instanceof StoreUnavailable && error.reason === 'locked';
  const stack = String(error instanceof Error ? error.stack : error);
  const words = known ? (error as Error).message : (fileFault(error) ?? stack);
  const hint =
    '系统正在使用该目录;请先停止它 the system is running on this folder: stop it first (verify and backup may run beside it)';
  process.stderr.write(`${words}\n${beside ? `${hint}\n` : ''}`);
  return EXIT.failed;
};
