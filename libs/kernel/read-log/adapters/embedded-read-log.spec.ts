import { StoreUnavailable } from '@kernel/engines';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { chainOf, readLogContract, sampleRead } from '../testing/read-log.contract';
import { EmbeddedReadLog, READS_FILE } from './embedded-read-log';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-reads-'));

readLogContract('the embedded adapter', () => {
  const where = folder();
  const reads = new EmbeddedReadLog(where);
  const reopen = async () => {
    await reads.close();
    return new EmbeddedReadLog(where);
  };
  return Promise.resolve({ reads, reopen });
});

describe('the embedded read log', () => {
  it.each([
    ["UPDATE reads SET view = 'x'", 'never changed'],
    ['DELETE FROM reads', 'never destroyed'],
  ])('refuses %s', async (sql, words) => {
    const where = folder();
    const reads = new EmbeddedReadLog(where);
    await reads.record(sampleRead('2016-06-01'));
    const db = new Database(join(where, READS_FILE));
    expect(() => db.exec(sql)).toThrow(words);
    db.close();
    await reads.close();
  });

  it('says that a reading was not recorded when the disk is full, and records again when there is room', async () => {
    const where = folder();
    const reads = new EmbeddedReadLog(where, { maxPages: 12 });
    const fill = async () => {
      for (let turn = 0; turn < 1000; turn++) await reads.record(sampleRead('2016-06-01'));
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'full' });
    const kept = (await chainOf(reads, '2016-06-01')).length;
    await reads.close();
    const again = new EmbeddedReadLog(where);
    await again.record(sampleRead('2016-06-01'));
    expect((await chainOf(again, '2016-06-01')).map(({ index }) => index)).toEqual([...Array(kept + 1).keys()]);
    await again.close();
  });

  it('is read beside the process that writes it, and then takes no record', async () => {
    const where = folder();
    expect(() => new EmbeddedReadLog(where, { readonly: true })).toThrow(StoreUnavailable);
    const reads = new EmbeddedReadLog(where);
    const beside = new EmbeddedReadLog(where, { readonly: true });
    await reads.record(sampleRead('2016-06-01'));
    expect((await beside.list({})).items).toHaveLength(1);
    await expect(beside.record(sampleRead('2016-06-01'))).rejects.toBeInstanceOf(StoreUnavailable);
    await beside.close();
    await reads.close();
  });

  it('takes over what the first release recorded', async () => {
    const where = folder();
    const first = new Database(join(where, 'reads.db'));
    first.exec('CREATE TABLE reads (id INTEGER PRIMARY KEY, actor TEXT NOT NULL, record TEXT NOT NULL)');
    const all = [sampleRead('2016-06-01'), sampleRead('2016-06-02'), sampleRead('2016-06-01', 1)];
    for (const read of all)
      first.prepare('INSERT INTO reads (actor, record) VALUES (?, ?)').run(read.actor, JSON.stringify(read));
    first.close();
    const reads = new EmbeddedReadLog(where);
    expect((await reads.list({ subjects: all[2]!.subjects })).items).toEqual([{ id: '2016-06-01/1', ...all[2] }]);
    expect(await reads.segments()).toMatchObject([{ count: 2 }, { count: 1 }]);
    expect(existsSync(join(where, 'reads.db'))).toBe(false);
    await reads.close();
  });

  it('keeps what lies in the queue when it is closed', async () => {
    const where = folder();
    const reads = new EmbeddedReadLog(where);
    const recorded = Array.from({ length: 2500 }, (_, second) => reads.record(sampleRead('2016-06-01', second % 60)));
    await reads.close();
    await Promise.all(recorded);
    const again = new EmbeddedReadLog(where);
    expect(await again.segments()).toEqual([{ day: '2016-06-01', count: 2500, closed: false }]);
    await again.close();
  });
});
