import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import fc from 'fast-check';
import { Commands } from '@kernel/commanding';
import { newUuid } from '@kernel/format';
import type { EventStore, StoredEvent } from '@kernel/event-store';
import type { CommandMeta } from '@kernel/sourcing';
import { EmbeddedReadLog, READS_FILE } from './adapters/embedded-read-log';
import { chainedHash } from './read-chain';
import { readLogDecider, type ReadLogState } from './read-log.decider';
import { sealReads } from './seal-reads';
import { readersOf } from './readers';
import { chainOf, sampleRead } from './testing/read-log.contract';
import { verifyReads } from './verify-reads';

const LOG = '01999999-0000-7000-8000-000000000001';
const root = 'ab'.repeat(32);
type Decide = (state: ReadLogState, body: object, act: object) => readonly { type: string; data: object }[];

/** A read log with the stream that seals it, both in memory of this test; the clock is the test's. */
const office = (folder = mkdtempSync(join(tmpdir(), 'jd-reads-'))) => {
  const events: { type: string; body: string }[] = [];
  let state: ReadLogState = readLogDecider.initialState;
  let years = 10;
  const commands = {
    state: () => Promise.resolve({ state, revision: events.length - 1, h: '' }),
    execute: (
      _category: string,
      _subject: string,
      command: 'SealReads' | 'DestroyReads',
      body: object,
      issued: CommandMeta,
    ) => {
      const act = { today: issued.at.slice(0, 10), rules: { lookup: () => ({ value: years, version: newUuid() }) } };
      for (const { type, data } of (readLogDecider.decide[command] as Decide)(state, body, act)) {
        events.push({ type, body: JSON.stringify({ data, seals: [] }) });
        const evolve = readLogDecider.evolve[type as 'ReadLogSealed'] as (
          was: ReadLogState,
          fact: object,
        ) => ReadLogState;
        state = evolve(state, data);
      }
      return Promise.resolve({ subject: '', revision: 0, position: '0', repeated: false });
    },
  } as Partial<Commands> as Commands;
  const store = {
    read: () => Promise.resolve(events as unknown as readonly StoredEvent[]),
  } as Partial<EventStore> as EventStore;
  const reads = new EmbeddedReadLog(folder);
  return {
    reads,
    events,
    keptFor: (term: number) => {
      years = term;
    },
    seal: (today: string) =>
      sealReads({
        log: LOG,
        reads,
        commands,
        issued: (cmd) => ({ cmd, actor: 'system:reads', auth: 'none', via: 'timer', at: `${today}T04:00:00.000Z` }),
      }),
    verify: () => verifyReads({ log: LOG, store, reads }),
    /** Changes the file as somebody with a database tool would. */
    tamper: (...sql: readonly string[]) => {
      const db = new Database(join(folder, READS_FILE));
      db.exec('DROP TRIGGER IF EXISTS reads_stay; DROP TRIGGER IF EXISTS reads_open;');
      for (const one of sql) db.exec(one);
      db.close();
    },
  };
};

const D = (day: number): string => `2016-06-${String(day).padStart(2, '0')}`;

