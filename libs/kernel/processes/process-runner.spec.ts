import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Commands } from '@kernel/commanding';
import { NO_STREAM } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { newUuid } from '@kernel/format';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import type { AnyProcess } from '@kernel/sourcing';
import { ProcessRunner } from './process-runner';

describe('processes that are divided between two workers', () => {
  it('are waited for by both, wherever they are carried out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jd-processes-'));
    const store = EmbeddedEventStore.open({ folder });
    const models = new EmbeddedReadModels(folder);
    const sample = new SampleStream(newUuid());
    const [first, second] = [sample.next(1), sample.next(1)];
    const process = (name: string): AnyProcess => ({
      name,
      from: { category: 'household' } as never,
      on: { VisitRecorded: () => [] },
    });
    /** Gives the lease of one process to each of the runners, and to none that of the other. */
    const holding = (mine: string) =>
      new Proxy(models, {
        get: (target, key) => {
          if (key === 'claim')
            return ({ name }: { name: string }, signal: AbortSignal) =>
              name.endsWith(mine)
                ? Promise.resolve()
                : new Promise((resolve) => signal.addEventListener('abort', resolve));
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    const runner = (mine: string) =>
      new ProcessRunner({
        store,
        models: holding(mine),
        shared: true,
        clock: {} as Clock,
        commands: {} as Commands,
        processes: [process('one'), process('two')],
        open: () => Promise.resolve([]),
      });
    const runners = [runner('one'), runner('two')];
    await Promise.all(runners.map((one) => one.start()));
    await store.append(sample.stream, NO_STREAM, first);
    await Promise.all(runners.map((one) => one.idle()));
    await store.append(sample.stream, 0, second);
    await runners[1]?.idle();
    const { position } = await models.checkpoint({ name: 'process-one', version: 1, indexes: [] });
    expect(position).toBe(await store.head());
    await Promise.all(runners.map((one) => one.stop()));
    await models.close();
    await store.close();
  });
});
