import { join } from 'node:path';
import type { LogVerification } from '@kernel/ledger';
import { verifyEmbedded } from '@kernel/ledger/adapters/embedded-verification';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import type { KeyStore } from '@kernel/privacy';
import type { Settings } from '../settings';

export interface LogScope {
  /** With them every sealed part is opened. */
  readonly keys?: KeyStore;
  /** A signed checkpoint, as text: what lies before it is believed. */
  readonly since?: string;
  readonly progress?: (events: number, total: number) => void;
}

/** Verifies the log and the ledger of a data folder, beside a running system or without one. @throws NotACheckpoint */
export const verifyFolder = ({ data, keys: folder }: Settings, scope: LogScope = {}): Promise<LogVerification> =>
  verifyEmbedded({
    folder: data,
    files: new FolderLedgerFiles(join(data, 'ledger')),
    state: new FolderLedgerFiles(folder, 0o600),
    ...scope,
  });
