import type { EventStore, Position, StoredEvent } from '@kernel/event-store';
import { ledgerEntry, streamId } from '@kernel/format';
import type { LedgerFiles } from '../ledger-files';
import { readCheckpoint } from '../note/checkpoint';
import { readNote } from '../note/signed-note';
import { Ledger, type SignedCheckpoint } from '../reading/ledger';
import { EntryOutOfOrder, type EntryIndex } from '../reading/entry-index';
import { GrowingTree } from './growing-tree';
import { SealingStopped } from './sealing-stopped';

/** That somebody has seen a tree of this size with this root. */
export interface Claim {
  /** Who says so: a file, or a witness's name. */
  readonly from: string;
  readonly size: number;
  readonly root: Buffer;
}

/** What is durable before a checkpoint is published, beside the signing key. */
export interface Sealed {
  readonly size: number;
  /** 64 hex digits */
  readonly root: string;
  /** Where the last sealed event lies in its store. */
  readonly position: Position;
  readonly last: { readonly stream: string; readonly revision: number; readonly h: string };
  /** How many checkpoints were ever signed, this one included: none may be missing. */
  readonly checkpoints: number;
}

export const writeSealed = ({ size, root, position, last, checkpoints }: Sealed): string =>
  `${JSON.stringify({ size, root, position, last, checkpoints })}\n`;

/** The checkpoint that is published. */
export const signedAt = async (files: LedgerFiles): Promise<SignedCheckpoint | undefined> => {
  const note = await files.readText('checkpoint');
  return note === undefined ? undefined : { note, ...readCheckpoint(readNote(note).text) };
};

export interface Begun {
  readonly tree: GrowingTree;
  readonly position: Position | undefined;
  readonly last: Sealed['last'] | undefined;
}

export interface Start {
  readonly store: EventStore;
  readonly files: LedgerFiles;
  readonly log: string;
  readonly index: EntryIndex;
  readonly sealed: Sealed | undefined;
  /** Every size and root that was ever seen: the sealer's own, the published checkpoint, the witnesses'. */
  readonly claims: readonly Claim[];
}

export const entryOf = (log: string, { stream, revision, meta }: StoredEvent): Buffer =>
  ledgerEntry(streamId(log, stream), revision, meta['h'] ?? '');

export const lastOf = ({ stream, revision, meta }: StoredEvent): Sealed['last'] => ({
  stream,
  revision,
  h: meta['h'] ?? '',
});

/**
 * Takes up sealing where it was left, and never behind what anybody has seen signed: from the tiles when they and the
 * store's tail agree with every claim, else by reading the store from its beginning and writing the tiles anew.
 * @throws SealingStopped when the store is shorter than a claim or does not lead to it
 */
export const begin = async (start: Start): Promise<Begun> => {
  const top = start.claims.reduce<Claim | undefined>(
    (most, one) => (most && most.size >= one.size ? most : one),
    undefined,
  );
  return (top && (await fromTiles(start, top))) ?? fromStore(start, top?.size ?? 0);
};

const fromTiles = async (start: Start, top: Claim): Promise<Begun | undefined> => {
  const { sealed, files, log, index } = start;
  if (sealed?.size !== top.size || !(await isTail(start.store, sealed))) return undefined;
  const tree = await GrowingTree.load(files, top.size);
  if (!tree?.root().equals(top.root)) return undefined;
  const ledger = new Ledger(files, log, index);
  try {
    if (!(await leadsToAll(ledger, start.claims))) return undefined;
    for await (const page of ledger.entries(0, top.size))
      page.forEach((entry) => {
        index.add(entry);
      });
  } catch (error) {
    if (!(error instanceof Error) || !UNREADABLE.has(error.name)) throw error;
    index.clear();
    return undefined;
  }
  return { tree, position: sealed.position, last: sealed.last };
};

const leadsToAll = async (ledger: Ledger, claims: readonly Claim[]): Promise<boolean> => {
  for (const { size, root } of claims) if (!(await ledger.rootAt(size)).equals(root)) return false;
  return true;
};

/** Damage of the ledger's own files, which the store can make good. */
const UNREADABLE: ReadonlySet<string> = new Set(['LedgerDamaged', 'EntryOutOfOrder', 'MalformedNote', 'RangeError']);

const isTail = async (store: EventStore, { position, last }: Sealed): Promise<boolean> => {
  const [event] = await store.read(last.stream, { from: last.revision, to: last.revision });
  return event?.position === position && event.meta['h'] === last.h;
};

const AT_ONCE = 65_536;

const fromStore = async (start: Start, size: number): Promise<Begun> => {
  const { files, index, log, claims } = start;
  index.clear();
  const tree = new GrowingTree();
  if (size === 0) return { tree, position: undefined, last: undefined };
  const due = claims.toSorted((a, b) => a.size - b.size);
  let last: StoredEvent | undefined;
  for await (const page of firstEvents(start.store, size)) {
    for (const event of page) {
      addEntry(tree, index, entryOf(log, event));
      while (due[0]?.size === tree.size) mustLeadTo(due.shift()!, tree);
    }
    last = page.at(-1) ?? last;
    if (tree.pending >= AT_ONCE) await files.writeAll(tree.takeFull());
  }
  if (tree.size < size)
    throw new SealingStopped('store-shorter', { from: due[0]!.from, signed: size, found: tree.size });
  await files.writeAll([...tree.takeFull(), ...tree.partials()]);
  return { tree, position: last?.position, last: last && lastOf(last) };
};

async function* firstEvents(store: EventStore, count: number): AsyncIterable<readonly StoredEvent[]> {
  let left = count;
  for await (const page of store.readAll({ pageSize: 2000 })) {
    yield page.slice(0, left);
    left -= page.length;
    if (left <= 0) return;
  }
}

const mustLeadTo = ({ from, size, root }: Claim, tree: GrowingTree): void => {
  if (!tree.root().equals(root)) throw new SealingStopped('store-differs', { from, signed: size, found: tree.size });
};

/** @throws SealingStopped when the stream forks or skips here */
export const addEntry = (tree: GrowingTree, index: EntryIndex, entry: Buffer): void => {
  try {
    index.add(entry);
  } catch (error) {
    if (error instanceof EntryOutOfOrder) throw new SealingStopped('out-of-order', { detail: error.message });
    throw error;
  }
  tree.add(entry);
};
