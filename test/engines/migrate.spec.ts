import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { newUuid } from '@kernel/format';
import { NO_STREAM } from '@kernel/event-store';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { Notary } from '@kernel/ledger';
import { SampleLog } from '@kernel/ledger/testing/sample-log';
import { readSettings } from '@system/settings';
import type { Context } from '../../apps/cli/src/context';
import { outputOf } from '../../apps/cli/src/output';
import { migrate, openEngine, type Opened } from '../../apps/cli/src/verbs/migrate';
import { OwnLog } from '../support/eventstoredb/own-log';
import { onDouble, serverUnderTest, type ServerUnderTest } from '../support/eventstoredb/server';

jest.setTimeout(60_000);

interface Said {
  readonly equal: boolean;
  readonly sound: boolean;
  readonly events: number;
  readonly streams: number;
  readonly already: number;
  readonly copied: number;
  readonly root: string;
  readonly difference?: string;
}

const contextOf = (data: string, address: string): Context & { said: () => Said } => {
  let said: object = {};
  const settings = readSettings({
    JIANDANG_DATA: data,
    JIANDANG_EVENTSTOREDB: address,
    JIANDANG_MONGODB: 'mongodb://unused',
    JIANDANG_REDIS: 'redis://unused',
    JIANDANG_MASTER_KEY: `1:${Buffer.alloc(32, 1).toString('base64url')}`,
  });
  const output = {
    ...outputOf(true),
    answer: (result: object) => {
      said = result;
    },
  };
  return { settings, output, said: () => said as Said };
};

describe('a log that moves to another engine', () => {
  let server: ServerUnderTest;
  let sample: SampleLog;
  let data: string;
  let own: Set<string>;
  beforeEach(async () => {
    server = await serverUnderTest();
    sample = await SampleLog.open();
    data = join(sample.folder, 'data');
    const streams = Array.from({ length: 30 }, () => new SampleStream(sample.log));
    for (let n = 0; n < 60; n++) {
      const stream = streams[(n * 7) % 30]!;
      await sample.store.append(
        stream.stream,
        stream.revision,
        stream.next(1 + (n % 3), { bytes: n % 5 === 0 ? 700 : 0 }),
      );
    }
    await sample.stream(600);
    own = new Set();
    for await (const page of sample.store.readAll()) for (const { stream } of page) own.add(stream);
  });
  afterEach(() => {
    server.stop();
  });

  /** A server that holds other logs too is seen as if it held this one alone. */
  const open = async (...end: Parameters<typeof openEngine>): Promise<Opened> => {
    const opened = await openEngine(...end);
    return end[1] === 'eventstoredb' ? { ...opened, store: new OwnLog(opened.store, own) } : opened;
  };

  it('keeps ids, hashes and order across streams, there and back, and the signed ledger goes on', async () => {
    const notary = sample.notary();
    const before = await notary.sealer.sealNow();
    await notary.close();
    await sample.store.close();

    const there = contextOf(data, server.address);
    expect(await migrate(there, { from: 'embedded', to: 'eventstoredb' }, open)).toBe(0);
    expect(there.said()).toMatchObject({
      equal: true,
      sound: true,
      already: 0,
      copied: before.size,
      events: before.size,
    });
    expect(there.said().root).toBe(before.root.toString('hex'));
    expect(await migrate(there, { from: 'embedded', to: 'eventstoredb' }, open)).toBe(0);
    expect(there.said()).toMatchObject({ equal: true, already: before.size, copied: 0 });

    const returned = join(mkdtempSync(join(tmpdir(), 'jd-back-')), 'data');
    const back = contextOf(returned, server.address);
    expect(await migrate(back, { from: 'eventstoredb', to: 'embedded' }, open)).toBe(0);
    expect(back.said()).toMatchObject({ equal: true, sound: true, copied: before.size, root: there.said().root });

    const store = EmbeddedEventStore.open({ folder: returned });
    const going = new Notary({
      store,
      log: sample.log,
      keys: sample.signing,
      gather: 20,
      files: sample.files,
      state: sample.state,
      command: () => Promise.reject(new Error('not asked')),
    });
    const more = new SampleStream(sample.log);
    await store.append(more.stream, NO_STREAM, more.next(3));
    const after = await going.sealer.sealNow();
    expect(after.size).toBe(before.size + 3);
    expect((await going.ledger.rootAt(before.size)).equals(before.root)).toBe(true);
    await going.close();
    await store.close();
  });

  onDouble('goes on where a kill cut it off', async () => {
    await sample.store.close();
    const child = spawn(process.execPath, [
      join(__dirname, '../faults/migrate-until-killed.cjs'),
      data,
      server.address,
    ]);
    let reached = 0;
    child.stdout.on('data', (text: Buffer) => {
      reached = Number(text.toString().trim().split('\n').at(-1));
      if (reached > 20) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const context = contextOf(data, server.address);
    expect(await migrate(context, { from: 'embedded', to: 'eventstoredb' }, open)).toBe(0);
    const { already, copied, events, equal } = context.said();
    expect(equal).toBe(true);
    expect(already).toBeGreaterThan(20);
    expect(already).toBeLessThan(events);
    expect(already + copied).toBe(events);
  });

  it('is not copied over another log, nor over one that says something else', async () => {
    await sample.store.close();
    const context = contextOf(data, server.address);
    const foreign = new SampleStream(newUuid());
    own.add(foreign.stream);
    const digests = new EmbeddedDigests(data);
    const store = await EventstoredbEventStore.open({ address: server.address, digests });
    await store.append(foreign.stream, NO_STREAM, foreign.next(1));
    await store.close();
    digests.close();
    expect(await migrate(context, { from: 'embedded', to: 'eventstoredb' }, open)).toBe(1);
    expect(context.said()).toMatchObject({ equal: false });
    expect(context.said().difference).toContain('event 1 is ledger-');
  });

  it('is called damaged when what was copied does not hash to h', async () => {
    await sample.store.close();
    const db = new Database(join(data, 'log.db'));
    db.exec(
      'DROP TRIGGER events_stay; UPDATE events SET body = replace(body, \'"step":1\', \'"step":9\') WHERE revision = 1',
    );
    db.close();
    const context = contextOf(data, server.address);
    expect(await migrate(context, { from: 'embedded', to: 'eventstoredb' }, open)).toBe(1);
    expect(context.said()).toMatchObject({ equal: true, sound: false });
  });

  it.each([
    [{ from: 'embedded', to: 'embedded' }, 'two different engines'],
    [{ from: 'oracle', to: 'embedded' }, 'two different engines'],
  ])('refuses %j', async (options, words) => {
    await sample.store.close();
    await expect(migrate(contextOf(data, server.address), options)).rejects.toThrow(words);
  });

  it('says which setting is missing', async () => {
    await sample.store.close();
    const context = { ...contextOf(data, server.address), settings: readSettings({ JIANDANG_DATA: data }) };
    await expect(migrate(context, { from: 'embedded', to: 'eventstoredb' })).rejects.toThrow('JIANDANG_EVENTSTOREDB');
  });
});
