import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogVerification } from '@kernel/ledger';
import { verifyFolder, verifyStanding, verifySystem } from '@system/verification';
import { CannotRun, mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';
import { withVerdict } from '../verdict';

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
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CannotRun(`没有可读的检查点 there is no checkpoint to be read: ${file}`);
  }
};

/** Verifying the log alone asks neither for its keys nor for a start. */
const onEngines = (context: Context, scope: Parameters<typeof verifySystem>[1]): Promise<LogVerification> =>
  withSystem(context, (system) => verifySystem(system, scope), { tolerant: !scope.views, start: scope.views });

const work = async (context: Context, options: VerifyFlags): Promise<LogVerification> => {
  const { settings, output } = context;
  const { keys = false, views = false, since } = options;
  const bar = output.progress('verify');
  const scope = { progress: bar.to, ...(since !== undefined && { since: checkpointOf(context, since) }) };
  const all = { ...scope, keys, views: keys || views };
  try {
    if (settings.engines) return await onEngines(context, all);
    return await (all.views ? verifyStanding(settings, all) : verifyFolder(settings, scope));
  } finally {
    bar.end();
  }
};

/**
 * Recomputes log and ledger from their stored bytes; exit 0 sound, 1 damaged, 2 not verified. Without keys and views it
 * reads beside a running system.
 */
export const verify = (context: Context, options: VerifyFlags = {}): Promise<number> =>
  withVerdict(context, async () => {
    if (!existsSync(join(context.settings.data, 'ledger'))) mustHoldLog(context.settings);
    const result = await work(context, options);
    context.output.answer(result, wordsOf(result));
    return result.sound ? EXIT.fine : EXIT.finding;
  });
