import type { JobHandler, JobRequest, Jobs } from './jobs';

const DAY = 24 * 3_600_000;

/**
 * Work of every day (UTC), at start for the day that has begun. The calendar is the timer: nothing is lost with the
 * runner.
 */
export const everyDay = (jobs: Jobs, handler: JobHandler, now: () => number = Date.now): void => {
  const of = (at: number): JobRequest => {
    const day = new Date(at).toISOString().slice(0, 10);
    return { id: `${handler.name}-${day}`, name: handler.name, data: { day }, dueAt: `${day}T00:00:00.000Z` };
  };
  jobs.handle(handler);
  jobs.recall(() => Promise.resolve([of(now()), of(now() + DAY)]));
};
