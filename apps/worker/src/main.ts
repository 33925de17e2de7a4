import 'reflect-metadata';
import { preparedByOne } from '@system/first-start';
import { runFollower } from '@system/run-process';

/**
 * Carries effects into other streams, runs the jobs, seals the ledger, without an API. On engines it also opens a new
 * log and the first accounts, as soon as a projector runs; where another worker has the turn it stands by. On embedded
 * stores it takes the data folder for itself; `npm start` hosts it in the api.
 */
runFollower('worker', async (system) => {
  if (system.settings.engines) await preparedByOne(system);
});
