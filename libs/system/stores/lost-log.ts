import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedCredentialStore } from '@kernel/accounts/adapters/embedded-credential-store';
import { inWords, missing } from '@kernel/engines';
import { isAbsent } from '@kernel/engines/adapters/sqlite-file';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import type { Settings } from '../settings';

/** What is made after the log and never before it. */
const AFTER_THE_LOG = ['views.db', 'read-log.db', 'jobs.db', 'first-logins.json', 'ledger', 'papers'];

/**
 * Looked at before anything is made: keys and files that speak of a log are not taken for a new office. @throws
 * StoreUnavailable
 */
export const mustNotHaveLostItsLog = ({ data, keys }: Pick<Settings, 'data' | 'keys'>): void => {
  const log = join(data, 'log.db');
  if (!isAbsent(log)) return;
  const isUsed =
    existsSync(join(keys, 'sealed.json')) ||
    inWords(join(keys, 'keys.db'), 'keys', () => EmbeddedKeyStore.isUsed(keys)) ||
    inWords(join(keys, 'side.db'), 'keys', () => EmbeddedCredentialStore.isUsed(keys)) ||
    (!existsSync(log) && AFTER_THE_LOG.some((name) => existsSync(join(data, name))));
  if (isUsed) throw missing(log, 'data');
};
