import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogVerification } from '@kernel/ledger';
import { NotACheckpoint } from '@kernel/ledger/adapters/embedded-verification';
import { verifyFiles, verifyFolder, verifySystem } from '@system/verification';
import { CannotRun, mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';

export interface VerifyFlags {
  /** Opens every box as well, and checks views, papers and links: takes the folder's lock. */
  readonly keys?: boolean;
  /** Checks the views against a fresh fold: takes the folder's lock. */
  readonly views?: boolean;
  /** Size of a kept checkpoint, or a file that holds one: what lies before it is believed. */
  readonly since?: string;
}

const wordsOf = ({ sound, events, streams, damages, treeSize, root }: LogVerification): readonly string[] => [
  `${sound ? '完好 sound' : '发现损坏 DAMAGED'}: ${String(events)} 个事件 events, ${String(streams)} 个流 streams`,
  ...(treeSize === undefined ? [] : [`账本 ledger: ${String(treeSize)} 条 entries, ${root ?? ''}`]),
  ...damages.map(
    ({ stream, revision, id, kind, detail }) =>
      `  ${kind}  ${stream}  第 ${String(revision)} 版  ${id}  ${detail ?? ''}`,
  ),
];

/** @throws CannotRun */
const checkpointOf = ({ settings }: Context, since: string): string => {
  const file = /^\d+$/.test(since) ? join(settings.data, 'ledger/checkpoints', since) : since;
  if (!existsSync(file)) throw new CannotRun(`there is no checkpoint ${file}`);
  return readFileSync(file, 'utf8');
};

const work = async (context: Context, { keys = false, views = false, since }: VerifyFlags): Promise<LogVerification> => {
  const { settings, output } = context;
  const bar = output.progress('verify');
  const scope = { progress: bar.to, ...(since !== undefined && { since: checkpointOf(context, since) }) };
  try {
    if (settings.engines)
      return await withSystem(
        context,
        (system) => verifySystem(system, { ...scope, keys, views: keys || views }),
        { tolerant: !keys && !views, start: keys || views },
      );
    if (!keys && !views) return await verifyFolder(settings, scope);
    const files = verifyFiles(settings);
    if (files.length > 0) {
      const log = await verifyFolder(settings, scope);
      return { ...log, sound: false, damages: [...log.damages, ...files] };
    }
    const everything = (system: Parameters<typeof verifySystem>[0]) =>
      verifySystem(system, { ...scope, keys, views: keys || views });
    return await withSystem(context, everything, { tolerant: true, start: false });
  } finally {
    bar.end();
  }
}; // prettier-ignore

/** Recomputes log and ledger from their stored bytes; exit 0 sound, 1 damaged. Without keys and views it reads beside a running system. */
export const verify = async (context: Context, options: VerifyFlags = {}): Promise<number> => {
  if (!existsSync(join(context.settings.data, 'ledger'))) mustHoldLog(context.settings);
  try {
    const result = await work(context, options);
    context.output.answer(result, wordsOf(result));
    return result.sound ? EXIT.fine : EXIT.finding;
  } catch (error) {
    if (error instanceof NotACheckpoint) throw new CannotRun(error.message);
    throw error;
  }
};
