import { join } from 'node:path';
import { readVerifierKey, verifyOverPort, type LogVerification } from '@kernel/ledger';
import { verifyEmbedded } from '@kernel/ledger/adapters/embedded-verification';
import { NotACheckpoint } from '@kernel/ledger/adapters/log-check';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import type { EventStore } from '@kernel/event-store';
import type { KeyStore } from '@kernel/privacy';
import { features } from '../features';
import type { Settings } from '../settings';
import { mentionsIn } from './mentions';

export interface LogScope {
  /** With them every sealed part is opened. */
  readonly keys?: KeyStore;
  /** A signed checkpoint, as text: what lies before it is believed. */
  readonly since?: string;
  readonly progress?: (events: number, total: number) => void;
}

const categories = features.flatMap(({ deciders }) => deciders.map(({ category }) => category));

export const ledgerOf = ({ data, keys, witnesses }: Settings) => ({
  files: new FolderLedgerFiles(join(data, 'ledger')),
  state: new FolderLedgerFiles(keys, 0o600),
  witnesses: witnesses.map(({ key }) => readVerifierKey(key)),
});

/** Verifies the log and the ledger of a data folder, beside a running system or without one. @throws NotACheckpoint */
export const verifyFolder = (settings: Settings, scope: LogScope = {}): Promise<LogVerification> =>
  verifyEmbedded({
    folder: settings.data,
    ...ledgerOf(settings),
    ...scope,
    categories,
    mentions: () => mentionsIn(settings),
  });

/** What is verified: the log of a system, wherever it lies. */
export interface VerifiedLog {
  readonly settings: Settings;
  readonly log: string;
  readonly store: EventStore;
}

/**
 * Verifies the log of a system: by its stored bytes where it has a file, over the port on engines. @throws
 * NotACheckpoint
 */
export const verifyLogOf = async (
  { settings, log, store }: VerifiedLog,
  scope: LogScope = {},
): Promise<LogVerification> => {
  if (!settings.engines) return verifyFolder(settings, scope);
  const { since, progress, ...rest } = scope;
  if (since !== undefined) throw new NotACheckpoint('engines are verified as a whole, not from a checkpoint on');
  const total = await store.countAfter(undefined);
  return verifyOverPort({
    store,
    log,
    categories,
    ...ledgerOf(settings),
    ...rest,
    progress: (events) => progress?.(events, total),
  });
};
