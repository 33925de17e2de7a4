import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@kernel/format';
import { recordAreas } from '@system/first-start';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import type { Context } from '../../apps/cli/src/context';
import { retryFailedJob, retryParkedOne, showJobs, showParked } from '../../apps/cli/src/verbs/operations';
import { until } from '../support/until';

const data = join(mkdtempSync(join(tmpdir(), 'jd-cli-operations-')), 'data');

describe("the operator's verbs", () => {
  let said: { readonly result: object; readonly words: string } = { result: {}, words: '' };
  const context: Context = {
    settings: readSettings({ JIANDANG_DATA: data }),
    output: {
      answer: (result, words) => {
        said = { result, words: words.join('\n') };
      },
      note: () => undefined,
      progress: () => ({ to: () => undefined, end: () => undefined }),
    },
  };
  const account = newUuid();

  /** An office in which a job failed for good and an account is parked. */
  beforeAll(async () => {
    const system = await System.open(context.settings);
    const { on } = system.projections.find(({ name }) => name === 'accounts')!;
    const folds = on['PostAssigned'];
    Object.assign(on, {
      PostAssigned: () => {
        throw new TypeError('石清远 does not fold');
      },
    });
    await system.start();
    await recordAreas(system, '433124110226,十八洞村');
    const body = { account: 'village-9', name: '石清远' };
    await system.commands.execute('account', account, 'OpenAccount', body, system.issued('setup'));
    const post = { post: newUuid(), role: 'village', area: '433124110226', from: '2013-01-01' };
    await system.commands.carryOut('account', account, 'AssignPost', post, system.issued('setup'));
    await system.jobs.enqueue({ id: 'orphan-1', name: 'orphan', data: {} });
    system.jobs.handle({ name: 'orphan', attempts: 1, run: () => Promise.reject(new Error('nobody is at home')) });
    await system.caughtUp();
    await until('the job has failed for good', async () => (await system.jobs.failed()).length > 0);
    await system.close();
    Object.assign(on, { PostAssigned: folds });
  });

  it('jobs: what failed for good, exit 1; jobs retry lets it wait again', async () => {
    expect(await showJobs(context)).toBe(1);
    expect(said.result).toMatchObject({ failed: [{ id: 'orphan-1', error: 'nobody is at home' }] });
    expect(said.words).toContain('orphan-1  1 次 attempts  nobody is at home');
    expect(await retryFailedJob(context, 'orphan-1')).toBe(0);
    expect(await showJobs(context)).toBe(0);
    expect(await retryFailedJob(context, 'orphan-1')).toBe(1);
    expect(said.words).toContain('No failed job has the id orphan-1');
  });

  it('parked: what does not fold, exit 1, without what it says; parked retry folds it anew', async () => {
    expect(await showParked(context)).toBe(1);
    expect(said.words).toContain(`accounts ${account}  account-${account} 第 1 版  TypeError at operations.spec.ts:`);
    expect(JSON.stringify(said)).not.toContain('石清远');
    expect(await retryParkedOne(context, 'accounts', account)).toBe(0);
    expect(said.result).toEqual({ view: 'accounts', key: account, status: 'folded' });
    expect(await showParked(context)).toBe(0);
    expect(await retryParkedOne(context, 'accounts', account)).toBe(1);
    expect(said.result).toMatchObject({ code: 'operations/not-parked' });
  });

  it('say that a running system holds the folder, and make no log where there is none', async () => {
    const system = await System.open(context.settings);
    await expect(showJobs(context)).rejects.toThrow('in use by process');
    await system.close();
    const nowhere = { ...context, settings: readSettings({ JIANDANG_DATA: `${data}-nowhere` }) };
    await expect(showParked(nowhere)).rejects.toThrow('there is no log');
  });
});
