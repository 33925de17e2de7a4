import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportMaster, masterKeys } from '@kernel/privacy';
import { rebuild } from '@kernel/read-models';
import { backupTo, restoreFrom } from '@system/backup';
import { verifyKeys as verifyKeysIn, verifyKeysOf } from '@system/verification';
import { CannotRun, mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';
import { withVerdict } from '../verdict';

/** Folds views anew and compares; a view that differs is replaced. */
export const rebuildViews = async (context: Context, name: string | undefined): Promise<number> => {
  mustHoldLog(context.settings);
  return withSystem(context, async (system) => {
    const wanted = system.projections.filter((projection) => name === undefined || projection.name === name);
    if (wanted.length === 0)
      throw new CannotRun(`there is no view ${String(name)}: ${system.projections.map((one) => one.name).join(', ')}`);
    const results = [];
    for (const projection of wanted) {
      const bar = context.output.progress(`rebuild ${projection.name}`, await system.store.countAfter(undefined));
      results.push(
        await rebuild(
          { store: system.store, models: system.models, projection, open: system.open, progress: bar.to },
          { repair: true },
        ),
      );
      bar.end();
    }
    const words = results.map(
      ({ view, events, documents, equal }) =>
        `${view}: ${String(events)} events, ${String(documents)} documents, ` +
        (equal ? '一致 equal' : '不一致,已修复 differed, replaced'),
    );
    context.output.answer(name === undefined ? { views: results } : (results[0] ?? {}), words);
    return results.every(({ equal }) => equal) ? EXIT.fine : EXIT.finding;
  });
};

/** Opens every box with its key. */
export const verifyKeys = (context: Context): Promise<number> =>
  withVerdict(context, async () => {
    const { settings, output } = context;
    mustHoldLog(settings);
    const bar = output.progress('keys verify');
    const opened = settings.engines
      ? withSystem(context, (system) => verifyKeysOf(system, bar.to))
      : verifyKeysIn(settings, bar.to);
    const { sound, boxes, erased, damages } = await opened.finally(() => {
      bar.end();
    });
    output.answer({ sound, boxes, erased, damages }, [
      `${sound ? '完好 sound' : '损坏 DAMAGED'}: ${String(boxes)} 个密封部分 boxes, ${String(erased)} 已销毁 erased`,
      ...damages.map(
        ({ stream, revision, kind, detail = '' }) => `  ${kind}  ${stream}  ${String(revision)}  ${detail}`,
      ),
    ]);
    return sound ? EXIT.fine : EXIT.finding;
  });

/** Two sealed copies of the master key: one for the archive, one for the county. */
export const exportMasterKey = (context: Context, folder: string): Promise<number> => {
  const passphrase = process.env['MASTER_PASSPHRASE'] ?? '';
  const keys = masterKeys(context.settings.keys, context.settings.masterKey, true);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = ['master-key-archive.txt', 'master-key-county.txt'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, exportMaster(keys, passphrase), { mode: 0o600, flag: 'wx' });
  context.output.answer({ files }, files);
  return Promise.resolve(EXIT.fine);
};

/** Copies log, keys and papers to a folder, also beside a running system; views are not copied, they are rebuilt. */
export const backup = async ({ settings, output }: Context, folder: string): Promise<number> => {
  mustHoldLog(settings);
  const { events, streams, sound } = await backupTo(settings, folder);
  output.answer({ folder, events, streams, sound }, [
    `备份 backup ${folder}: ${String(events)} events, ${sound ? '完好 sound' : '损坏 DAMAGED'}`,
  ]);
  return sound ? EXIT.fine : EXIT.finding;
};

/** Puts a backup into an empty data folder and verifies it with its keys; the next start builds the views. */
export const restore = async ({ settings, output }: Context, folder: string): Promise<number> => {
  if (settings.engines)
    throw new CannotRun('引擎用自己的工具恢复 engines are restored by their own tools: docs/engines.md');
  const result = await restoreFrom(settings, folder);
  const { events, sound, damages } = result;
  output.answer(result, [
    `恢复 restored ${String(events)} events, ${sound ? '完好 sound' : '损坏 DAMAGED'}`,
    ...damages.map(({ kind, stream, revision, detail = '' }) => `  ${kind}  ${stream}  ${String(revision)}  ${detail}`),
  ]);
  return sound ? EXIT.fine : EXIT.finding;
};