describe('the segments', () => {
  const three = async () => {
    const made = office();
    for (const day of [1, 2, 4])
      for (let second = 0; second < 5; second++) await made.reads.record(sampleRead(D(day), second));
    return made;
  };
  const closing = async (made: ReturnType<typeof office>) => {
    const result = await made.verify();
    await made.reads.close();
    return result;
  };

  it('are sealed once they have ended, missed days too, and once only', async () => {
    const made = await three();
    expect(await made.seal(D(3))).toEqual([D(1), D(2)]);
    expect(await made.seal(D(3))).toEqual([]);
    expect(await made.seal(D(9))).toEqual([D(4)]);
    expect(made.events.map(({ type }) => type)).toEqual(['ReadLogSealed', 'ReadLogSealed', 'ReadLogSealed']);
    expect(await closing(made)).toMatchObject({ sound: true, segments: 3, records: 15, sealed: 3, damages: [] });
  });

  it('are destroyed after their term: known as destroyed, not as lost', async () => {
    const made = await three();
    made.keptFor(1);
    await made.seal('2016-06-09');
    await made.seal('2017-06-03');
    expect(await made.reads.segments()).toEqual([{ day: D(4), count: 5, closed: true }]);
    expect(await closing(made)).toMatchObject({ sound: true, destroyedThrough: D(2), sealed: 1 });
  });

  it('to be destroyed when the process died are destroyed at the next run, and named until then', async () => {
    const made = await three();
    made.keptFor(1);
    await made.seal('2016-06-09');
    made.reads.destroyThrough = () => Promise.resolve();
    await made.seal('2017-06-03');
    expect((await made.verify()).damages.map(({ id, kind }) => [id, kind])).toEqual([
      [D(1), 'kept'],
      [D(2), 'kept'],
    ]);
    Reflect.deleteProperty(made.reads, 'destroyThrough');
    await made.seal('2017-06-03');
    expect(await closing(made)).toMatchObject({ sound: true });
  });

  const one = `day = '${D(2)}' AND idx = 2`;
  it.each([
    [
      'a changed record',
      [`UPDATE reads SET text = replace(text, 'work', 'audit') WHERE ${one}`],
      [[`${D(2)}/2`, 'changed']],
    ],
    ['a record changed to no JSON', [`UPDATE reads SET text = '{' WHERE ${one}`], [[`${D(2)}/2`, 'changed']]],
    [
      'a changed hash',
      [`UPDATE reads SET h = '${root}' WHERE ${one}`],
      [
        [`${D(2)}/2`, 'changed'],
        [`${D(2)}/3`, 'changed'],
      ],
    ],
    ['a record taken out', [`DELETE FROM reads WHERE ${one}`], [[`${D(2)}/2`, 'missing']]],
    [
      'records cut off at the end',
      [`DELETE FROM reads WHERE day = '${D(2)}' AND idx > 2`],
      [
        [`${D(2)}/3`, 'missing'],
        [`${D(2)}/4`, 'missing'],
      ],
    ],
    [
      'records cut off at the beginning',
      [`DELETE FROM reads WHERE day = '${D(2)}' AND idx < 1`],
      [[`${D(2)}/0`, 'missing']],
    ],
    ['a segment taken out', [`DELETE FROM reads WHERE day = '${D(1)}'`], [[D(1), 'lost']]],
    [
      'a segment put in among sealed days',
      [`INSERT INTO reads SELECT '${D(3)}', idx, actor, view, glass, text, h FROM reads WHERE day = '${D(1)}'`],
      [[D(3), 'unsealed']],
    ],
    [
      'two records swapped',
      [
        `UPDATE reads SET idx = 99 WHERE ${one}`,
        `UPDATE reads SET idx = 2 WHERE day = '${D(2)}' AND idx = 3`,
        `UPDATE reads SET idx = 3 WHERE idx = 99`,
      ],
      [
        [`${D(2)}/2`, 'changed'],
        [`${D(2)}/3`, 'changed'],
        [`${D(2)}/4`, 'changed'],
      ],
    ],
  ] as const)('name %s', async (_what, sql, named) => {
    const made = await three();
    await made.seal(D(9));
    made.tamper(...sql);
    const { sound, damages } = await closing(made);
    expect(sound).toBe(false);
    expect(damages.map(({ id, kind }) => [id, kind])).toEqual(named);
  });

  /** Writes the chain anew from a record on, as somebody who knows how it is made would. */
  const rechain = async (made: ReturnType<typeof office>, from: number) => {
    const chain = await chainOf(made.reads, D(2));
    let prev = chain[from - 1]!.h;
    for (const { index, text } of chain.slice(from)) {
      prev = chainedHash(prev, text);
      made.tamper(`UPDATE reads SET h = '${prev}' WHERE day = '${D(2)}' AND idx = ${String(index)}`);
    }
  };
  const forge = `UPDATE reads SET text = replace(text, 'work', 'audit') WHERE ${one}`;

  it('name the day when a sealed segment was written anew, chain and all', async () => {
    const made = await three();
    await made.seal(D(9));
    made.tamper(forge);
    await rechain(made, 2);
    expect((await closing(made)).damages.map(({ id, kind }) => [id, kind])).toEqual([[D(2), 'root']]);
  });

  it('remember for ever what was changed before they were sealed, whoever mends the chain afterwards', async () => {
    const made = await three();
    made.tamper(forge);
    await made.seal(D(9));
    expect(JSON.parse(made.events[1]!.body)).toMatchObject({ data: { day: D(2), count: 5, broken: [2] } });
    await rechain(made, 2);
    expect((await closing(made)).damages).toMatchObject([{ id: `${D(2)}/2`, kind: 'changed' }]);
  });

  it('verify whatever was read, and no change of any record does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 59 })), {
          minLength: 1,
          maxLength: 25,
        }),
        fc.nat(),
        async (sequence, any) => {
          const made = office();
          await Promise.all(sequence.map(([day, second]) => made.reads.record(sampleRead(D(day), second))));
          await made.seal(D(9));
          expect((await made.verify()).sound).toBe(true);
          const all = (await made.reads.list({ limit: 500 })).items.map(({ id }) => id).sort();
          const [day, idx] = all[any % all.length]!.split('/');
          made.tamper(
            `UPDATE reads SET text = replace(text, 'household', 'Household') WHERE day = '${day!}' AND idx = ${idx!}`,
          );
          expect((await closing(made)).damages.map(({ id, kind }) => [id, kind])).toEqual([
            [`${day!}/${idx!}`, 'changed'],
          ]);
        },
      ),
      { numRuns: 10 },
    );
  }, 60_000);
});

describe('who looked', () => {
  it('is one line a reader: through a broken glass first, then the latest', async () => {
    const { reads } = office();
    const [household, early, late, glazier] = [newUuid(), newUuid(), newUuid(), newUuid()];
    const read = (day: number, actor: string, more = {}) =>
      reads.record(sampleRead(D(day), 0, { actor, subjects: [household], ...more }));
    await read(1, early);
    await read(1, glazier, { glass: newUuid() });
    await read(2, late, { view: 'household-history', purpose: 'audit' });
    await read(3, late);
    await reads.record(sampleRead(D(4)));
    const lines = await readersOf(reads, { subjects: [household] });
    expect(lines.map(({ actor, times, throughGlass }) => [actor, times, throughGlass])).toEqual([
      [glazier, 1, 1],
      [late, 2, 0],
      [early, 1, 0],
    ]);
    expect(lines[1]).toMatchObject({
      first: `${D(2)}T04:00:00.000Z`,
      last: `${D(3)}T04:00:00.000Z`,
      purposes: ['work', 'audit'],
      views: { 'household-card': 1, 'household-history': 1 },
    });
    await reads.close();
  });
});
