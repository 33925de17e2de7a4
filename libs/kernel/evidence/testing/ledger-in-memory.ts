import { generateKeyPairSync } from 'node:crypto';
import type { EventStore, StoredEvent } from '@kernel/event-store';
import { bodyHash, canonical, headHash, ledgerEntry, newUuid, streamId, ZERO_HASH } from '@kernel/format';
import { verifierKey } from '@kernel/ledger';
import { hashLeaf, inclusionPath, rootOf, subtreesOf } from '@kernel/ledger/merkle/tree';
import { checkpointText } from '@kernel/ledger/note/checkpoint';
import { signNote, writeNote } from '@kernel/ledger/note/signed-note';
import type { LedgerAt, NamedHead } from '..';

const hex = (path: readonly Buffer[]): readonly string[] => path.map((one) => one.toString('hex'));

const headLeaf = ({ sid, rev, h }: Pick<NamedHead, 'sid' | 'rev' | 'h'>): Buffer =>
  hashLeaf(ledgerEntry(sid, rev, h).subarray(1));

/** A ledger over the whole of a store whose positions count from 1, with a `HeadsSealed` of its own behind it. */
export const ledgerInMemory = async (store: EventStore, log: string): Promise<LedgerAt & { readonly key: string }> => {
  const events: StoredEvent[] = [];
  for await (const page of store.readAll()) events.push(...page);
  const entryOf = ({ stream, revision, meta }: StoredEvent): Buffer =>
    ledgerEntry(streamId(log, stream), revision, meta['h'] ?? '');
  const heads = [...new Map(events.map((event) => [event.stream, event])).values()]
    .map(({ stream, revision, meta }) => ({ sid: streamId(log, stream), rev: revision, h: meta['h'] ?? '' }))
    .sort((a, b) => (a.sid < b.sid ? -1 : 1));
  const headHashes = subtreesOf(heads.map(headLeaf));
  const data = {
    entries: events.length,
    root: rootOf(heads.length, headHashes).toString('hex'),
    streams: heads.length,
  };
  const sealed = headsSealed(log, data, events.length);
  const hashes = subtreesOf([...events, sealed].map((event) => hashLeaf(entryOf(event))));
  const treeSize = events.length + 1;
  const root = rootOf(treeSize, hashes);
  const origin = `records.example/${log}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = checkpointText({ origin, size: treeSize, root });
  const key = verifierKey(origin, privateKey);
  const proofOf = (index: number): NamedHead => ({
    ...heads[index]!,
    index,
    path: hex(inclusionPath(index, heads.length, headHashes)),
  });
  return {
    key,
    origin,
    treeSize,
    root: root.toString('hex'),
    keys: [key],
    heads: sealed,
    entries: events.length,
    checkpoint: writeNote({ text, signatures: [signNote(text, origin, privateKey)] }),
    indexOf: ({ position }) => Promise.resolve(Number(position) - 1),
    inclusion: (index) => Promise.resolve(hex(inclusionPath(index, treeSize, hashes))),
    headOf: (sid) => {
      const index = heads.findIndex((one) => one.sid === sid);
      if (index < 0) return Promise.resolve(undefined);
      const { path } = proofOf(index);
      return Promise.resolve({ index, path });
    },
    around: (sid) => {
      const after = heads.findIndex((one) => one.sid > sid);
      const at = after < 0 ? heads.length : after;
      return Promise.resolve({
        ...(at > 0 && { before: proofOf(at - 1) }),
        ...(at < heads.length && { after: proofOf(at) }),
      });
    },
  };
};

const headsSealed = (
  log: string,
  data: { entries: number; root: string; streams: number },
  index: number,
): StoredEvent => {
  const id = newUuid();
  const stream = `ledger-${log}`;
  const body = canonical({ data, seals: [] });
  const meta = {
    env: '1',
    schema: '1',
    cmd: newUuid(),
    actor: 'system:log',
    auth: 'none',
    area: '000000000000',
    via: 'process',
    recordedAt: '2026-11-24T02:00:00.000Z',
    prev: ZERO_HASH,
  };
  const h = headHash({ log, stream, revision: 1, id, type: 'HeadsSealed', meta, body: bodyHash(body) });
  return {
    stream,
    revision: 1,
    id,
    type: 'HeadsSealed',
    meta: { ...meta, h },
    body,
    boxes: [],
    position: String(index + 1),
  };
};
