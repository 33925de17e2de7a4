/** A piece of work to be done later or again: payload = ids only, never personal data. */
export interface JobRequest {
  /** Names the work; repeated requests with the same id are one job. Letters, digits, `-`, `_`, `.`. */
  readonly id: string;
  readonly name: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
  /** UTC instant before which it must not run. */
  readonly dueAt?: string;
}

export interface JobState extends JobRequest {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly attempts: number;
  readonly error?: string;
}

export interface JobHandler {
  readonly name: string;
  /** MUST be idempotent: after a crash it runs again. */
  readonly run: (data: JobRequest['data'], job: JobRequest) => Promise<void>;
  readonly attempts?: number;
  /** Milliseconds before the first retry; doubles each time, with jitter. */
  readonly backoff?: number;
}

/** Delayed, retried, idempotent work. The truth of a timer is an event; this is only the alarm clock. */
export abstract class Jobs {
  abstract handle(handler: JobHandler): void;
  abstract enqueue(job: JobRequest): Promise<void>;
  abstract cancel(id: string): Promise<void>;
  abstract get(id: string): Promise<JobState | undefined>;
  /** Jobs that failed for good: visible and retryable. */
  abstract failed(): Promise<readonly JobState[]>;
  abstract retry(id: string): Promise<void>;
  /** Begins to work; before it, jobs only wait. */
  abstract start(): Promise<void>;
  abstract close(): Promise<void>;
}

/** No such job, or nobody who does it. */
export class UnknownJob extends Error {
  override readonly name = 'UnknownJob';
}
