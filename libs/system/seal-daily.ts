import { everyDay, type JobRequest, type Jobs } from '@kernel/jobs';
import type { Notary } from '@kernel/ledger';

/**
 * Once a day heads are sealed and the witnesses asked; who refused or did not answer is named, and asked again
 * tomorrow.
 */
export const sealDaily = (jobs: Jobs, notary: Notary, onTrouble: (where: string, error: unknown) => void): void => {
  const run = async (): Promise<void> => {
    for (const { witness, refused } of await notary.sealDay())
      if (refused !== undefined) onTrouble(`witness ${witness}`, refused);
  };
  everyDay(jobs, { name: 'seal-day', run });
};

const DAY = 24 * 3_600_000;
/** Five minutes past midnight in Shanghai. */
const PAST_MIDNIGHT = 'T16:05:00.000Z';

/** After each midnight in Shanghai the read log of the days that have ended is sealed, missed days too. */
export const sealReadsDaily = (jobs: Jobs, seal: () => Promise<unknown>, now: () => number = Date.now): void => {
  const of = (at: number): JobRequest => {
    const day = new Date(at).toISOString().slice(0, 10);
    return { id: `seal-reads-${day}`, name: 'seal-reads', data: { day }, dueAt: `${day}${PAST_MIDNIGHT}` };
  };
  jobs.handle({ name: 'seal-reads', run: () => seal().then(() => undefined) });
  jobs.recall(() => Promise.resolve([of(now() - DAY), of(now())]));
};
