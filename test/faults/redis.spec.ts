import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid } from '@kernel/format';
import { NO_STREAM, WrongRevision } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { BullmqJobs } from '@kernel/jobs/adapters/bullmq-jobs';
import type { JobRequest } from '@kernel/jobs';
import { describeOnRedis, RedisServer } from '../support/redis';
import { until } from '../support/until';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 3);
const FROZEN = process.env['FAULT_ROUNDS'] === undefined ? 3000 : 30_000;
const TIMERS = 40;
const PATIENCE = 60_000;

/** Timers that the log knows: what is due is what has not fired, whatever the queue remembers. */
class Timers {
  readonly runs = new Map<string, number>();
  readonly #waiting = new Map<string, { readonly stream: SampleStream; readonly job: JobRequest }>();

  constructor(
    private readonly store: EmbeddedEventStore,
    private readonly log: string,
  ) {}

  schedule(count: number, within: number): void {
    for (let n = 0; n < count; n++) {
      const stream = new SampleStream(this.log, 'timer', newUuid());
      const dueAt = new Date(Date.now() + Math.random() * within).toISOString();
      this.#waiting.set(stream.id, {
        stream,
        job: { id: `timer-${stream.id}`, name: 'fire', data: { timer: stream.id }, dueAt },
      });
    }
  }

  due(): Promise<readonly JobRequest[]> {
    return Promise.resolve([...this.#waiting.values()].map(({ job }) => job));
  }

  get left(): number {
    return this.#waiting.size;
  }

  /** An idempotent command: the timer's stream must not have fired yet. */
  async fire(timer: string): Promise<void> {
    this.runs.set(timer, (this.runs.get(timer) ?? 0) + 1);
    // Work that takes a while, so that faults come into the middle of it.
    await sleep(20);
    const one = this.#waiting.get(timer);
    if (!one) return;
    try {
      await this.store.append(one.stream.stream, NO_STREAM, one.stream.next());
    } catch (error) {
      if (!(error instanceof WrongRevision)) throw error;
    }
    this.#waiting.delete(timer);
  }

  async fired(): Promise<readonly string[]> {
    const streams: string[] = [];
    for await (const page of this.store.readAll()) streams.push(...page.map(({ stream }) => stream));
    return streams;
  }
}

describeOnRedis('timers whose alarm clock is Redis', () => {
  let redis: RedisServer;
  let store: EmbeddedEventStore;
  const log = newUuid();
  const open: BullmqJobs[] = [];

  const worker = async (timers: Timers): Promise<BullmqJobs> => {
    const jobs = await BullmqJobs.open({
      url: redis.url,
      name: log,
      sweepEvery: 300,
      lockDuration: 2000,
      concurrency: 8,
    });
    open.push(jobs);
    jobs.handle({ name: 'fire', run: ({ timer }) => timers.fire(String(timer)) });
    jobs.recall(() => timers.due());
    await jobs.start();
    return jobs;
  };

  /** Two workers, a fault while they work, and nobody who helps. */
  const fireAll = async (fault: () => Promise<void>): Promise<Timers> => {
    const timers = new Timers(store, log);
    await worker(timers);
    await worker(timers);
    for (let round = 0; round < ROUNDS; round++) {
      timers.schedule(TIMERS, 800);
      // The fault comes at any moment while they fire.
      await sleep(200 + Math.random() * 400);
      await fault();
    }
    await until('every timer has fired', () => timers.left === 0, { within: PATIENCE });
    return timers;
  };

  const expectOnce = async (timers: Timers): Promise<void> => {
    const fired = await timers.fired();
    expect(timers.left).toBe(0);
    expect(fired).toHaveLength(TIMERS * ROUNDS);
    expect(new Set(fired).size).toBe(fired.length);
  };

  beforeEach(async () => {
    redis = await RedisServer.start();
    store = EmbeddedEventStore.open({ folder: mkdtempSync(join(tmpdir(), 'jd-timers-')) });
  });
  afterEach(async () => {
    for (const jobs of open.splice(0)) await jobs.close();
    await redis.stop();
    await store.close();
  });

  it(`fire once in effect when Redis is killed while they fire, ${String(ROUNDS)} times`, async () => {
    const timers = await fireAll(async () => {
      await redis.kill();
      // How long it is away.
      await sleep(200);
      await redis.up();
    });
    await expectOnce(timers);
  }, 180_000);

  it(`fire once in effect when Redis forgets everything, ${String(ROUNDS)} times`, async () => {
    const timers = await fireAll(async () => {
      await redis.flush();
    });
    await expectOnce(timers);
  }, 180_000);

  it('fire once in effect when Redis forgets everything in a crash', async () => {
    const timers = await fireAll(async () => {
      await redis.flush();
      await redis.kill();
      await redis.up();
    });
    await expectOnce(timers);
  }, 180_000);

  it(`fire once in effect when Redis is frozen for ${String(FROZEN / 1000)} s`, async () => {
    const rounds = { left: 1 };
    const timers = await fireAll(async () => {
      if (rounds.left-- <= 0) return;
      redis.freeze();
      await sleep(FROZEN);
      redis.thaw();
    });
    await expectOnce(timers);
  }, 180_000);

  it('whoever asks for a job while Redis is frozen is told so in a few seconds, and the job is not lost when its source knows it', async () => {
    const timers = new Timers(store, log);
    const jobs = await worker(timers);
    redis.freeze();
    await expect(jobs.enqueue({ id: 'now', name: 'fire', data: {} })).rejects.toThrow();
    timers.schedule(5, 0);
    redis.thaw();
    await until('every timer has fired', () => timers.left === 0, { within: PATIENCE });
    expect(await timers.fired()).toHaveLength(5);
  }, 90_000);
});
