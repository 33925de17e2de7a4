import { setTimeout as sleep } from 'node:timers/promises';
import { UnknownJob, type Jobs, type JobState } from '../jobs';

const until = async (jobs: Jobs, id: string, status: JobState['status']): Promise<JobState> => {
  for (let turn = 0; turn < 400; turn++) {
    const state = await jobs.get(id);
    if (state?.status === status) return state;
    await sleep(5);
  }
  throw new Error(`${id} never was ${status}`);
};

/** What every runner of jobs promises; an adapter's spec is one call of this. */
export const jobsContract = (name: string, make: () => { jobs: Jobs; reopen: () => Jobs }): void => {
  describe(`${name} as a runner of jobs`, () => {
    it('does a job once, however often it is asked for', async () => {
      const { jobs } = make();
      const done: unknown[] = [];
      jobs.handle({ name: 'tell', run: (data) => Promise.resolve(void done.push(data)) });
      await jobs.start();
      for (let turn = 0; turn < 3; turn++) await jobs.enqueue({ id: 'a', name: 'tell', data: { household: 'h' } });
      await until(jobs, 'a', 'done');
      await jobs.enqueue({ id: 'a', name: 'tell', data: {} });
      await sleep(20);
      expect(done).toEqual([{ household: 'h' }]);
      await jobs.close();
    });

    it('waits until a job is due, also across a restart', async () => {
      const { jobs, reopen } = make();
      await jobs.start();
      await jobs.enqueue({ id: 'later', name: 'tell', data: {}, dueAt: new Date(Date.now() + 150).toISOString() });
      await jobs.close();
      const again = reopen();
      let at = 0;
      again.handle({ name: 'tell', run: () => Promise.resolve(void (at = Date.now())) });
      await again.start();
      expect(await again.get('later')).toMatchObject({ status: 'waiting' });
      const { dueAt = '' } = await until(again, 'later', 'done');
      expect(at).toBeGreaterThanOrEqual(Date.parse(dueAt));
      await again.close();
    });

    it('tries again with growing pauses, and shows what failed for good until somebody retries it', async () => {
      const { jobs } = make();
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
      await jobs.retry('s');
      await until(jobs, 's', 'done');
      expect(fails).toBe(-1);
      await jobs.close();
    });

    it('cancels what has not run', async () => {
      const { jobs } = make();
      await jobs.enqueue({ id: 'c', name: 'tell', data: {} });
      await jobs.cancel('c');
      await jobs.start();
      expect(await jobs.get('c')).toMatchObject({ status: 'cancelled' });
      expect(() => jobs.retry('c')).toThrow(UnknownJob);
      expect(() => jobs.enqueue({ id: 'a:b', name: 'tell', data: {} })).toThrow(UnknownJob);
      await jobs.close();
    });
  });
};
