import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Jobs, UnknownJob, type JobHandler, type JobRequest, type JobState } from '../jobs';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly due_at: number;
  readonly status: JobState['status'];
  readonly attempts: number;
  readonly error: string | null;
}

const ATTEMPTS = 8;
const BACKOFF = 1000;
const CONCURRENCY = 4;
const MAX_WAIT = 60_000;

/** Jobs in a SQLite file, run in this process: what was running when it died runs again. */
export class EmbeddedJobs extends Jobs {
  readonly #db: Database.Database;
  readonly #handlers = new Map<string, JobHandler>();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(
    folder: string,
    private readonly now: () => number = Date.now,
  ) {
    super();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db = new Database(join(folder, 'jobs.db'));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(`CREATE TABLE IF NOT EXISTS jobs (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, data TEXT NOT NULL, due_at INTEGER NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, error TEXT
    ) WITHOUT ROWID; CREATE INDEX IF NOT EXISTS jobs_due ON jobs (status, due_at)`);
    this.#db.exec("UPDATE jobs SET status = 'waiting' WHERE status = 'running'");
  }

  handle(handler: JobHandler): void {
    this.#handlers.set(handler.name, handler);
  }

  enqueue({ id, name, data, dueAt }: JobRequest): Promise<void> {
    if (!/^[\w.-]{1,200}$/.test(id)) throw new UnknownJob(`${id} is no job id: letters, digits, - _ .`);
    const due = dueAt === undefined ? this.now() : Date.parse(dueAt);
    this.#db
      .prepare("INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, 'waiting', 0, NULL)")
      .run(id, name, JSON.stringify(data), due);
    this.#wake();
    return Promise.resolve();
  }

  cancel(id: string): Promise<void> {
    this.#db.prepare("UPDATE jobs SET status = 'cancelled' WHERE id = ? AND status IN ('waiting', 'failed')").run(id);
    return Promise.resolve();
  }

  get(id: string): Promise<JobState | undefined> {
    const row = this.#db.prepare<[string], Row>('SELECT * FROM jobs WHERE id = ?').get(id);
    return Promise.resolve(row && stateOf(row));
  }

  failed(): Promise<readonly JobState[]> {
    return Promise.resolve(
      this.#db.prepare<[], Row>("SELECT * FROM jobs WHERE status = 'failed' ORDER BY due_at").all().map(stateOf),
    );
  }

  retry(id: string): Promise<void> {
    const change = this.#db.prepare(
      "UPDATE jobs SET status = 'waiting', attempts = 0, due_at = ? WHERE id = ? AND status = 'failed'",
    );
    if (change.run(this.now(), id).changes === 0) throw new UnknownJob(`${id} has not failed`);
    this.#wake();
    return Promise.resolve();
  }

  start(): Promise<void> {
    this.#started = true;
    this.#wake();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
    this.#db.close();
  }

  #wake(): void {
    if (!this.#started) return;
    clearTimeout(this.#timer);
    const next =
      this.#db.prepare<[], number | null>("SELECT min(due_at) FROM jobs WHERE status = 'waiting'").pluck().get() ??
      null;
    if (next === null || this.#running.size >= CONCURRENCY) return;
    this.#timer = setTimeout(() => { this.#take(); }, Math.min(Math.max(next - this.now(), 0), MAX_WAIT)); // prettier-ignore
  }

  #take(): void {
    const due = this.#db.prepare<[number, number], Row>(
      "SELECT * FROM jobs WHERE status = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?",
    );
    for (const row of due.all(this.now(), CONCURRENCY - this.#running.size)) {
      this.#db.prepare("UPDATE jobs SET status = 'running', attempts = attempts + 1 WHERE id = ?").run(row.id);
      const run = this.#run({ ...row, attempts: row.attempts + 1 }).finally(() => {
        this.#running.delete(run);
        this.#wake();
      });
      this.#running.add(run);
    }
    this.#wake();
  }

  async #run(row: Row): Promise<void> {
    const handler = this.#handlers.get(row.name);
    try {
      if (!handler) throw new UnknownJob(`nobody handles ${row.name}`);
      const job = requestOf(row);
      await handler.run(job.data, job);
      this.#db.prepare("UPDATE jobs SET status = 'done', error = NULL WHERE id = ?").run(row.id);
    } catch (error) {
      this.#failed(row, handler, error instanceof Error ? error.message : String(error));
    }
  }

  #failed({ id, attempts }: Row, handler: JobHandler | undefined, error: string): void {
    const last = attempts >= (handler?.attempts ?? ATTEMPTS);
    const wait = (handler?.backoff ?? BACKOFF) * 2 ** (attempts - 1) * (0.75 + Math.random() / 2);
    this.#db
      .prepare('UPDATE jobs SET status = ?, due_at = ?, error = ? WHERE id = ?')
      .run(last ? 'failed' : 'waiting', Math.round(this.now() + wait), error, id);
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
});
