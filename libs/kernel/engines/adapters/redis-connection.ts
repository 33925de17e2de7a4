import { JobsUnavailable } from '../unavailable';
import type { Redis, RedisOptions } from 'ioredis';

const CONNECT = 10_000;
const ANSWER = 5000;
const SILENCE = 20_000;
const LEAST = [6, 2] as const;

/** Comes back by itself, for ever: twice the wait each time up to five seconds, with jitter. */
const retryStrategy = (times: number): number =>
  Math.round(Math.min(50 * 2 ** Math.min(times, 10), 5000) * (0.5 + Math.random() / 2));

/** Whoever asks for a job fails fast: nothing waits in memory for a server that is away. */
const PRODUCER = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  connectTimeout: ANSWER,
  commandTimeout: ANSWER,
  retryStrategy,
} satisfies RedisOptions;

/** Whoever works waits for the server as long as it takes; a connection that has gone silent is made anew. */
export const WORKER = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  connectTimeout: ANSWER,
  socketTimeout: SILENCE,
  /** It waits for jobs by commands that take long. */
  commandTimeout: undefined,
  retryStrategy,
} satisfies RedisOptions;

export interface RedisEvents {
  readonly onTrouble?: ((where: string, error: unknown) => void) | undefined;
  /** What works but should be set otherwise, in words for the operator. */
  readonly onWarning?: ((words: string) => void) | undefined;
}

/** Loads the driver and connects. @throws JobsUnavailable: nobody answers, too old, or the server may forget jobs */
export const connectRedis = async (url: string, { onTrouble, onWarning }: RedisEvents = {}): Promise<Redis> => {
  const { Redis: Driver } = await import('ioredis');
  const redis = new Driver(url, { ...PRODUCER, lazyConnect: true });
  redis.on('error', (error) => onTrouble?.('redis', error));
  try {
    await answered(redis.connect(), redis);
    await mustKeepJobs(redis, onWarning);
    return redis;
  } catch (error) {
    redis.disconnect();
    if (error instanceof JobsUnavailable) throw error;
    throw new JobsUnavailable(
      `Redis 未应答 Redis at ${addressOf(url)} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

/** Host and port; never the password. */
const addressOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the address of JIANDANG_REDIS');

const answered = async (connecting: Promise<void>, redis: Redis): Promise<void> => {
  const timer = setTimeout(() => {
    redis.disconnect();
  }, CONNECT);
  await connecting.finally(() => {
    clearTimeout(timer);
  });
};

const fieldOf = (info: string, name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';

/** `INFO` instead of `CONFIG`: managed servers forbid the latter. */
const mustKeepJobs = async (redis: Redis, onWarning: RedisEvents['onWarning']): Promise<void> => {
  const info = await redis.info();
  const version = fieldOf(info, 'redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
    throw new JobsUnavailable(`Redis 版本过旧 Redis ${version} is too old: ${LEAST.join('.')} or newer is needed`);
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== 'noeviction')
    throw new JobsUnavailable(
      `Redis 会丢弃任务 Redis may drop jobs when its memory is full (maxmemory-policy ${policy}): set ` +
        'maxmemory-policy noeviction',
    );
  if (fieldOf(info, 'aof_enabled') !== '1')
    onWarning?.(
      'Redis 未开启 AOF Redis keeps no append-only file: after a crash jobs come back only from the log. Set ' +
        'appendonly yes',
    );
};
