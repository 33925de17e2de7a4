import { NotFound } from '@kernel/commanding';
import type { ParkedEffect } from '@kernel/processes';
import { Rejection } from '@kernel/sourcing';
import { Operations } from '@system/operations';
import type { System } from '@system/system';
import { mustHoldLog, withSystem, type Context } from '../context';
import { EXIT, refused } from '../output';

/** On embedded stores the system starts and takes the folder's lock; on engines it works beside their processes. */
export const operate = async (context: Context, work: (system: System) => Promise<number>): Promise<number> => {
  mustHoldLog(context.settings);
  return withSystem(context, async (system) => {
    try {
      return await work(system);
    } catch (error) {
      if (!(error instanceof NotFound || error instanceof Rejection)) throw error;
      return refused(context.output, error);
    }
  });
};

/** What waits and what failed for good; exit 1 when something failed. */
export const showJobs = (context: Context): Promise<number> =>
  operate(context, async (system) => {
    const { jobs, failed } = await new Operations(system).now();
    context.output.answer({ jobs, failed }, [
      `任务 jobs: 等待 waiting ${String(jobs.waiting)}, 进行 running ${String(jobs.running)}, 失败 failed ` +
        String(jobs.failed),
      ...failed.map(({ id, attempts, error = '' }) => `  ${id}  ${String(attempts)} 次 attempts  ${error}`),
    ]);
    return failed.length === 0 ? EXIT.fine : EXIT.finding;
  });

/** A failed job waits again, for a worker or the next start. */
export const retryFailedJob = (context: Context, id: string): Promise<number> =>
  operate(context, async (system) => {
    await new Operations(system).retryJob(id);
    context.output.answer({ id, status: 'waiting' }, [`${id}: 重新排队 waits again`]);
    return EXIT.fine;
  });

/** Documents and effects that wait for help, and views that are behind; exit 1 when something is parked. */
export const showParked = (context: Context): Promise<number> =>
  operate(context, async (system) => {
    const { parked, effects, lag } = await new Operations(system).now();
    const behind = lag.filter(({ events }) => events > 0);
    context.output.answer({ parked, effects, lag }, [
      `搁置 parked: ${String(parked.length + effects.length)}`,
      ...parked.map(
        ({ view, key, stream, revision, error, since }) =>
          `  ${view} ${key}  ${stream} 第 ${String(revision)} 版  ${error}  ${since}`,
      ),
      ...effects.map(wordsOfEffect),
      ...behind.map(
        ({ view, events, seconds }) =>
          `  ${view} 落后 behind: ${String(events)} events, ${String(Math.round(seconds))} s`,
      ),
    ]);
    return parked.length + effects.length === 0 ? EXIT.fine : EXIT.finding;
  });

const wordsOfEffect = ({ id, command = '', target = '', stream, revision, error, since }: ParkedEffect): string =>
  `  effect ${id}  ${command} ${target}  ← ${stream} 第 ${String(revision)} 版  ${error}  ${since}`;

/** Tries a parked effect once more; exit 1 while its cause is there. */
const retryParkedEffect = (context: Context, id: string): Promise<number> =>
  operate(context, async (system) => {
    const status = await new Operations(system).retryEffect(id);
    context.output.answer({ effect: id, status }, [
      `${id}: ${status === 'settled' ? '已办结 settled' : '已请 worker 处理 the worker was asked'}`,
    ]);
    return EXIT.fine;
  });

/** Folds a parked document anew, or with `effect` for a view tries a parked effect; exit 1 while its cause is there. */
export const retryParkedOne = (context: Context, view: string, key: string): Promise<number> =>
  view === 'effect' ? retryParkedEffect(context, key) : retryParkedDocument(context, view, key);

const retryParkedDocument = (context: Context, view: string, key: string): Promise<number> =>
  operate(context, async (system) => {
    const status = await new Operations(system).retryParked(view, key);
    context.output.answer({ view, key, status }, [
      `${view} ${key}: ${status === 'folded' ? '已恢复 folded' : '已请 projector 处理 the projector was asked'}`,
    ]);
    return EXIT.fine;
  });
