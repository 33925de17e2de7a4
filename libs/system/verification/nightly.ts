import type { JobRequest, Jobs } from '@kernel/jobs';
import { dataOf, type LogVerification } from '@kernel/ledger';
import type { CommandMeta } from '@kernel/sourcing';
import type { Commands } from '@kernel/commanding';
import { verifyLogOf, type VerifiedLog } from './folder';

/** What is verified, and who records it. */
export interface Verified extends VerifiedLog {
  readonly commands: Pick<Commands, 'execute'>;
  issued(part: string, via: CommandMeta['via']): CommandMeta;
}

/** What the last verification of the log found. */
export interface LastVerification {
  readonly at: string;
  readonly sound: boolean;
  readonly damages: number;
  readonly kinds: readonly string[];
}

const NIGHT = 'T18:30:00.000Z';
const DAY = 24 * 3_600_000;
/** Milliseconds that a system that missed its night has to itself after it was started. */
const SETTLE = 5 * 60_000;
const RECENT = 200;

/** Verifies the log beside the running system and records what was found; damage is told at once. */
export const verifyAndRecord = async (
  system: Verified,
  onTrouble: (where: string, error: unknown) => void,
): Promise<LogVerification> => {
  const found = await verifyLogOf(system);
  const { events, streams, sound, damages, treeSize, root } = found;
  const kinds = [...new Set(damages.map(({ kind }) => kind))].sort();
  const body = { events, streams, sound, damages: damages.length, kinds, ...(treeSize && root && { treeSize, root }) };
  for (const { kind, stream, revision, detail = '' } of damages.slice(0, RECENT))
    onTrouble('verify', new Error(`${kind} ${stream} revision ${String(revision)}: ${detail}`));
  await system.commands.execute('ledger', system.log, 'RecordVerification', body, system.issued('verify', 'timer'));
  return found;
};

/** What the log itself says of its last verification. */
export const lastVerification = async ({
  store,
  log,
}: Pick<Verified, 'store' | 'log'>): Promise<LastVerification | undefined> => {
  const recent = await store.read(`ledger-${log}`, { direction: 'backward', limit: RECENT });
  const last = recent.find(({ type }) => type === 'LogVerified');
  if (!last) return undefined;
  const { sound, damages, kinds } = dataOf(last);
  return {
    at: last.meta['recordedAt'] ?? '',
    sound: sound === true,
    damages: Number(damages),
    kinds: kinds as string[],
  };
};

/** Every night at half past two in Shanghai; a night that was missed is made up for soon after the start. */
export const verifyNightly = (jobs: Jobs, run: () => Promise<unknown>, now: () => number = Date.now): void => {
  const earliest = now() + SETTLE;
  const of = (at: number): JobRequest => {
    const day = new Date(at).toISOString().slice(0, 10);
    const due = Math.max(Date.parse(`${day}${NIGHT}`), earliest);
    return { id: `verify-log-${day}`, name: 'verify-log', data: { day }, dueAt: new Date(due).toISOString() };
  };
  jobs.handle({ name: 'verify-log', run: () => run().then(() => undefined) });
  jobs.recall(() => Promise.resolve([of(now()), of(now() + DAY)]));
};
