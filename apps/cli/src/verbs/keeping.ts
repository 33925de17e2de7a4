import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportMaster, masterKeys } from '@kernel/privacy';
import { rebuild } from '@kernel/read-models';
import { verifyLog } from '@kernel/ledger';
import { copyPapers } from '@domain/paper/adapters/embedded-paper-files';
import { EmbeddedReadLog } from '@kernel/read-log/adapters/embedded-read-log';
import { EmbeddedCredentialStore } from '@kernel/accounts/adapters/embedded-credential-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import type { Settings } from '@system/settings';
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
        `${view}: ${String(events)} events, ${String(documents)} documents, ${equal ? '一致 equal' : '不一致,已修复 differed, replaced'}`,
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
  const keys = masterKeys(context.settings.keys, context.settings.masterKey);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = ['master-key-archive.txt', 'master-key-county.txt'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, exportMaster(keys, passphrase), { mode: 0o600, flag: 'wx' });
  context.output.answer({ files }, files);
  return Promise.resolve(EXIT.fine);
};

/** What is copied before the log: whatever speaks of a size of the log may not be ahead of it. */
const copySpeakers = ({ data, keys }: Settings, to: { data: string; keys: string }): void => {
  for (const name of readdirSync(keys).filter((file) => /\.(json|pem)$/.test(file)))
    cpSync(join(keys, name), join(to.keys, name));
  for (const name of ['first-logins.json', 'ledger'])
    if (existsSync(join(data, name))) cpSync(join(data, name), join(to.data, name), { recursive: true });
};

/** What is copied after the log: the keys and papers of every event in it are there by then. */
const copyKept = async ({ data, keys, masterKey }: Settings, to: { data: string; keys: string }): Promise<void> => {
  const keyStore = new EmbeddedKeyStore(keys, masterKeys(keys, masterKey));
  const side = new EmbeddedCredentialStore(keys);
  const reads = new EmbeddedReadLog(data, { readonly: true });
  await keyStore.backupTo(to.keys);
  await side.backupTo(to.keys);
  await reads.backupTo(to.data);
  await reads.close();
  await side.close();
  await keyStore.close();
  copyPapers(join(data, 'papers'), join(to.data, 'papers'));
};

/** Copies log, keys and papers to a folder, also beside a running system; views are not copied, they are rebuilt. */
export const backup = async ({ settings, output }: Context, folder: string): Promise<number> => {
  if (settings.engines)
    throw new CannotRun('引擎用自己的工具备份 engines are backed up by their own tools: docs/engines.md');
  const to = { data: join(folder, 'data'), keys: join(folder, 'keys') };
  if (existsSync(to.data)) throw new CannotRun(`${to.data} exists already`);
  mustHoldLog(settings);
  for (const path of [to.data, to.keys]) mkdirSync(path, { recursive: true, mode: 0o700 });
  copySpeakers(settings, to);
  const log = EmbeddedEventStore.open({ folder: settings.data, readonly: true });
  await log.backupTo(to.data).finally(() => log.close());
  await copyKept(settings, to);
  const copy = EmbeddedEventStore.open({ folder: to.data, readonly: true });
  const { events, streams, sound } = await verifyLog(copy).finally(() => copy.close());
  output.answer({ folder, events, streams, sound }, [`备份 backup ${folder}: ${String(events)} events`]);
  return sound ? EXIT.fine : EXIT.finding;
};

/** Puts a backup into an empty data folder, verifies it with its keys and rebuilds the views. */
export const restore = async (context: Context, folder: string): Promise<number> => {
  const { data, keys } = context.settings;
  for (const path of [data, keys]) {
    if (existsSync(path) && readdirSync(path).length > 0)
      throw new CannotRun(`${path} is not empty: restore only into an empty folder`);
  }
  if (!existsSync(join(folder, 'data', 'log.db'))) throw new CannotRun(`there is no backup in ${folder}`);
  cpSync(join(folder, 'data'), data, { recursive: true });
  cpSync(join(folder, 'keys'), keys, { recursive: true });
  return withSystem(context, async (system) => {
    const result = await verifyLog(system.store, { keys: system.keys });
    context.output.answer(result, [
      `恢复 restored ${String(result.events)} events, ${result.sound ? '完好 sound' : '损坏 DAMAGED'}`,
    ]);
    return result.sound ? EXIT.fine : EXIT.finding;
  });
};
