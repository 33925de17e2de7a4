/** A piece of work to be done later or again: payload = ids only, never personal data. */
export interface JobRequest {
  /**
   * Names the work; repeated requests with the same id are one job. Letters, digits, `-`, `_`, `.`, and not digits
   * alone.
   */
  readonly id: string;
  readonly name: string;
  /** Ids, counts and flags; texts of at most 200 letters, digits and `-_./:`. */
  readonly data: Readonly<Record<string, string | number | boolean>>;
  /** UTC instant before which it must not run. */
  readonly dueAt?: string;
}

export interface JobState extends JobRequest {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly attempts: number;
  readonly error?: string;
  /** As its handler reported last. */
  readonly progress?: number;
}

/** What a running job is given to say how far it is and to learn that nobody wants it any more. */
export interface JobWork {
  /**
   * Aborts when the job is cancelled: at once in this process, at the next `progress` when another one cancelled it.
   */
  readonly signal: AbortSignal;
  /** Reports how far the work is. @throws when the job was cancelled: a handler that lets it pass ends there. */
  readonly progress: (done: number) => Promise<void>;
}

export interface JobHandler {
  readonly name: string;
  /** MUST be idempotent: after a crash it runs again. */
  readonly run: (data: JobRequest['data'], job: JobRequest, work: JobWork) => Promise<void>;
  readonly attempts?: number;
  /** Milliseconds before the first retry; doubles each time, with jitter. */
  readonly backoff?: number;
}

/** Work that ought to be waiting now, read from events, the calendar or other durable state. */
export type DueWork = () => Promise<readonly JobRequest[]>;

export interface JobCounts {
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
}

/** Delayed, retried, idempotent work. The truth of a timer is an event; this is only the alarm clock. */
export abstract class Jobs {
  abstract handle(handler: JobHandler): void;
  /**
   * Names a source of work. A started runner asks it at once and again and again, and enqueues what it does not know:
   * whatever the runner loses comes back. Work that no source names is as durable as the runner.
   */
  abstract recall(due: DueWork): void;
  /** @throws BadJob, JobsUnavailable */
  abstract enqueue(job: JobRequest): Promise<void>;
  /**
   * What waits or has failed never runs again; what runs is told by its signal. Unknown and finished jobs stay as they
   * are.
   */
  abstract cancel(id: string): Promise<void>;
  abstract get(id: string): Promise<JobState | undefined>;
  /** Jobs that failed for good: visible and retryable. */
  abstract failed(): Promise<readonly JobState[]>;
  /** @throws UnknownJob when it has not failed */
  abstract retry(id: string): Promise<void>;
  abstract counts(): Promise<JobCounts>;
  /** Begins to work; before it, jobs only wait. */
  abstract start(): Promise<void>;
  /** Resolves when what runs has ended. */
  abstract close(): Promise<void>;
}

/** No such job, or nobody who does it. */
export class UnknownJob extends Error {
  override readonly name = 'UnknownJob';
}

/** A request that no runner may take: its id or its payload is not of the allowed form. */
export class BadJob extends Error {
  override readonly name = 'BadJob';
}

/** Thrown into work that was cancelled while it ran. */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled';
}

const ID = /^(?!\d+$)[\w.-]{1,200}$/;
const PLAIN = /^[\w./:-]{0,200}$/;

/** @throws BadJob */
export const mustBeJob = ({ id, data, dueAt }: JobRequest): void => {
  if (!ID.test(id)) throw new BadJob(`${id} is no job id: letters, digits, - _ . and not digits alone`);
  for (const [key, value] of Object.entries(data))
    if (typeof value === 'string' && !PLAIN.test(value))
      throw new BadJob(`${key} of job ${id} is no id: a payload is readable by everybody who reaches the queue`);
  if (dueAt !== undefined && Number.isNaN(Date.parse(dueAt))) throw new BadJob(`${dueAt} is no instant`);
};

const ATTEMPTS = 8;
const BACKOFF = 1000;

export const attemptsOf = (handler: JobHandler | undefined): number => handler?.attempts ?? ATTEMPTS;

/** Milliseconds after the nth failed attempt: doubling, a quarter more or less. */
export const pauseAfter = (attempt: number, handler: JobHandler | undefined): number =>
  Math.round((handler?.backoff ?? BACKOFF) * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
