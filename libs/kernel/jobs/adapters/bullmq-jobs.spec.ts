import { JobsUnavailable } from '@kernel/engines';
import { newUuid } from '@kernel/format';
import { describeOnRedis, RedisServer } from '../../../../test/support/redis';
import { jobsContract, until } from '../testing/jobs.contract';
import { BullmqJobs } from './bullmq-jobs';

let redis: RedisServer;
const openOn = (url: string, name: string, onWarning?: (words: string) => void) =>
  BullmqJobs.open({ url, name, sweepEvery: 50, onWarning });

describeOnRedis('jobs on Redis', () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  jobsContract('the BullMQ adapter', async () => {
    const log = newUuid();
    return { jobs: await openOn(redis.url, log), reopen: () => openOn(redis.url, log) };
  });

  it('keeps two logs on one server apart', async () => {
    const [one, other] = [await openOn(redis.url, newUuid()), await openOn(redis.url, newUuid())];
    await one.enqueue({ id: 'a', name: 'tell', data: {} });
    expect(await other.get('a')).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  it('is shared by processes: one asks, another works, a third cancels', async () => {
    const log = newUuid();
    const [api, worker, third] = [
      await openOn(redis.url, log),
      await openOn(redis.url, log),
      await openOn(redis.url, log),
    ];
    let turns = 0;
    worker.handle({
      name: 'count',
      run: async (_data, _job, { progress }) => {
        for (;;) await progress(++turns);
      },
    });
    await worker.start();
    await api.enqueue({ id: 'counting', name: 'count', data: {} });
    await until(third, 'counting', 'running');
    await third.cancel('counting');
    await until(api, 'counting', 'cancelled');
    await Promise.all([api.close(), worker.close(), third.close()]);
  });

  it('refuses a server that may drop jobs, and one that is away, in words and without the password', async () => {
    await redis.ask((client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    await expect(openOn(redis.url, newUuid())).rejects.toThrow(/set maxmemory-policy noeviction/);
    await redis.ask((client) => client.config('SET', 'maxmemory-policy', 'noeviction'));
    const away = openOn('redis://:secret@127.0.0.1:1', newUuid());
    await expect(away).rejects.toThrow(JobsUnavailable);
    await expect(away).rejects.toThrow(/^(?!.*secret).*127\.0\.0\.1:1/);
  });

  it('warns of a server without append-only file', async () => {
    const warnings: string[] = [];
    await redis.ask((client) => client.config('SET', 'appendonly', 'no'));
    const jobs = await openOn(redis.url, newUuid(), (words) => warnings.push(words));
    await redis.ask((client) => client.config('SET', 'appendonly', 'yes'));
    await jobs.close();
    expect(warnings).toEqual([expect.stringContaining('Set appendonly yes')]);
  });
});
