import { NotFound } from '@kernel/commanding';
import { UnknownJob, type JobCounts, type JobState } from '@kernel/jobs';
import type { ParkedEffect, Resettled } from '@kernel/processes';
import type { Lag, Parked, Retried } from '@kernel/read-models';
import { defineRejections } from '@kernel/sourcing';
import type { System } from './system';

const refuse = defineRejections({
  'operations/no-failed-job': {
    zh: ['没有编号为 {id} 的失败任务', '请查看失败任务清单;已重试的任务不再列入'],
    en: ['No failed job has the id {id}', 'See the list of failed jobs; one that was retried is no longer in it'],
  },
  'operations/not-parked': {
    zh: ['视图 {view} 没有搁置 {key}', '请查看搁置清单;已恢复的不再列入'],
    en: ['The view {view} has not parked {key}', 'See the list of what is parked; what was healed is no longer in it'],
  },
  'operations/effect-not-parked': {
    zh: ['没有搁置编号为 {id} 的联动登记', '请查看搁置清单;已办理的不再列入'],
    en: [
      'No effect with the id {id} is parked',
      'See the list of what is parked; what was carried out is no longer in it',
    ],
  },
  'operations/effect-impossible': {
    zh: ['仍无法办理:{stream} 第 {revision} 版,{error}', '请先排除原因(更新程序、找回密钥)再重试'],
    en: [
      'It still cannot be carried out: {stream} revision {revision}, {error}',
      'Mend the cause first (a newer program, its key), then retry',
    ],
  },
  'operations/does-not-fold': {
    zh: ['仍无法生成:{stream} 第 {revision} 版,{error}', '请先排除原因(更新程序、找回密钥,或更正该事件)再重试'],
    en: [
      'It still does not fold: {stream} revision {revision}, {error}',
      'Mend the cause first (a newer program, its key, a correction of the event), then retry',
    ],
  },
});

/** What waits, what has failed for good, what is parked, and how far the views are behind. Ids only. */
export interface Operating {
  readonly jobs: JobCounts;
  readonly failed: readonly JobState[];
  readonly parked: readonly Parked[];
  /** What deciding events should have brought about in other records and cannot. */
  readonly effects: readonly ParkedEffect[];
  readonly lag: readonly Lag[];
  /** Accounts that nobody can sign in to: their login belongs to an account opened before. */
  readonly doubled: readonly string[];
}

type Operated = Pick<System, 'jobs' | 'projector' | 'processes' | 'logins'>;

/** What an operator sees of a running system, and mends. */
export class Operations {
  constructor(private readonly system: Operated) {}

  async now(): Promise<Operating> {
    const { jobs, projector, processes, logins } = this.system;
    return {
      jobs: await jobs.counts(),
      failed: await jobs.failed(),
      parked: await projector.parked(),
      effects: await processes.parked(),
      lag: await projector.lag(),
      doubled: await logins.doubled(),
    };
  }

  /** A job that failed for good runs again. @throws NotFound */
  async retryJob(id: string): Promise<void> {
    try {
      await this.system.jobs.retry(id);
    } catch (error) {
      throw error instanceof UnknownJob ? new NotFound('operations/no-failed-job', { id }) : error;
    }
  }

  /** A parked document is folded anew. @throws NotFound; Rejection: its cause is still there; ViewBehind: not yet */
  async retryParked(view: string, key: string): Promise<Exclude<Retried, 'parked'>> {
    const { projector } = this.system;
    const outcome = await projector.retry(view, key);
    if (outcome === undefined) throw new NotFound('operations/not-parked', { view, key });
    if (outcome !== 'parked') return outcome;
    const parked = (await projector.parked()).find((one) => one.view === view && one.key === key);
    throw refuse('operations/does-not-fold', {
      stream: parked?.stream ?? '',
      revision: parked?.revision ?? 0,
      error: parked?.error ?? '',
    });
  }

  /** A parked effect is tried once more. @throws NotFound; Rejection: its cause is still there */
  async retryEffect(id: string): Promise<Exclude<Resettled, 'parked'>> {
    const { processes } = this.system;
    const outcome = await processes.retry(id);
    if (outcome === undefined) throw new NotFound('operations/effect-not-parked', { id });
    if (outcome !== 'parked') return outcome;
    const parked = (await processes.parked()).find((one) => one.id === id);
    throw refuse('operations/effect-impossible', {
      stream: parked?.stream ?? '',
      revision: parked?.revision ?? 0,
      error: parked?.error ?? '',
    });
  }
}
