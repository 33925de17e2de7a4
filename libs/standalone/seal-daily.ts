import { everyDay, type Jobs } from '@kernel/jobs';
import type { Notary } from '@kernel/ledger';

/** Once a day heads are sealed and the witnesses asked; who refused or did not answer is named, and asked again tomorrow. */
export const sealDaily = (jobs: Jobs, notary: Notary, onTrouble: (where: string, error: unknown) => void): void => {
  const run = async (): Promise<void> => {
    for (const { witness, refused } of await notary.sealDay())
      if (refused !== undefined) onTrouble(`witness ${witness}`, refused);
  };
  everyDay(jobs, { name: 'seal-day', run });
};
