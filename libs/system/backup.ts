import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyPapers } from '@domain/paper/adapters/embedded-paper-files';
import { EmbeddedReadLog } from '@kernel/read-log/adapters/embedded-read-log';
import { EmbeddedCredentialStore } from '@kernel/accounts/adapters/embedded-credential-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { copyLedger, type LogVerification } from '@kernel/ledger';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import type { Settings } from './settings';
import { verifyFolder } from './verification/folder';

type Place = Pick<Settings, 'data' | 'keys'>;

/** A backup, or what it is to be put into, is not as it must be; in words for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

const inside = (folder: string): Place => ({ data: join(folder, 'data'), keys: join(folder, 'keys') });

/** What is copied before the log: whatever speaks of a size of the log may not be ahead of it. */
const copySpeakers = async ({ data, keys }: Place, to: Place): Promise<void> => {
  await copyLedger(ledgerIn({ data, keys }), ledgerIn(to));
  for (const name of readdirSync(keys).filter((file) => /\.(json|pem)$/.test(file)))
    await cp(join(keys, name), join(to.keys, name), { force: false });
  if (existsSync(join(data, LOGINS))) await cp(join(data, LOGINS), join(to.data, LOGINS));
};

const LOGINS = 'first-logins.json';

const ledgerIn = ({ data, keys }: Place) => ({
  files: new FolderLedgerFiles(join(data, 'ledger')),
  state: new FolderLedgerFiles(keys, 0o600),
});

/** What is copied after the log: the keys and papers of every event in it are there by then. */
const copyKept = async ({ data, keys, masterKey }: Settings, to: Place): Promise<void> => {
  const keyStore = new EmbeddedKeyStore(keys, masterKeys(keys, masterKey, true), { begun: true });
  const side = new EmbeddedCredentialStore(keys, { begun: true });
  const reads = new EmbeddedReadLog(data, { readonly: true });
  await keyStore.backupTo(to.keys);
  await side.backupTo(to.keys);
  await reads.backupTo(to.data);
  await reads.close();
  await side.close();
  await keyStore.close();
  copyPapers(join(data, 'papers'), join(to.data, 'papers'));
};

const copyAll = async (settings: Settings, to: Place): Promise<void> => {
  for (const path of [to.data, to.keys]) await mkdir(path, { recursive: true, mode: 0o700 });
  await copySpeakers(settings, to);
  const log = EmbeddedEventStore.open({ folder: settings.data, readonly: true });
  await log.backupTo(to.data).finally(() => log.close());
  await copyKept(settings, to);
};

/**
 * Copies log, keys and papers to a new folder, also beside a running system, and verifies the copy; views are not
 * copied, they are rebuilt. The folder has its name only when the copy is whole. @throws BackupError
 */
export const backupTo = async (settings: Settings, folder: string): Promise<LogVerification> => {
  if (settings.engines)
    throw new BackupError('引擎用自己的工具备份 engines are backed up by their own tools: docs/engines.md');
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new BackupError(`${folder} exists already`);
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await copyAll(settings, inside(unfinished));
  const found = await verifyFolder({ ...settings, ...inside(unfinished) });
  if (existsSync(folder)) await rm(folder, { recursive: true });
  await rename(unfinished, folder);
  return found;
};

/** Without its master key a new one would be made, which opens nothing. */
const mustBeWhole = ({ data, keys }: Place, masterKey: string | undefined): void => {
  const master = masterKey === undefined ? [join(keys, 'master.json')] : [];
  for (const file of [join(data, 'log.db'), join(keys, 'keys.db'), ...master])
    if (!existsSync(file)) throw new BackupError(`there is no whole backup here: ${file} is missing`);
  void EmbeddedEventStore.open({ folder: data, readonly: true }).close();
};

/**
 * Puts a backup into empty folders and verifies it, every sealed part opened. It starts nothing and appends nothing:
 * the log has exactly the events of the backup, and the next start builds the views. @throws BackupError
 */
export const restoreFrom = async (settings: Settings, folder: string): Promise<LogVerification> => {
  const { data, keys, masterKey } = settings;
  for (const path of [data, keys])
    if (existsSync(path) && readdirSync(path).length > 0)
      throw new BackupError(`${path} is not empty: restore only into an empty folder`);
  const from = inside(folder);
  mustBeWhole(from, masterKey);
  for (const [source, target] of [
    [from.data, data],
    [from.keys, keys],
  ] as const) {
    await rm(`${target}.unfinished`, { recursive: true, force: true });
    await cp(source, `${target}.unfinished`, { recursive: true });
  }
  for (const path of [keys, data]) await rename(`${path}.unfinished`, path);
  const opened = new EmbeddedKeyStore(keys, masterKeys(keys, masterKey, true), { begun: true });
  return verifyFolder(settings, { keys: opened }).finally(() => opened.close());
};
