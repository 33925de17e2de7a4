import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { BadJob, JobCancelled, UnknownJob, type JobRequest, type Jobs, type JobState } from '../jobs';
import { until as eventually } from '../../../../test/support/until';

/** A runner and another one over the same jobs, as after a restart. */
export interface JobsUnderTest {
  readonly jobs: Jobs;
  readonly reopen: () => Promise<Jobs>;
}

export const until = (jobs: Jobs, id: string, status: JobState['status']): Promise<JobState> => {
  const held = async (): Promise<JobState | undefined> => {
    const state = await jobs.get(id);
    return state?.status === status ? state : undefined;
  };
  return eventually(`${id} is ${status}`, held, { within: 30_000, every: 5 });
};

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** What every runner of jobs promises; an adapter's spec is one call of this. */
export const jobsContract = (name: string, make: () => Promise<JobsUnderTest>): void => {
  describe(`${name} as a runner of jobs`, () => {
    const open: Jobs[] = [];
    let jobs: Jobs;
    let reopen: () => Promise<Jobs>;
    beforeEach(async () => {
      const made = await make();
      jobs = made.jobs;
      open.push(jobs);
      reopen = async () => {
        const again = await made.reopen();
        open.push(again);
        return again;
      };
    });
    const close = async (one: Jobs): Promise<void> => {
      open.splice(open.indexOf(one), 1);
      await one.close();
    };
    afterEach(async () => {
      for (const one of open.splice(0)) await one.close();
    });

    it('does a job once, however often it is asked for', async () => {
      const done: unknown[] = [];
      jobs.handle({ name: 'tell', run: (data) => Promise.resolve(void done.push(data)) });
      await jobs.start();
      for (let turn = 0; turn < 3; turn++) await jobs.enqueue({ id: 'a', name: 'tell', data: { household: 'h' } });
      await until(jobs, 'a', 'done');
      await jobs.enqueue({ id: 'a', name: 'tell', data: {} });
      await jobs.enqueue({ id: 'b', name: 'tell', data: { household: 'next' } });
      await until(jobs, 'b', 'done');
      expect(done).toEqual([{ household: 'h' }, { household: 'next' }]);
      expect(await jobs.get('nobody-asked')).toBeUndefined();
    });

    it('waits until a job is due, also across a restart', async () => {
      await jobs.start();
      const due = inMs(500);
      await jobs.enqueue({ id: 'later', name: 'tell', data: {}, dueAt: due });
      await close(jobs);
      const again = await reopen();
      let at = 0;
      again.handle({ name: 'tell', run: () => Promise.resolve(void (at = Date.now())) });
      expect(await again.get('later')).toMatchObject({ status: 'waiting', dueAt: due });
      await again.start();
      await until(again, 'later', 'done');
      expect(at).toBeGreaterThanOrEqual(Date.parse(due));
    });

    it('tries again with growing pauses, and shows what failed for good until somebody retries it', async () => {
      let fails = 5;
      jobs.handle({
        name: 'shaky',
        attempts: 3,
        backoff: 2,
        run: () => (fails-- > 0 ? Promise.reject(new Error('no')) : Promise.resolve()),
      });
      await jobs.start();
      await jobs.enqueue({ id: 's', name: 'shaky', data: {} });
      await until(jobs, 's', 'failed');
      expect(await jobs.failed()).toMatchObject([{ id: 's', attempts: 3, error: 'no' }]);
      expect(await jobs.counts()).toEqual({ waiting: 0, running: 0, failed: 1 });
      await jobs.retry('s');
      await until(jobs, 's', 'done');
      expect(fails).toBe(-1);
      expect(await jobs.failed()).toEqual([]);
    });

    it('pauses for the handler’s time, doubled with each attempt', async () => {
      const at: number[] = [];
      const run = (): Promise<void> => {
        at.push(Date.now());
        return Promise.reject(new Error('no'));
      };
      jobs.handle({ name: 'slow', attempts: 3, backoff: 100, run });
      await jobs.start();
      await jobs.enqueue({ id: 'pauses', name: 'slow', data: {} });
      await until(jobs, 'pauses', 'failed');
      const [first = 0, second = 0, third = 0] = at;
      expect(second - first).toBeGreaterThanOrEqual(74);
      expect(third - second).toBeGreaterThanOrEqual(149);
    });

    it('cancels what has not run', async () => {
      let ran = 0;
      jobs.handle({ name: 'tell', run: () => Promise.resolve(void (ran += 1)) });
      await jobs.enqueue({ id: 'c', name: 'tell', data: {} });
      await jobs.cancel('c');
      await jobs.cancel('nobody-asked');
      await jobs.start();
      await jobs.enqueue({ id: 'c', name: 'tell', data: {} });
      await jobs.enqueue({ id: 'd', name: 'tell', data: {} });
      await until(jobs, 'd', 'done');
      expect(await jobs.get('c')).toMatchObject({ status: 'cancelled' });
      expect(ran).toBe(1);
      await expect((async () => jobs.retry('c'))()).rejects.toThrow(UnknownJob);
      await jobs.cancel('d');
      expect(await jobs.get('d')).toMatchObject({ status: 'done' });
    });

    it('tells running work that it was cancelled, and how far it had come', async () => {
      const ended: unknown[] = [];
      jobs.handle({
        name: 'export',
        run: async (_data, _job, { signal, progress }) => {
          await progress(40);
          await once(signal, 'abort');
          ended.push(signal.reason);
          await progress(80);
        },
      });
      await jobs.start();
      await jobs.enqueue({ id: 'long', name: 'export', data: {} });
      await until(jobs, 'long', 'running');
      await eventually('it has come to 40', async () => (await jobs.get('long'))?.progress === 40);
      expect(await jobs.get('long')).toMatchObject({ status: 'running', progress: 40 });
      await jobs.cancel('long');
      await until(jobs, 'long', 'cancelled');
      expect(ended).toEqual([expect.any(JobCancelled)]);
    });

    it('does several jobs at a time, and ends what it has begun before it closes', async () => {
      let [now, most] = [0, 0];
      const run = async (): Promise<void> => {
        most = Math.max(most, ++now);
        // Work that takes a while.
        await sleep(60);
        now -= 1;
      };
      jobs.handle({ name: 'wait', run });
      for (let n = 0; n < 8; n++) await jobs.enqueue({ id: `w-${String(n)}`, name: 'wait', data: { n } });
      await jobs.start();
      await until(jobs, 'w-0', 'running');
      await close(jobs);
      expect(now).toBe(0);
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(4);
    });

    it('asks its sources again and again for what ought to wait, and does it once', async () => {
      const done: string[] = [];
      const due: JobRequest[] = [{ id: 'r-1', name: 'tell', data: {} }];
      jobs.handle({ name: 'tell', run: (_data, { id }) => Promise.resolve(void done.push(id)) });
      jobs.recall(() => Promise.reject(new Error('this source is away')));
      jobs.recall(() => Promise.resolve(due));
      await jobs.start();
      await until(jobs, 'r-1', 'done');
      due.push({ id: 'r-2', name: 'tell', data: {} });
      await until(jobs, 'r-2', 'done');
      expect(done).toEqual(['r-1', 'r-2']);
    });

    it.each<readonly [string, JobRequest]>([
      ['an id with a colon', { id: 'a:b', name: 'tell', data: {} }],
      ['an id of digits alone', { id: '42', name: 'tell', data: {} }],
      ['a payload with a name in it', { id: 'x', name: 'tell', data: { name: '石爬专' } }],
      ['a day that is none', { id: 'x', name: 'tell', data: {}, dueAt: 'tomorrow' }],
    ])('refuses %s', async (_what, job) => {
      await expect((async () => jobs.enqueue(job))()).rejects.toThrow(BadJob);
    });
  });
};
