import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing, StoreUnavailable } from '@kernel/engines';
import type { EventStore } from '@kernel/event-store';
import { FORMAT_SPEC_SHA256, newUuid } from '@kernel/format';
import { verifierKey, type SigningKeys } from '@kernel/ledger';
import type { Commands } from '@kernel/commanding';
import type { KeyStore } from '@kernel/privacy';
import { Rejection, type CommandMeta } from '@kernel/sourcing';
import type { Settings } from './settings';
import type { Stores } from './stores/stores';

/** The log is named by its first event. */
const logOf = async (store: EventStore): Promise<string | undefined> => {
  for await (const [first] of store.readAll({ pageSize: 1 })) return first?.stream.slice(first.stream.indexOf('-') + 1);
  return undefined;
};

/**
 * Under this claim the credential store says which log it belongs to: all who are about to open one are told the same.
 */
const BELONGS = 'log';

/**
 * UUID of the log, or one for a log that this process is about to open. @throws StoreUnavailable where a log is lost
 */
export const logOrNew = async ({ store, credentials, keys }: Stores): Promise<string> => {
  const log = await logOf(store);
  if (log !== undefined) return log;
  if ((await credentials.isUsed()) || (await holdsKeys(keys))) throw missing('log', 'data');
  return (await credentials.claim({ key: BELONGS, holder: newUuid(), at: Date.now() })).holder;
};

/**
 * Binds keys and logins to their log, once and for ever. @throws StoreUnavailable when they are lost, or another log's
 */
export const mustBelong = async ({ store, credentials, keys }: Stores, log: string): Promise<void> => {
  const isNew = (await credentials.claimed(BELONGS)) === undefined;
  if (isNew && !(await credentials.isUsed()) && (await hasAccounts(store))) throw missing('side.db', 'keys');
  const { holder } = await credentials.claim({ key: BELONGS, holder: log, at: Date.now() });
  if (holder !== log) throw foreign('side.db', [holder, log]);
  const owner = await keys.bind(log);
  if (owner !== log) throw foreign('keys.db', [owner, log]);
};

const holdsKeys = async (keys: KeyStore): Promise<boolean> => {
  for await (const page of keys.list()) if (page.length > 0) return true;
  return false;
};

const hasAccounts = async (store: EventStore): Promise<boolean> => {
  for await (const page of store.readAll({ types: ['AccountOpened'], pageSize: 1000 }))
    if (page.length > 0) return true;
  return false;
};

const foreign = (file: string, [theirs, ours]: readonly [theirs: string, ours: string]): StoreUnavailable =>
  new StoreUnavailable(
    'io',
    `${file} 属于另一份日志(${theirs}),这里的日志是 ${ours}。系统不启动:请放回同一处的数据与密钥。\n` +
      `${file} belongs to another log (${theirs}), the log here is ${ours}. Nothing is started: bring data ` +
      'and keys of one office together.',
  );

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
const firstEvent = (origin: string, signing: SigningKeys, previous?: string) => ({
  format: 'jiandang/1',
  keys: [verifierKey(origin, signing.first())],
  origin,
  spec: FORMAT_SPEC_SHA256,
  ...(previous !== undefined && { previous: readFileSync(previous, 'utf8') }),
});

/** What opens a log. */
interface Opening {
  readonly settings: Pick<Settings, 'name' | 'previous'>;
  readonly log: string;
  readonly commands: Pick<Commands, 'execute'>;
  issued(part: string): CommandMeta;
}

/** Records the first event of a new log. Of two workers that start at the same moment one is quicker. */
export const openLog = async (system: Opening, signing: SigningKeys): Promise<void> => {
  const { settings, log, commands } = system;
  const body = firstEvent(`${settings.name}/${log}`, signing, settings.previous);
  await commands.execute('ledger', log, 'OpenLog', body, system.issued('log')).catch((error: unknown) => {
    if (!(error instanceof Rejection && error.code === 'ledger/already-open')) throw error;
  });
};
