import { join } from 'node:path';
import type { Damage, LogVerification } from '@kernel/ledger';
import { verifyEmbedded } from '@kernel/ledger/adapters/embedded-verification';
import { checkDatabase } from '@kernel/ledger/adapters/file-check';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import type { KeyStore } from '@kernel/privacy';
import type { Settings } from '../settings';
import type { System } from '../system';
import { verifyLinks } from './links';
import { verifyPapers } from './papers';
import { verifyViews } from './views';

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

/** Files beside the log without which a system does not open. */
export const verifyFiles = ({ data, keys }: Settings): readonly Damage[] =>
  [join(data, 'views.db'), join(keys, 'keys.db')].flatMap(checkDatabase);

export interface SystemScope extends Pick<LogScope, 'progress' | 'since'> {
  readonly keys: boolean;
  readonly views: boolean;
}

/** Verifies everything of a system that stands still: with keys also papers and links, and views against a fresh fold. */
export const verifySystem = async (system: System, { keys, views, ...scope }: SystemScope): Promise<LogVerification> => {
  const log = await verifyFolder(system.settings, { ...scope, ...(keys && { keys: system.keys }) });
  const damages = [
    ...log.damages,
    ...(views ? await verifyViews(system) : []),
    ...(keys ? await verifyPapers(system) : []),
    ...(keys && log.sound ? await verifyLinks(system) : []),
  ];
  return { ...log, sound: damages.length === 0, damages };
}; // prettier-ignore
