import 'reflect-metadata';
import { BadSetting, readSettings } from '@standalone/settings';
import { System } from '@standalone/system';
import { MasterKeyError } from '@kernel/privacy';
import { StoreUnavailable } from '@kernel/event-store';

/** Carries effects into other streams and runs the jobs, without an API. On embedded stores it takes the data folder for itself; `npm start` hosts it in the api. */
const main = async (): Promise<void> => {
  const onTrouble = (where: string, error: unknown): void => void process.stderr.write(`${where}: ${String(error)}\n`);
  const system = await System.open(readSettings(process.env), { onTrouble });
  await system.start(['worker']);
  const stop = async (): Promise<void> => {
    await system.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  process.stdout.write('worker: running\n');
};

main().catch((error: unknown) => {
  const known = error instanceof BadSetting || error instanceof StoreUnavailable || error instanceof MasterKeyError;
  process.stderr.write(`${known ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
