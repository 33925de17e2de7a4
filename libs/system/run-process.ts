import { fileFault } from '@kernel/engines';
import { SealingStopped } from '@kernel/ledger';
import type { Logger } from 'pino';
import { loggerOf, tellingTo } from './logging';
import { createFollower } from './process.module';
import { readSettings, type Settings } from './settings';
import { System } from './system';
import { type Host } from './system-options';
import { startTraces, type Traces } from './traces';

/** By name: the classes of engines' adapters are loaded only where those are used. */
const KNOWN = [
  'BadSetting',
  'StoreUnavailable',
  'DamagedStream',
  'MasterKeyError',
  'JobsUnavailable',
  'BadAddress',
  'BadMongoAddress',
];
const PATIENCE = 25_000;

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
/** Its platform starts it again, and it stands by. */
const leave = (): void => {
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
};

/** Runs an app until it is told to stop: words for what is known, the stack for what is not. */
export const runProcess = (main: () => Promise<void>): void => {
  main().catch((error: unknown) => {
    const known = error instanceof Error && KNOWN.includes(error.name) ? error.message : fileFault(error);
    process.stderr.write(`${known ?? String((error as Error).stack)}\n`);
    process.exit(1);
  });
};

export interface OpenedProcess {
  readonly settings: Settings;
  readonly system: System;
  readonly logger: Logger;
  readonly traces?: Traces;
}

/**
 * Reads the settings and opens the system as one process of it. On engines one kind of process opens the log: the
 * worker.
 */
export const openProcess = async (name: 'api' | Host): Promise<OpenedProcess> => {
  const settings = readSettings(process.env);
  const traces = settings.traces === undefined ? undefined : await startTraces(settings.traces, name);
  const opensLog = name === 'worker' || settings.engines === undefined;
  const logger = loggerOf(name, settings.logLevel);
  const { onTrouble, onWarning } = tellingTo(logger);
  const system = await System.open(settings, {
    opensLog,
    onTrouble: (where, error) => {
      onTrouble(where, error);
      if (error instanceof SealingStopped && error.reason === 'replaced') leave();
    },
    onWarning,
    onNote: say,
    ...(traces && { tracer: traces.tracer }),
  });
  return { settings, system, logger, ...(traces && { traces }) };
};

/** On SIGTERM: finish, flush, release, and leave; whatever does not end in time is left to the next process. */
export const stopOnSignal = (stop: () => Promise<void>): void => {
  const end = async (): Promise<void> => {
    setTimeout(() => {
      process.exit(1);
    }, PATIENCE).unref();
    await stop();
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void end();
    });
};

/** A process that only follows the log, with a small port for health and metrics. */
export const runFollower = (host: Host, prepare: (system: System) => Promise<void> = () => Promise.resolve()): void => {
  runProcess(async () => {
    const { settings, system, logger, traces } = await openProcess(host);
    const app = await createFollower(system, logger);
    await app.listen(settings.healthPort, settings.host);
    stopOnSignal(async () => {
      await app.close();
      await system.close();
      await traces?.close();
    });
    await system.start([host]);
    await prepare(system);
    say(`${host}: running, health ${await app.getUrl()}/health/ready`);
  });
};
