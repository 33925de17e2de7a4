import type { EventStore } from '@kernel/event-store';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { BadAddress } from '@kernel/event-store/adapters/eventstoredb-address';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { copyLog, LogsDiffer, summaryOf, verifyLog, type LogSummary } from '@kernel/ledger';
import { CannotRun, mustHoldLog, type Context } from '../context';
import { EXIT } from '../output';

export interface Opened {
  readonly store: EventStore;
  readonly where: string;
  readonly close: () => Promise<void>;
}

const ENGINES = ['embedded', 'eventstoredb'];

const openEmbedded = ({ settings }: Context, writes: boolean): Opened => {
  if (!writes) mustHoldLog(settings);
  const store = EmbeddedEventStore.open({ folder: settings.data });
  return { store, where: settings.data, close: () => store.close() };
};

const openServer = async ({ settings, output }: Context, writes: boolean): Promise<Opened> => {
  const address = settings.engines?.eventstoredb;
  if (address === undefined) throw new CannotRun('JIANDANG_EVENTSTOREDB names no server to migrate from or to');
  const digests = new EmbeddedDigests(settings.data);
  try {
    const onTrouble = (error: unknown): void => {
      output.note(`EventStoreDB: ${String(error)}`);
    };
    const store = await EventstoredbEventStore.open({ address, digests, readonly: !writes, onTrouble });
    output.note(`EventStoreDB ${store.serverVersion} ${store.address}`);
    const close = async (): Promise<void> => {
      await store.close();
      digests.close();
    };
    return { store, where: store.address, close };
  } catch (error) {
    digests.close();
    throw error instanceof BadAddress ? new CannotRun(error.message) : error;
  }
};

/** One end of a migration. */
export const openEngine = (context: Context, engine: string, writes: boolean): Promise<Opened> =>
  engine === 'embedded' ? Promise.resolve(openEmbedded(context, writes)) : openServer(context, writes);

const isSame = (a: LogSummary, b: LogSummary): boolean =>
  (['events', 'streams', 'root', 'heads', 'content'] as const).every((part) => a[part] === b[part]);

/**
 * Copies, then reads both ends anew: equal in number, heads, ledger root and content, and the copy sound in every hash.
 */
const copyAndVerify = async ({ output }: Context, from: Opened, to: Opened) => {
  const total = await from.store.countAfter(undefined);
  const step = async <T>(title: string, work: (progress: (events: number) => void) => Promise<T>): Promise<T> => {
    const bar = output.progress(title, total);
    try {
      return await work(bar.to);
    } finally {
      bar.end();
    }
  };
  const { copied, already } = await step('migrate', (progress) => copyLog(from.store, to.store, { progress }));
  const source = await step('verify source', (progress) => summaryOf(from.store, { progress }));
  const target = await step('verify target', (progress) => summaryOf(to.store, { progress }));
  const { sound, damages } = await step('verify hashes', (progress) => verifyLog(to.store, { progress }));
  return { copied, already, ...target, equal: isSame(source, target), sound, damages };
};

/**
 * Copies the log to another engine. Nothing signed depends on an engine's positions: entries, roots and checkpoints
 * stay valid;
 * views and the processes' places are folded anew on the new engine. Exit 1 when the ends differ.
 */
export const migrate = async (
  context: Context,
  { from, to }: { from: string; to: string },
  open = openEngine,
): Promise<number> => {
  if (!ENGINES.includes(from) || !ENGINES.includes(to) || from === to)
    throw new CannotRun(`migrate --from ${from} --to ${to}: name two different engines of ${ENGINES.join(', ')}`);
  const source = await open(context, from, false);
  let target: Opened | undefined;
  try {
    target = await open(context, to, true);
    const { damages, ...result } = await copyAndVerify(context, source, target);
    const { events, streams, copied, already, root, equal, sound } = result;
    context.output.answer({ from, to, ...result, damages }, [
      `${source.where} → ${target.where}: ${String(events)} 个事件 events, ${String(streams)} 个流 streams; 复制 ` +
        `copied ${String(copied)}, 已有 already there ${String(already)}`,
      `${equal ? '两端一致 both ends are equal' : '两端不一致 THE ENDS DIFFER'}; ` +
        `${sound ? '完好 sound' : '损坏 DAMAGED: run verify'}; 根 root ${root}`,
    ]);
    return equal && sound ? EXIT.fine : EXIT.finding;
  } catch (error) {
    if (!(error instanceof LogsDiffer)) throw error;
    context.output.answer({ from, to, equal: false, difference: error.message }, [
      `两端不一致 THE ENDS DIFFER: ${error.message}`,
    ]);
    return EXIT.finding;
  } finally {
    await target?.close();
    await source.close();
  }
};
