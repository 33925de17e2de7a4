import { join } from 'node:path';
import { verifyReads, type ReadVerification } from '@kernel/read-log';
import { EmbeddedReadLog, READS_FILE } from '@kernel/read-log/adapters/embedded-read-log';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { storedLog } from '@kernel/ledger/adapters/embedded-verification';
import { checkDatabase, damageBy, FileDamaged } from '@kernel/ledger/adapters/file-check';
import type { Settings } from '../settings';
import { ledgerOf } from './folder';

/** Recomputes the read log of a folder against its seals, beside a running system. @throws FileDamaged, FileClosed */
export const verifyReadsIn = async (
  settings: Settings,
  progress: (records: number) => void,
): Promise<ReadVerification> => {
  const folder = settings.data;
  const faults = checkDatabase(join(folder, READS_FILE), ['reads', 'about']);
  if (faults.length > 0) throw new FileDamaged(faults);
  const log = await storedLog({ folder, ...ledgerOf(settings) }, (id) => Promise.resolve(id));
  const store = EmbeddedEventStore.open({ folder, readonly: true });
  const reads = new EmbeddedReadLog(folder, { readonly: true });
  try {
    return await verifyReads({ log, store, reads }, progress);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw FileDamaged.of('log.db', 'file', `its seals of the read log are not to be read: ${error.message}`);
    throw new FileDamaged(damageBy(READS_FILE, error));
  } finally {
    await reads.close();
    await store.close();
  }
};
