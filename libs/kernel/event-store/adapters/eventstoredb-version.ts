import { StoreUnavailable } from '@kernel/engines';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventstoredbOptions } from './eventstoredb-options';
import { backoff, Connection, isPassing, refusalOf, wordsOf } from './eventstoredb-client';

/** The first version that says when a subscription has caught up. */
const OLDEST = [23, 10] as const;

const VERSION = /^(\d+)\.(\d+)/;

const isTooOld = (version: string): boolean => {
  const [, major = '', minor = ''] = VERSION.exec(version) ?? [];
  return major !== '' && (Number(major) - OLDEST[0] || Number(minor) - OLDEST[1]) < 0;
};

/** Asks until the server answers or patience ends. @throws StoreUnavailable */
export const versionOf = async (
  connection: string,
  shown: string,
  { patience = 60_000, onTrouble = () => undefined }: EventstoredbOptions,
): Promise<string> => {
  const until = Date.now() + patience;
  for (let attempt = 0; ; attempt++) {
    const asking = await Connection.open(connection);
    try {
      const version = await asking.serverVersion(Math.min(patience, 10_000));
      if (!isTooOld(version)) return version;
      throw new StoreUnavailable('io', `EventStoreDB ${version} at ${shown} is too old: 23.10 or newer is needed`);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (!isPassing(error)) throw refusalOf(error, `to serve ${shown}`);
      if (Date.now() > until)
        throw new StoreUnavailable('io', `EventStoreDB at ${shown} cannot be reached: ${wordsOf(error)}`);
      onTrouble(error);
      await sleep(backoff(attempt));
    } finally {
      await asking.close();
    }
  }
};
