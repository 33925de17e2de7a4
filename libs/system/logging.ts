import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { SealingStopped } from '@kernel/ledger';

interface Requested {
  readonly method: string;
  readonly id: string;
  readonly routeOptions?: { readonly url?: string | undefined };
}

const errorOutput = (): DestinationStream => pino.destination({ dest: 2, sync: true });

/**
 * The log of a process: JSON, one line an entry, on its error output. Lines say route, status and time; never a body, a
 * query or a name.
 */
export const loggerOf = (name: string, level: string, to: DestinationStream = errorOutput()): Logger =>
  pino(
    {
      level,
      base: { process: name },
      timestamp: stdTimeFunctions.isoTime,
      serializers: {
        req: ({ method, id, routeOptions }: Requested) => ({ method, id, route: routeOptions?.url }),
        err: stdSerializers.err,
      },
    },
    to,
  );

/** The same log for what is worth a line only when something is wrong. */
export const onlyTroubles = (logger: Logger): Logger =>
  logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level });

/** What the system tells beside its answers. What stops something for good comes with its stack. */
export const tellingTo = (logger: Logger) => ({
  onTrouble: (where: string, error: unknown): void => {
    if (error instanceof SealingStopped) logger.error({ where, reason: error.reason }, error.message);
    else if (error instanceof Error) logger.warn({ where, kind: error.name }, error.message);
    else logger.warn({ where }, String(error));
  },
  onWarning: (words: string): void => {
    logger.warn(words);
  },
});
