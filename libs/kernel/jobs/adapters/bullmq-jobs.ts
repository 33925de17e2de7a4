import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Queue, Worker, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  attemptsOf,
  JobCancelled,
  Jobs,
  mustBeJob,
  pauseAfter,
  UnknownJob,
  type DueWork,
  type JobCounts,
  type JobHandler,
  type JobRequest,
  type JobState,
  type JobWork,
} from '../jobs';
import { causeOf } from '@kernel/engines';
import { Sweeper } from '../sweeper';
import { connectRedis, WORKER, type RedisEvents } from '@kernel/engines/adapters/redis-connection';

export interface BullmqJobsOptions extends RedisEvents {
  readonly url: string;
  /** Keeps several systems on one server apart. */
  readonly name: string;
  readonly concurrency?: number;
  /** Milliseconds between two looks at the sources of work. */
  readonly sweepEvery?: number;
  /** Milliseconds until the work of a process that died is done by another one. */
  readonly lockDuration?: number;
}

interface Payload {
  readonly data: JobRequest['data'];
  readonly dueAt: string;
  readonly cancelled?: true;
}

type QueuedJob = Job<Payload, typeof DONE | typeof CANCELLED>;

const DONE = 'done';
const CANCELLED = 'cancelled';
const DAY = 24 * 3600;
/** Finished jobs stay for a while, so that a repeated request finds them. */
const KEPT = { age: 3 * DAY };
/** The handler's own limit counts; the runner must never end before it. */
const NEVER = 1_000_000;
const OFTEN = 20;
const SHOWN = 1000;
const PATIENCE = 10_000;
const STATUS: Readonly<Record<string, JobState['status']>> = { active: 'running', completed: 'done', failed: 'failed' };

/**
 * Jobs in Redis, shared by every process of one system: what a dead process had begun is begun again by another one.
 */
export class BullmqJobs extends Jobs {
  readonly #handlers = new Map<string, JobHandler>();
  readonly #running = new Map<string, AbortController>();
  readonly #sweeper: Sweeper;
  #worker: { readonly worker: Worker; readonly connection: Redis } | undefined;

  private constructor(
    private readonly bullmq: typeof import('bullmq'),
    private readonly queue: Queue,
    /** Fails fast; shared with whoever else needs the server, such as the limits of requests. */
    readonly redis: Redis,
    private readonly options: BullmqJobsOptions,
  ) {
    super();
    const { sweepEvery = 60_000, onTrouble } = options;
    this.#sweeper = new Sweeper({ enqueue: (job) => this.enqueue(job), every: sweepEvery, onTrouble });
  }

  /** Loads the driver, connects and checks the server. @throws JobsUnavailable */
  static async open(options: BullmqJobsOptions): Promise<BullmqJobs> {
    const bullmq = await import('bullmq');
    const redis = await connectRedis(options.url, options);
    const queue = new bullmq.Queue('jobs', { connection: redis, prefix: prefixOf(options), skipWaitingForReady: true });
    queue.on('error', (error) => options.onTrouble?.('jobs', error));
    return new BullmqJobs(bullmq, queue, redis, options);
  }

  handle(handler: JobHandler): void {
    this.#handlers.set(handler.name, handler);
  }

  recall(due: DueWork): void {
    this.#sweeper.add(due);
  }

  async enqueue(job: JobRequest): Promise<void> {
    mustBeJob(job);
    const now = Date.now();
    const due = job.dueAt === undefined ? now : Date.parse(job.dueAt);
    const payload: Payload = { data: job.data, dueAt: new Date(due).toISOString() };
    await this.queue.add(job.name, payload, {
      jobId: job.id,
      delay: Math.max(due - now, 0),
      attempts: NEVER,
      backoff: { type: 'custom' },
      removeOnComplete: KEPT,
      removeOnFail: false,
    });
  }

  async cancel(id: string): Promise<void> {
    const job = await this.#find(id);
    if (!job) return;
    await job.updateData({ ...job.data, cancelled: true });
    this.#running.get(id)?.abort(new JobCancelled(`${id} was cancelled`));
  }

  async get(id: string): Promise<JobState | undefined> {
    const job = await this.#find(id);
    if (!job) return undefined;
    const state = await job.getState();
    return state === 'unknown' ? undefined : stateOf(job, STATUS[state] ?? 'waiting');
  }

  async failed(): Promise<readonly JobState[]> {
    const jobs = (await this.queue.getFailed(0, SHOWN - 1)) as QueuedJob[];
    return jobs.map((job) => stateOf(job, 'failed')).filter(({ status }) => status === 'failed');
  }

