import { join } from 'node:path';
import type { StoredEvent } from '@kernel/event-store';
import { logNamed } from '../verify/checkpoint-check';
import { type LogVerification } from '../verify/damage';
import { snapshotOf } from '../verify/ledger-snapshot';
import { damageBy, FileDamaged, mustBeFile } from './file-check';
import { LOG_FILE } from './stored-row';
import { StoredRows } from './stored-rows';
import { type EmbeddedVerification, LogCheck } from './log-check';

/**
 * Verifies the log of an embedded store with its ledger: every row by its stored bytes, chains, boxes where there are
 * keys, the tree, every checkpoint, the heads. Reads beside a running system and changes nothing.
 * @throws NotACheckpoint; FileClosed when a file is locked or may not be read
 */
export const verifyEmbedded = async (options: EmbeddedVerification): Promise<LogVerification> => {
  const file = join(options.folder, LOG_FILE);
  let rows: StoredRows | undefined;
  try {
    mustBeFile(file);
    const snapshot = await snapshotOf(options.files, options.state);
    rows = new StoredRows(file);
    return await new LogCheck({ ...options, ...snapshot }, rows, await logNamed(snapshot.files)).run();
  } catch (error) {
    const damages = damageBy(LOG_FILE, error);
    return { sound: false, events: 0, streams: 0, parts: 0, damages };
  } finally {
    rows?.close();
  }
};

/**
 * Works on the rows of a log as they are stored, with its UUID by what is left of it. @throws FileDamaged, FileClosed
 */
export const storedLog = async <T>(
  { folder, files }: Pick<EmbeddedVerification, 'folder' | 'files'>,
  work: (log: string, pages: AsyncIterable<readonly StoredEvent[]>) => Promise<T>,
): Promise<T> => {
  let rows: StoredRows | undefined;
  try {
    mustBeFile(join(folder, LOG_FILE));
    rows = new StoredRows(join(folder, LOG_FILE));
    return await work(rows.log() ?? (await logNamed(files)) ?? '', rows.events());
  } catch (error) {
    throw new FileDamaged(damageBy(LOG_FILE, error));
  } finally {
    rows?.close();
  }
};
