import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { causeOf } from '@kernel/engines';
import { openFile } from '@kernel/engines/adapters/sqlite-file';
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
import { Sweeper } from '../sweeper';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly due_at: number;
  readonly status: JobState['status'];
  readonly attempts: number;
  readonly error: string | null;
  readonly progress: number | null;
}

export interface EmbeddedJobsOptions {
  readonly now?: () => number;
  /** Milliseconds between two looks at the sources of work. */
  readonly sweepEvery?: number;
  readonly onTrouble?: (where: string, error: unknown) => void;
}

const LAYOUT = 1;
const CONCURRENCY = 4;
const MAX_WAIT = 60_000;
const SELECT = 'SELECT jobs.*, progress FROM jobs LEFT JOIN job_progress USING (id)';

const SCHEMA = `CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, data TEXT NOT NULL, due_at INTEGER NOT NULL,
  status TEXT NOT NULL, attempts INTEGER NOT NULL, error TEXT
) WITHOUT ROWID; CREATE INDEX IF NOT EXISTS jobs_due ON jobs (status, due_at);
CREATE TABLE IF NOT EXISTS job_progress (id TEXT PRIMARY KEY, progress REAL NOT NULL) WITHOUT ROWID`;

/** Jobs in a SQLite file, run in this process: what was running when it died runs again. */
export class EmbeddedJobs extends Jobs {
  readonly #db: Sqlite.Database;
  readonly #handlers = new Map<string, JobHandler>();
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  readonly #sweeper: Sweeper;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  /** @throws StoreUnavailable when a newer version wrote them */
  constructor(folder: string, { now = Date.now, sweepEvery = MAX_WAIT, onTrouble }: EmbeddedJobsOptions = {}) {
    super();
    this.#now = now;
    this.#sweeper = new Sweeper({ enqueue: (job) => this.enqueue(job), every: sweepEvery, onTrouble });
    this.#db = openFile(join(folder, 'jobs.db'), { kept: 'jobs', layout: LAYOUT }, (db) => {
      db.pragma('synchronous = FULL');
      db.exec(SCHEMA);
      db.exec("UPDATE jobs SET status = 'waiting' WHERE status = 'running'");
    });
  }

  handle(handler: JobHandler): void {
    this.#handlers.set(handler.name, handler);
  }

  recall(due: DueWork): void {
    this.#sweeper.add(due);
  }

  enqueue(job: JobRequest): Promise<void> {
    mustBeJob(job);
    const { id, name, data, dueAt } = job;
    const due = dueAt === undefined ? this.#now() : Date.parse(dueAt);
    this.#db
      .prepare("INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, 'waiting', 0, NULL)")
      .run(id, name, JSON.stringify(data), due);
    this.#wake();
    return Promise.resolve();
  }

  cancel(id: string): Promise<void> {
    this.#db.prepare("UPDATE jobs SET status = 'cancelled' WHERE id = ? AND status IN ('waiting', 'failed')").run(id);
    this.#running.get(id)?.stop.abort(new JobCancelled(`${id} was cancelled`));
    return Promise.resolve();
  }

  get(id: string): Promise<JobState | undefined> {
    const row = this.#db.prepare<[string], Row>(`${SELECT} WHERE jobs.id = ?`).get(id);
    return Promise.resolve(row && stateOf(row));
  }

  failed(): Promise<readonly JobState[]> {
    return Promise.resolve(
      this.#db.prepare<[], Row>(`${SELECT} WHERE status = 'failed' ORDER BY due_at`).all().map(stateOf),
    );
  }

  retry(id: string): Promise<void> {
    const change = this.#db.prepare(
      "UPDATE jobs SET status = 'waiting', attempts = 0, due_at = ? WHERE id = ? AND status = 'failed'",
    );
    if (change.run(this.#now(), id).changes === 0) throw new UnknownJob(`${id} has not failed`);
    this.#wake();
    return Promise.resolve();
  }

  counts(): Promise<JobCounts> {
    const rows = this.#db
      .prepare<[], { status: string; count: number }>('SELECT status, count(*) AS count FROM jobs GROUP BY status')
      .all();
    const of = (status: string): number => rows.find((row) => row.status === status)?.count ?? 0;
    return Promise.resolve({ waiting: of('waiting'), running: of('running'), failed: of('failed') });
  }

  start(): Promise<void> {
    this.#started = true;
    this.#sweeper.start();
    this.#wake();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#started = false;
    await this.#sweeper.stop();
    clearTimeout(this.#timer);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    this.#db.close();
  }

  #wake(): void {
    if (!this.#started) return;
    clearTimeout(this.#timer);
    const next =
      this.#db.prepare<[], number | null>("SELECT min(due_at) FROM jobs WHERE status = 'waiting'").pluck().get() ??
      null;
    if (next === null || this.#running.size >= CONCURRENCY) return;
    this.#timer = setTimeout(
      () => {
        this.#take();
      },
      Math.min(Math.max(next - this.#now(), 0), MAX_WAIT),
    );
  }

  #take(): void {
    const due = this.#db.prepare<[number, number], Row>(
      `${SELECT} WHERE status = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?`,
    );
    for (const row of due.all(this.#now(), CONCURRENCY - this.#running.size)) {
      this.#db.prepare("UPDATE jobs SET status = 'running', attempts = attempts + 1 WHERE id = ?").run(row.id);
      const stop = new AbortController();
      const ended = this.#run({ ...row, attempts: row.attempts + 1 }, stop.signal).finally(() => {
        this.#running.delete(row.id);
        this.#wake();
      });
      this.#running.set(row.id, { stop, ended });
    }
    this.#wake();
  }

  async #run(row: Row, signal: AbortSignal): Promise<void> {
    const handler = this.#handlers.get(row.name);
    try {
      if (!handler) throw new UnknownJob(`nobody handles ${row.name}`);
      const job = requestOf(row);
      await handler.run(job.data, job, this.#workOf(row, signal));
      this.#db.prepare("UPDATE jobs SET status = 'done', error = NULL WHERE id = ?").run(row.id);
    } catch (error) {
      if (signal.aborted) this.#db.prepare("UPDATE jobs SET status = 'cancelled' WHERE id = ?").run(row.id);
      else this.#failed(row, handler, causeOf(error));
    }
  }

  #workOf({ id }: Row, signal: AbortSignal): JobWork {
    return {
      signal,
      progress: (done) => {
        this.#db.prepare('INSERT OR REPLACE INTO job_progress VALUES (?, ?)').run(id, done);
        return new Promise((resolve) => {
          signal.throwIfAborted();
          resolve();
        });
      },
    };
  }

  #failed({ id, attempts }: Row, handler: JobHandler | undefined, error: string): void {
    const last = attempts >= attemptsOf(handler);
    this.#db
      .prepare('UPDATE jobs SET status = ?, due_at = ?, error = ? WHERE id = ?')
      .run(last ? 'failed' : 'waiting', this.#now() + pauseAfter(attempts, handler), error, id);
  }
}

const requestOf = ({ id, name, data, due_at }: Row): JobRequest => ({
  id,
  name,
  data: JSON.parse(data) as JobRequest['data'],
  dueAt: new Date(due_at).toISOString(),
});

const stateOf = (row: Row): JobState => ({
  ...requestOf(row),
  status: row.status,
  attempts: row.attempts,
  ...(row.error !== null && { error: row.error }),
  ...(row.progress !== null && { progress: row.progress }),
});
