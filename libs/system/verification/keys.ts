import { join } from 'node:path';
import { verifyBoxes, type BoxVerification } from '@kernel/ledger';
import { storedLog } from '@kernel/ledger/adapters/embedded-verification';
import { checkDatabase, damageBy, FileDamaged } from '@kernel/ledger/adapters/file-check';
import { MasterKeyError, masterKeys, type KeyStore } from '@kernel/privacy';
import { EmbeddedKeyStore, KEYS_FILE } from '@kernel/privacy/adapters/embedded-key-store';
import type { Settings } from '../settings';
import { ledgerOf } from './folder';
import type { Kept } from './kept';
import { standing } from './standing';

type Progress = (events: number) => void;

/** The keys of a folder, for reading: none is made. @throws FileDamaged, FileClosed */
export const openKeys = ({ keys, masterKey }: Settings): KeyStore => {
  const faults = checkDatabase(join(keys, KEYS_FILE), ['keys']);
  if (faults.length > 0) throw new FileDamaged(faults);
  try {
    return new EmbeddedKeyStore(keys, masterKeys(keys, masterKey, true), { readonly: true });
  } catch (error) {
    if (error instanceof MasterKeyError) throw FileDamaged.of(KEYS_FILE, 'key', error.message);
    throw new FileDamaged(damageBy(KEYS_FILE, error));
  }
};

/** Opens every box of a folder that stands still, with its key. @throws FileDamaged, FileClosed, StoreUnavailable */
export const verifyKeys = (settings: Settings, progress: Progress): Promise<BoxVerification> =>
  standing(settings, async () => {
    const keys = openKeys(settings);
    try {
      const log = { folder: settings.data, ...ledgerOf(settings) };
      return await storedLog(log, (id, pages) => verifyBoxes({ log: id, keys, pages, progress }));
    } finally {
      await keys.close();
    }
  });

/** The same of a system on engines. */
export const verifyKeysOf = ({ log, keys, store }: Kept, progress: Progress): Promise<BoxVerification> =>
  verifyBoxes({ log, keys, pages: store.readAll({ pageSize: 1000 }), progress });
