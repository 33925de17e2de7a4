import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportMaster, masterKeys, verifyBoxes, type BoxDamage } from '@kernel/privacy';
import { rebuild } from '@kernel/read-models';
import { verifyLog } from '@kernel/ledger';
import { withSystem, type Context } from '../context';
import { EXIT } from '../output';

/** Folds views anew and compares; a view that differs is replaced. */
export const rebuildViews = (context: Context, name: string | undefined): Promise<number> =>
  withSystem(context, async (system) => {
    const wanted = system.projections.filter((projection) => name === undefined || projection.name === name);
    if (wanted.length === 0)
      throw new Error(`there is no view ${String(name)}: ${system.projections.map((one) => one.name).join(', ')}`);
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

/** Opens every box with its key. */
export const verifyKeys = (context: Context): Promise<number> =>
  withSystem(
    context,
    async (system) => {
      let boxes = 0;
      let erased = 0;
      const damages: BoxDamage[] = [];
      for await (const page of system.store.readAll({ pageSize: 1000 })) {
        boxes += page.reduce((count, event) => count + event.boxes.length, 0);
        erased += page.reduce((count, event) => count + event.boxes.filter(({ key }) => key === undefined).length, 0);
        damages.push(...(await verifyBoxes({ log: system.log, keys: system.keys }, page)));
      }
      const sound = damages.length === 0;
      context.output.answer({ sound, boxes, erased, damages }, [
        `${sound ? '完好 sound' : '损坏 DAMAGED'}: ${String(boxes)} 个密封部分 boxes, ${String(erased)} 已销毁 erased`,
        ...damages.map(({ stream, revision, kind, detail }) => `  ${kind}  ${stream}  ${String(revision)}  ${detail}`),
      ]);
      return sound ? EXIT.fine : EXIT.finding;
    },
    { tolerant: true, start: false },
  );

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

const COPIED = ['reads.db', 'first-logins.json'];

/** Copies log, keys and papers to a folder; views are not copied, they are rebuilt. */
export const backup = (context: Context, folder: string): Promise<number> =>
  withSystem(context, async (system) => {
    const copy = system.stores.backup;
    if (!copy) throw new Error('引擎用自己的工具备份,见 docs/engines.md: engines are copied by their own tools');
    const [data, keys] = [join(folder, 'data'), join(folder, 'keys')];
    if (existsSync(data)) throw new Error(`${data} exists already`);
    for (const path of [data, keys]) mkdirSync(path, { recursive: true, mode: 0o700 });
    await copy(data, keys);
    const { data: from, keys: secrets } = context.settings;
    for (const name of readdirSync(secrets).filter((file) => /\.(json|pem)$/.test(file)))
      cpSync(join(secrets, name), join(keys, name));
    if (existsSync(join(from, 'papers'))) cpSync(join(from, 'papers'), join(data, 'papers'), { recursive: true });
    for (const name of COPIED) if (existsSync(join(from, name))) cpSync(join(from, name), join(data, name));
    const { events, streams, sound } = await verifyLog(system.store);
    context.output.answer({ folder, events, streams, sound }, [`备份 backup ${folder}: ${String(events)} events`]);
    return sound ? EXIT.fine : EXIT.finding;
  });

/** Puts a backup into an empty data folder, verifies it with its keys and rebuilds the views. */
export const restore = async (context: Context, folder: string): Promise<number> => {
  const { data, keys } = context.settings;
  for (const path of [data, keys]) {
    if (existsSync(path) && readdirSync(path).length > 0)
      throw new Error(`${path} is not empty: restore only into an empty folder`);
  }
  cpSync(join(folder, 'data'), data, { recursive: true });
  cpSync(join(folder, 'keys'), keys, { recursive: true });
  return withSystem(context, async (system) => {
    const boxes = (page: Parameters<typeof verifyBoxes>[1]) =>
      verifyBoxes({ log: system.log, keys: system.keys }, page);
    const result = await verifyLog(system.store, { boxes });
    context.output.answer(result, [
      `恢复 restored ${String(result.events)} events, ${result.sound ? '完好 sound' : '损坏 DAMAGED'}`,
    ]);
    return result.sound ? EXIT.fine : EXIT.finding;
  });
};
