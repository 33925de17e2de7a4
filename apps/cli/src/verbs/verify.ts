import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { verifyLog, type Damage, type Verification } from '@kernel/ledger';
import { rebuild } from '@kernel/read-models';
import { PaperDamaged } from '@domain/paper';
import type { System } from '@standalone/system';
import { mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';

export interface VerifyOptions {
  /** Opens every box as well and compares views and papers: takes the folder's lock. */
  readonly keys?: boolean;
}

const wordsOf = ({ sound, events, streams, damages }: Verification): readonly string[] => [
  `${sound ? '完好 sound' : '发现损坏 DAMAGED'}: ${String(events)} 个事件 events, ${String(streams)} 个流 streams`,
  ...damages.map(
    ({ stream, revision, id, kind, detail }) =>
      `  ${kind}  ${stream}  第 ${String(revision)} 版  ${id}  ${detail ?? ''}`,
  ),
];

/** Views against a fresh fold: the damage names the view. */
const verifyViews = async (system: System): Promise<readonly Damage[]> => {
  const damages: Damage[] = [];
  for (const projection of system.projections) {
    const { equal, view } = await rebuild({
      store: system.store,
      models: system.models,
      projection,
      open: system.open,
    });
    if (!equal)
      damages.push({
        stream: `view-${view}`,
        revision: 0,
        id: view,
        kind: 'view',
        detail: 'the view differs from a fresh fold',
      });
  }
  return damages;
};

/** Every file of a paper against its hash. */
const verifyPapers = async (system: System): Promise<readonly Damage[]> => {
  const damages: Damage[] = [];
  for (let after: string | undefined; ;) {
    const page = await system.models.find<{ id: string; sha256: unknown }>('papers', {
      limit: 200,
      ...(after !== undefined && { after }),
    });
    for (const { id, sha256 } of page.items) damages.push(...(await verifyPaper(system, id, sha256)));
    if (page.next === undefined) return damages;
    after = page.next;
  }
};

const verifyPaper = async (system: System, id: string, sha256: unknown): Promise<readonly Damage[]> => {
  const damage = (detail: string): readonly Damage[] => [
    { stream: `paper-${id}`, revision: 0, id, kind: 'paper', detail },
  ];
  try {
    const computed = await system.papers.digest(id);
    return computed === sha256 ? [] : damage('the file has another hash');
  } catch (error) {
    if (error instanceof PaperDamaged) return damage(error.message);
    throw error;
  }
};

const beside = async ({ settings, output }: Context): Promise<Verification> => {
  const store = EmbeddedEventStore.open({ folder: settings.data, readonly: true });
  const bar = output.progress('verify');
  try {
    const total = await store.countAfter(undefined);
    return await verifyLog(store, { progress: (events) => { bar.to(events, total); } }); // prettier-ignore
  } finally {
    bar.end();
    await store.close();
  }
};

const withKeys = (context: Context): Promise<Verification> =>
  withSystem(
    context,
    async (system) => {
      const bar = context.output.progress('verify --keys', await system.store.countAfter(undefined));
      const log = await verifyLog(system.store, { keys: system.keys, progress: bar.to });
      bar.end();
      if (!log.sound) return log;
      const damages = [...(await verifyViews(system)), ...(await verifyPapers(system))];
      return { ...log, sound: damages.length === 0, damages };
    },
    { tolerant: true },
  );

/** Recomputes the log from its stored bytes; exit 0 sound, 1 damaged. Without keys it reads beside a running system. */
export const verify = async (context: Context, { keys = false }: VerifyOptions): Promise<number> => {
  mustHoldLog(context.settings);
  const result = await (keys ? withKeys(context) : beside(context));
  context.output.answer(result, wordsOf(result));
  return result.sound ? EXIT.fine : EXIT.finding;
};
