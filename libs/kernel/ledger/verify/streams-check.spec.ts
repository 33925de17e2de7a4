import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { NO_STREAM, type StoredEvent } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { newUuid } from '@kernel/format';
import { checkStreams } from './streams-check';

describe('what every stream gives of itself, against the log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-streams-'));
  const store = EmbeddedEventStore.open({ folder });
  const streams = Array.from({ length: 20 }, () => new SampleStream(newUuid()));
  const log: StoredEvent[] = [];

  beforeAll(async () => {
    for (const sample of streams) await store.append(sample.stream, NO_STREAM, sample.next(6));
    for await (const page of store.readAll()) log.push(...page);
  });
  afterAll(() => store.close());

  const found = async (held = log) =>
    (await checkStreams(store, held)).map(({ stream, revision, detail = '' }) => [stream, revision, detail]);

  it('is the same, and what was appended meanwhile is passed over', async () => {
    await store.append(streams[0]!.stream, 5, streams[0]!.next(1));
    expect(await found()).toEqual([]);
  });

  it('names each event that its stream does not give, and none of those around it', async () => {
    const [gap, beginning] = [streams[3]!.stream, streams[17]!.stream];
    const db = new Database(join(folder, 'log.db'));
    db.exec('DROP TRIGGER events_remain');
    const lose = db.prepare(
      'DELETE FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision = ?',
    );
    for (const [stream, revision] of [
      [gap, 2],
      [gap, 4],
      [beginning, 0],
    ] as const)
      lose.run(stream, revision);
    db.close();
    const hidden = expect.stringContaining('does not give it') as unknown;
    expect(await found()).toEqual([
      [gap, 2, hidden],
      [gap, 4, hidden],
      [beginning, 0, hidden],
    ]);
  });

  it('names the event in whose place another stands', async () => {
    const [event] = log.filter(({ stream, revision }) => stream === streams[5]!.stream && revision === 1);
    const other = { ...event!, meta: { ...event!.meta, h: 'f'.repeat(64) } };
    expect(await found([other])).toEqual([[event!.stream, 1, expect.stringContaining('another event')]]);
  });
});
