import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '@kernel/event-store';
import { FORMAT_SPEC_SHA256, newUuid } from '@kernel/format';
import { verifierKey, type SigningKeys } from '@kernel/ledger';
import type { Stores } from './stores/stores';

/** The log is named by its first event. */
const logOf = async (store: EventStore): Promise<string | undefined> => {
  for await (const [first] of store.readAll({ pageSize: 1 })) return first?.stream.slice(first.stream.indexOf('-') + 1);
  return undefined;
};

/** UUID of the log, or one for a log that this process is about to open. */
export const logOrNew = async (stores: Stores): Promise<string> =>
  (await logOf(stores.store)) ?? (await stores.claimLog(newUuid()));

const WAIT = 500;
const SAY = 20;

/** UUID of the log as soon as another process has opened it. */
export const logOpened = async (
  store: EventStore,
  onTrouble: ((where: string, error: unknown) => void) | undefined,
): Promise<string> => {
  for (let turn = 0; ; turn++) {
    const log = await logOf(store);
    if (log !== undefined) return log;
    if (turn % SAY === 0)
      onTrouble?.('log', '日志尚未建立,等待 worker the log is empty: waiting for the worker to open it');
    await sleep(WAIT);
  }
};

/** What the first event of a log says. */
export const firstEvent = (origin: string, signing: SigningKeys, previous?: string): object => ({
  format: 'jiandang/1',
  keys: [verifierKey(origin, signing.first())],
  origin,
  spec: FORMAT_SPEC_SHA256,
  ...(previous !== undefined && { previous: readFileSync(previous, 'utf8') }),
});