  async retry(id: string): Promise<void> {
    const job = await this.#find(id);
    if (!job || job.data.cancelled || !(await job.isFailed())) throw new UnknownJob(`${id} has not failed`);
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
  }

  async counts(): Promise<JobCounts> {
    const of = await this.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed');
    const sum = (...names: readonly string[]): number => names.reduce((total, name) => total + (of[name] ?? 0), 0);
    return { waiting: sum('waiting', 'prioritized', 'delayed'), running: sum('active'), failed: sum('failed') };
  }

  async start(): Promise<void> {
    const connection = this.redis.duplicate(WORKER);
    connection.on('error', (error) => this.options.onTrouble?.('redis', error));
    const worker = new this.bullmq.Worker('jobs', (job: QueuedJob, token) => this.#run(job, token), {
      connection,
      prefix: prefixOf(this.options),
      ...workerOptions(this.options, (job) => this.#handlers.get(job)),
    });
    worker.on('error', (error) => this.options.onTrouble?.('jobs', error));
    this.#worker = { worker, connection };
    this.#sweeper.start();
    await Promise.race([worker.waitUntilReady(), sleep(PATIENCE, undefined, { ref: false })]);
  }

  async close(): Promise<void> {
    await this.#sweeper.stop();
    if (this.#worker) await ended(this.#worker);
    await this.queue.close();
    this.redis.disconnect();
  }

  async #find(id: string): Promise<QueuedJob | undefined> {
    return (await this.queue.getJob(id)) as QueuedJob | undefined;
  }

  async #run(job: QueuedJob, token: string | undefined): Promise<typeof DONE | typeof CANCELLED> {
    if (job.data.cancelled) return CANCELLED;
    const due = Date.parse(job.data.dueAt);
    if (due > Date.now()) {
      await job.moveToDelayed(due, token);
      throw new this.bullmq.DelayedError();
    }
    const stop = new AbortController();
    this.#running.set(job.id ?? '', stop);
    const handler = this.#handlers.get(job.name);
    try {
      if (!handler) throw new UnknownJob(`nobody handles ${job.name}`);
      await handler.run(job.data.data, requestOf(job), this.#workOf(job, stop));
      return DONE;
    } catch (error) {
      if (stop.signal.aborted) return CANCELLED;
      const words = causeOf(error);
      throw job.attemptsMade + 1 < attemptsOf(handler) ? error : new this.bullmq.UnrecoverableError(words);
    } finally {
      this.#running.delete(job.id ?? '');
    }
  }

  #workOf(job: QueuedJob, stop: AbortController): JobWork {
    return {
      signal: stop.signal,
      progress: async (done) => {
        await job.updateProgress(done);
        const id = job.id ?? '';
        if ((await this.#find(id))?.data.cancelled) stop.abort(new JobCancelled(`${id} was cancelled`));
        stop.signal.throwIfAborted();
      },
    };
  }
}

const prefixOf = ({ name }: BullmqJobsOptions): string => `jiandang-${name}`;

const workerOptions = (
  { concurrency = 4, lockDuration = 30_000 }: BullmqJobsOptions,
  handlerOf: (name: string) => JobHandler | undefined,
): Omit<WorkerOptions, 'connection'> => ({
  concurrency,
  lockDuration,
  stalledInterval: lockDuration,
  maxStalledCount: OFTEN,
  settings: { backoffStrategy: (attempts, _type, _error, job) => pauseAfter(attempts, handlerOf(job?.name ?? '')) },
});

/** Lets what runs end; a server that does not answer is not waited for: its jobs are begun again elsewhere. */
const ended = async ({ worker, connection }: { worker: Worker; connection: Redis }): Promise<void> => {
  const patience = new AbortController();
  const given = sleep(PATIENCE, 'late', { signal: patience.signal }).catch(() => undefined);
  if ((await Promise.race([worker.close(), given])) === 'late') await Promise.race([worker.close(true), sleep(1000)]);
  patience.abort();
  connection.disconnect();
};

const requestOf = (job: QueuedJob): JobRequest => ({
  id: job.id ?? '',
  name: job.name,
  data: job.data.data,
  dueAt: job.data.dueAt,
});

const stateOf = (job: QueuedJob, status: JobState['status']): JobState => {
  const cancelled = job.data.cancelled && (status === 'done' ? job.returnvalue === CANCELLED : status !== 'running');
  return {
    ...requestOf(job),
    status: cancelled ? 'cancelled' : status,
    attempts: job.attemptsMade,
    ...(job.failedReason && { error: job.failedReason }),
    ...(typeof job.progress === 'number' && job.progress !== 0 && { progress: job.progress }),
  };
};
