import { StoreUnavailable } from '@kernel/engines';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { newUuid } from '@kernel/format';
import { NO_STREAM } from '../event-store';
import { eventStoreContract } from '../testing/event-store.contract';
import { SampleStream } from '../testing/sample-events';
import { EmbeddedEventStore } from './embedded-event-store';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-log-'));

/** A store whose log has begun, as every log does, with its ledger's stream. */
const make = (options: { folder?: string; maxPages?: number } = {}) => {
  const where = options.folder ?? folder();
  const store = EmbeddedEventStore.open({ ...options, folder: where });
  return { where, store, log: newUuid() };
};

eventStoreContract('the embedded adapter', () => {
  const { where, store, log } = make();
  const reopen = async () => {
    await store.close();
    return EmbeddedEventStore.open({ folder: where });
  };
  const taken = (which: string, ...values: (string | number)[]): Promise<void> => {
    const db = new Database(join(where, 'log.db'));
    db.exec('DROP TRIGGER IF EXISTS events_remain');
    db.prepare(`DELETE FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND ${which}`).run(values);
    db.close();
    return Promise.resolve();
  };
  const harm = {
    cut: (stream: string, before: number) => taken('revision < ?', stream, before),
    lose: (stream: string, revision: number) => taken('revision = ?', stream, revision),
  };
  return Promise.resolve({ log, store, reopen, harm });
});

describe('the embedded log', () => {
  const begun = async (options: { maxPages?: number } = {}) => {
    const made = make(options);
    const ledger = new SampleStream(made.log, 'ledger', made.log);
    await made.store.append(ledger.stream, NO_STREAM, ledger.next(1));
    return made;
  };

  it.each([
    ['UPDATE events SET type = type', 'never changed'],
    ['DELETE FROM events', 'never deleted'],
    ["UPDATE streams SET name = 'x'", 'never changed'],
    ['DELETE FROM streams', 'never deleted'],
  ])('refuses %s', async (sql, words) => {
    const { where, store } = await begun();
    const db = new Database(join(where, 'log.db'));
    expect(() => db.exec(sql)).toThrow(words);
    db.close();
    await store.close();
  });

  it('has one writer per folder, and says which process it is', async () => {
    const { where, store } = await begun();
    const [driver, lock] = [require.resolve('@kernel/engines/adapters/sqlite.cjs'), join(where, 'lock.db')];
    const program = `
      const db = new (require(${JSON.stringify(driver)}))(${JSON.stringify(lock)}, { timeout: 0 });
      try { db.exec('BEGIN EXCLUSIVE'); console.log('free'); } catch { console.log('locked'); }`;
    expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })).toBe('locked\n');
    expect(() => EmbeddedEventStore.open({ folder: where })).toThrow(`in use by process ${String(process.pid)}`);
    await store.close();
    expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })).toBe('free\n');
  });

  it('can be read beside a running system, and follows it', async () => {
    const { where, store, log } = await begun();
    const beside = EmbeddedEventStore.open({ folder: where, readonly: true });
    const sample = new SampleStream(log);
    await store.append(sample.stream, NO_STREAM, sample.next(1));
    expect(await beside.read(sample.stream)).toHaveLength(1);
    await expect(beside.append(sample.stream, 0, sample.next(1))).rejects.toBeInstanceOf(StoreUnavailable);
    await beside.close();
    await store.close();
  });

  it('refuses what does not fit on a full disk, loses nothing, and goes on when there is room', async () => {
    const { store, where, log } = await begun({ maxPages: 60 });
    const sample = new SampleStream(log);
    let acknowledged = -1;
    const fill = async () => {
      for (;;) {
        const [event] = sample.next(1, { bytes: 8000 });
        acknowledged = (await store.append(sample.stream, acknowledged, [event!])).revision;
      }
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'full' });
    expect(await store.read(sample.stream)).toHaveLength(acknowledged + 1);
    await store.close();
    const roomy = EmbeddedEventStore.open({ folder: where });
    const again = new SampleStream(log);
    expect((await roomy.append(again.stream, NO_STREAM, again.next(1))).revision).toBe(0);
    await roomy.close();
  });

  it('refuses to open when an event since the last clean stop was changed, and names it', async () => {
    const { where, store, log } = await begun();
    const sample = new SampleStream(log);
    await store.append(sample.stream, NO_STREAM, sample.next(3));
    const crashed = folder();
    for (const file of ['log.db', 'log.db-wal']) copyFileSync(join(where, file), join(crashed, file));
    await store.close();
    const db = new Database(join(crashed, 'log.db'));
    db.exec(
      'DROP TRIGGER events_stay; UPDATE events SET body = replace(body, \'"step":1\', \'"step":9\') WHERE revision = 1',
    );
    db.close();
    expect(() => EmbeddedEventStore.open({ folder: crashed })).toThrow(`damaged at ${sample.stream} revision 1`);
    await EmbeddedEventStore.open({ folder: crashed, tolerant: true }).close();
  });

  it('refuses a folder that a newer version wrote', async () => {
    const { where, store } = await begun();
    await store.close();
    const db = new Database(join(where, 'log.db'));
    db.pragma('user_version = 99');
    db.close();
    expect(() => EmbeddedEventStore.open({ folder: where })).toThrow('newer version');
  });

  it('empties boxes for good and leaves every hash as it was', async () => {
    const { where, store, log } = await begun();
    const sample = new SampleStream(log);
    const { position } = await store.append(sample.stream, NO_STREAM, sample.next(1, { bytes: 4000 }));
    await store.emptyBoxes([{ position, indexes: [0] }]);
    expect((await store.read(sample.stream))[0]?.boxes).toEqual([{}]);
    await store.close();
    await EmbeddedEventStore.open({ folder: where }).close();
  });
});

describe('kill -9 of a writing process', () => {
  const rounds = Number(process.env['FAULT_ROUNDS'] ?? 3);

  it(`loses nothing acknowledged, ${String(rounds)} times`, async () => {
    const where = folder();
    for (let round = 0; round < rounds; round++) {
      const acknowledged = await writeUntilKilled(where);
      const store = EmbeddedEventStore.open({ folder: where });
      const streams = new Map<string, number>();
      for await (const page of store.readAll()) for (const { stream, revision } of page) streams.set(stream, revision);
      for (const [stream, revision] of acknowledged) expect(streams.get(stream)).toBeGreaterThanOrEqual(revision);
      await store.close();
    }
  }, 60_000);
});

/** Runs a process that appends and says what was acknowledged, and kills it in the middle. */
const writeUntilKilled = async (where: string): Promise<ReadonlyMap<string, number>> => {
  const child = spawn(process.execPath, [join(__dirname, '../testing/append-until-killed.cjs'), where]);
  const acknowledged = new Map<string, number>();
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => {
      resolve();
    });
    child.stderr.on('data', (data: Buffer) => {
      reject(new Error(data.toString()));
    });
    child.stdout.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [stream = '', revision] = line.split(' ');
        acknowledged.set(stream, Number(revision));
      }
      if (acknowledged.size > 20) child.kill('SIGKILL');
    });
  });
  return acknowledged;
};
