import { DamagedStream, type EventStore, type StoredEvent } from '@kernel/event-store';
import type { KeyStore } from '@kernel/privacy';
import type { NoteVerifier } from '../note/signed-note';
import type { LedgerSource } from '../reading/ledger';
import { verifyLog } from '../verify';
import { beginningFaults, checkCheckpoints, logNamed, publishedSize } from './checkpoint-check';
import type { Damage, LogVerification } from './damage';
import { HeadsCheck } from './heads-check';
import { snapshotOf } from './ledger-snapshot';
import { PackedEntries } from './packed-entries';
import { recount, type Counted, type Recounted } from './recount';
import { checkStreams } from './streams-check';
import type { Traces } from './traces';
import { basisOf, feed, TreeCheck } from './tree-check';

export interface PortedVerification {
  readonly store: EventStore;
  readonly log: string;
  /** The ledger's files, and where `sealed.json` lies. */
  readonly files: LedgerSource;
  readonly state: LedgerSource;
  readonly keys?: KeyStore;
  /** Witnesses whose keys are known. */
  readonly witnesses?: readonly NoteVerifier[];
  /** Categories of streams that there may be. */
  readonly categories?: readonly string[];
  readonly progress?: (events: number) => void;
}

/**
 * Verifies a log with its ledger over any event store: entries stand in the order in which the store gives its events,
 * and every stream by itself gives what the log holds of it.
 */
export const verifyOverPort = async (options: PortedVerification): Promise<LogVerification> => {
  const { store, keys, witnesses = [], progress } = options;
  const { files, state } = await snapshotOf(options.files, options.state);
  const published = await publishedSize(files);
  const log = await logOf(options, files);
  const found: StoredEvent[] = [];
  const entries = new PackedEntries();
  const laid: { beside?: Recounted } = {};
  const lost = async (examination: Counted['examination']): Promise<readonly Damage[]> => {
    const own = found.flatMap((event, index) => (event.stream === ownStream(log) ? [{ event, index }] : []));
    const eventAt = (index: number): Promise<StoredEvent | undefined> => Promise.resolve(found[index]);
    const traces = tracesOf(store, found, options.categories);
    laid.beside = await recount({ log, file: 'log', files, published, own, examination, entries, eventAt, traces });
    return [...beginningFaults(own, 'log'), ...laid.beside.damages];
  };
  const { damages, ...verified } = await verifyLog(store, {
    ...(keys && { keys }),
    ...(progress && { progress }),
    log,
    lost,
    entry: (entry, event) => {
      found.push(event.stream === ownStream(log) ? event : shortened(event));
      entries.add(entry);
    },
  });
  const all = [...damages];
  const { entries: placed, own = [], eventAt = () => Promise.resolve(undefined) } = laid.beside ?? {};
  const tree = placed && new TreeCheck(files, published, eventAt);
  const heads = new HeadsCheck(own);
  if (tree) {
    await feed(placed, tree, heads);
    all.push(...(await tree.finish()), ...heads.finish());
  }
  all.push(...(await checkStreams(store, found)));
  all.push(...(await checkCheckpoints({ files, state, own, witnesses, eventAt }, tree)));
  return { ...verified, sound: all.length === 0, parts: 0, ...basisOf(tree, published), damages: all };
};

const ownStream = (log: string): string => `ledger-${log}`;

/** A log whose first events are gone is named by its checkpoint. */
const logOf = async ({ store, log }: PortedVerification, files: LedgerSource): Promise<string> => {
  return (await begins(store, ownStream(log))) ? log : ((await logNamed(files)) ?? log);
};

const begins = async (store: EventStore, stream: string): Promise<boolean> => {
  try {
    return (await store.read(stream, { limit: 1 })).length > 0;
  } catch (error) {
    if (error instanceof DamagedStream) return false;
    throw error;
  }
};

const tracesOf = (store: EventStore, found: readonly StoredEvent[], categories: readonly string[] = []): Traces => ({
  names: new Set(found.map(({ stream }) => stream)),
  events: () => store.readAll({ pageSize: 2000 }),
  categories,
});

/** What names an event and its place: the rest of a whole log would not fit. */
const shortened = ({ position, stream, revision, id, type, meta }: StoredEvent): StoredEvent => ({
  position,
  stream,
  revision,
  id,
  type,
  meta: { h: meta['h'] ?? '' },
  body: '',
  boxes: [],
});
