import type { EventStore, StoredEvent } from '@kernel/event-store';
import type { KeyStore } from '@kernel/privacy';
import type { NoteVerifier } from '../note/signed-note';
import type { LedgerSource } from '../reading/ledger';
import { TILE_WIDTH } from '../tiles';
import { verifyLog } from '../verify';
import { checkCheckpoints, publishedSize } from './checkpoint-check';
import type { LogVerification } from './damage';
import { HeadsCheck } from './heads-check';
import { snapshotOf } from './ledger-snapshot';
import { checkStreams } from './streams-check';
import { TreeCheck } from './tree-check';

export interface PortedVerification {
  readonly store: EventStore;
  readonly log: string;
  /** The ledger's files, and where `sealed.json` lies. */
  readonly files: LedgerSource;
  readonly state: LedgerSource;
  readonly keys?: KeyStore;
  /** Witnesses whose keys are known. */
  readonly witnesses?: readonly NoteVerifier[];
  readonly progress?: (events: number) => void;
}

/**
 * Verifies a log with its ledger over any event store: entries stand in the order in which the store gives its events, and every
 * stream by itself gives what the log holds of it.
 */
export const verifyOverPort = async (options: PortedVerification): Promise<LogVerification> => {
  const { store, log, keys, witnesses = [], progress } = options;
  const { files, state } = await snapshotOf(options.files, options.state);
  const published = await publishedSize(files);
  const found: StoredEvent[] = [];
  const own: { readonly event: StoredEvent; readonly index: number }[] = [];
  let entries: Buffer[] = [];
  const tree = new TreeCheck(files, published, (index) => Promise.resolve(found[index]));
  const pages: Buffer[] = [];
  const { damages, ...verified } = await verifyLog(store, {
    ...(keys && { keys }),
    ...(progress && { progress }),
    entry: (entry, event) => {
      if (event.stream === `ledger-${log}`) own.push({ event, index: found.length });
      found.push(shortened(event));
      entries.push(entry);
      if (entries.length === TILE_WIDTH) pages.push(Buffer.concat(entries));
      if (entries.length === TILE_WIDTH) entries = [];
    },
  });
  if (entries.length > 0) pages.push(Buffer.concat(entries));
  const heads = new HeadsCheck(own);
  for (const page of pages) {
    await tree.accept(page);
    heads.accept(page);
  }
  const input = { files, state, own, witnesses, eventAt: (index: number) => Promise.resolve(found[index]) };
  const ledger = [...(await tree.finish()), ...heads.finish(), ...(await checkCheckpoints(input, tree))];
  const all = [...damages, ...(await checkStreams(store, found)), ...ledger];
  const treeSize = published === 0 ? tree.size : Math.min(tree.size, published);
  return {
    ...verified,
    sound: all.length === 0,
    parts: 0,
    treeSize,
    root: tree.rootAt(treeSize).toString('hex'),
    damages: all,
  };
};

/** What names an event and its place: the rest of a whole log would not fit. */
const shortened = ({ position, stream, revision, id, type, meta }: StoredEvent): StoredEvent => ({
  position, stream, revision, id, type, meta: { h: meta['h'] ?? '' }, body: '', boxes: [],
}); // prettier-ignore
