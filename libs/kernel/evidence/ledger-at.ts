import type { EventStore, StoredEvent } from '@kernel/event-store';
import { type HeadProof as LedgerHead, type Ledger, type SignedCheckpoint, verifierKey } from '@kernel/ledger';
import type { LedgerAt } from './assemble';
import type { NamedHead } from './evidence';

/** There is no checkpoint of this size, or none that holds sealed heads. */
export class NoSuchCheckpoint extends Error {
  override readonly name = 'NoSuchCheckpoint';
  constructor(readonly treeSize: number) {
    super(`no checkpoint of size ${String(treeSize)} holds sealed heads`);
  }
}

const hex = (path: readonly Buffer[]): readonly string[] => path.map((one) => one.toString('hex'));

const named = ({ sid, revision, h, index, path }: LedgerHead): NamedHead => ({
  sid,
  rev: revision,
  h,
  index,
  path: hex(path),
});

/**
 * The ledger as it was at a checkpoint, with the newest heads that were sealed in it.
 * @throws NoSuchCheckpoint
 */
export const ledgerAt = async (ledger: Ledger, store: EventStore, treeSize: number): Promise<LedgerAt> => {
  const checkpoint = await ledger.checkpoint(treeSize);
  const sealed = checkpoint && (await newestHeads(ledger, store, treeSize));
  if (!sealed) throw new NoSuchCheckpoint(treeSize);
  const heads = await ledger.heads(sealed.entries);
  return {
    ...namesOf(checkpoint),
    keys: await keysOf(ledger),
    heads: sealed.event,
    entries: sealed.entries,
    indexOf: async ({ stream, revision }) => (await ledger.indexOf(stream, revision)) ?? Number.MAX_SAFE_INTEGER,
    inclusion: async (index) => hex(await ledger.inclusion(index, treeSize)),
    headOf: (sid) => {
      const proof = heads.proofOf(sid);
      return Promise.resolve(proof && { index: proof.index, path: hex(proof.path) });
    },
    around: (sid) => {
      const { before, after } = heads.absenceOf(sid) ?? {};
      return Promise.resolve({ ...(before && { before: named(before) }), ...(after && { after: named(after) }) });
    },
  };
};

const namesOf = ({ note, origin, size, root }: SignedCheckpoint) => ({
  checkpoint: note,
  origin,
  treeSize: size,
  root: root.toString('hex'),
});

const newestHeads = async (
  ledger: Ledger,
  store: EventStore,
  treeSize: number,
): Promise<{ readonly event: StoredEvent; readonly entries: number } | undefined> => {
  const events = await store.read(`ledger-${ledger.log}`, { direction: 'backward' });
  for (const event of events.filter(({ type }) => type === 'HeadsSealed')) {
    const index = await ledger.indexOf(event.stream, event.revision);
    const { data } = JSON.parse(event.body) as { data: { entries: number } };
    if (index !== undefined && index < treeSize) return { event, entries: data.entries };
  }
  return undefined;
};

const keysOf = async (ledger: Ledger): Promise<readonly string[]> =>
  (await ledger.keys()).flatMap(({ verifiers }) =>
    verifiers.map(({ name, key, type }) => verifierKey(name, key, type)),
  );
