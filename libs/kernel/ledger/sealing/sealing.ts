import type { EventStore, StoredEvent } from '@kernel/event-store';
import type { LedgerFile, LedgerFiles } from '../ledger-files';
import { checkpointText } from '../note/checkpoint';
import { signNote, writeNote } from '../note/signed-note';
import type { EntryIndex } from '../reading/entry-index';
import type { SignedCheckpoint } from '../reading/ledger';
import { keysAt, keysOf, ledgerEventPath, verifierText, writeLedgerEvent, type LogKey } from '../reading/ledger-events';
import type { SigningKeys } from '../signing-key';
import type { GrowingTree } from './growing-tree';
import { SealingStopped } from './sealing-stopped';
import { signedAt, type Claim, type Sealed } from './starting';

export interface SealerOptions {
  readonly store: EventStore;
  readonly files: LedgerFiles;
  /** Where `sealed.json` lies: beside the signing key. */
  readonly state: LedgerFiles;
  readonly log: string;
  readonly keys: SigningKeys;
  readonly index: EntryIndex;
  /** What witnesses have seen; asked at start. Who does not answer is left out. */
  readonly witnessed?: (keys: readonly LogKey[]) => Promise<readonly Claim[]>;
  /** Milliseconds for which news may gather before a checkpoint is signed. */
  readonly gather?: number;
  /**
   * Asked before anything is published, where several processes might seal. @throws NotTheWriter when another one does
   */
  readonly keepLease?: () => Promise<void>;
  readonly onTrouble?: (where: string, error: unknown) => void;
}

export interface SealingStatus {
  readonly state: 'starting' | 'sealing' | 'stopped';
  /** Events in the store that no checkpoint holds yet, and how long the first of them has waited. */
  readonly lagEvents: number;
  readonly lagSeconds: number;
  /** UTC instant of the last signature of this process. */
  readonly signedAt?: string;
  /** Set when sealing has stopped: in both languages, what is wrong and what to do. */
  readonly stopped?: { readonly reason: string; readonly zh: string; readonly en: string };
}

export const eventFile = (event: StoredEvent): LedgerFile => ({
  path: ledgerEventPath(event.revision),
  bytes: Buffer.from(writeLedgerEvent(event)),
});

/** The checkpoint of a tree under the key that the log names for its size. @throws SealingStopped without that key */
export const signed = (
  tree: GrowingTree,
  naming: Parameters<typeof keysOf>[0],
  keys: SigningKeys,
): SignedCheckpoint => {
  const [verifier] = keysAt(keysOf(naming), tree.size);
  const named = verifier ? verifierText(verifier) : '';
  const key = verifier && keys.find(named);
  if (!key) throw new SealingStopped('no-key', { detail: named });
  const checkpoint = { origin: verifier.name, size: tree.size, root: tree.root() };
  const text = checkpointText(checkpoint);
  return { ...checkpoint, note: writeNote({ text, signatures: [signNote(text, verifier.name, key)] }) };
};

/** Size and root beside the signing key. */
export const STATE = 'sealed.json';

/** What was signed before, by whoever kept it. */
export const claimsOf = async (
  { files, state, witnessed }: SealerOptions,
  own: readonly StoredEvent[],
): Promise<{
  readonly sealed: Sealed | undefined;
  readonly published: SignedCheckpoint | undefined;
  readonly claims: readonly Claim[];
}> => {
  const published = await signedAt(files);
  const text = await state.readText(STATE);
  const sealed = text === undefined ? undefined : (JSON.parse(text) as Sealed);
  const claims = [
    ...(sealed ? [{ from: STATE, size: sealed.size, root: Buffer.from(sealed.root, 'hex') }] : []),
    ...(published ? [{ from: 'checkpoint', size: published.size, root: published.root }] : []),
    ...((await witnessed?.(keysOf(own.map((event, at) => ({ event, index: at }))))) ?? []),
  ];
  return { sealed, published, claims };
};
