import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { ledgerEntry, streamId } from '@kernel/format';
import { verifyEmbedded } from '../adapters/embedded-verification';
import { FolderLedgerFiles } from '../adapters/folder-ledger-files';
import { SampleLog } from '../testing/sample-log';
import { align } from './alignment';
import type { Damage } from './damage';
import { PackedEntries } from './packed-entries';
import { verifyOverPort } from './ported';

const scratch = mkdtempSync(join(tmpdir(), 'jd-missing-'));
let copies = 0;

/** Somebody with the file in hand, who puts the guards back. */
const change = (folder: string, sql: string): void => {
  const db = new Database(join(folder, 'data/log.db'));
  const guards = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const guard of guards) db.exec(guard.sql);
  db.close();
};

/** Closes the holes that deleted rows left. */
const RENUMBER = `UPDATE events SET position = -rank
  FROM (SELECT position AS old, row_number() OVER (ORDER BY position) AS rank FROM events)
  WHERE old = events.position; UPDATE events SET position = -position;`;

const isOfEvent = ({ stream }: Damage): boolean => !stream.startsWith('file-');
const place = ({ stream, revision }: Pick<Damage, 'stream' | 'revision'>): string => `${stream} ${String(revision)}`;

describe('events that were deleted', () => {
  let log = '';
  let pristine = '';
  /** Sealed: told of by another record, told of by nobody, named by others but not here. */
  const [told, silent, other] = [new SampleStream(''), new SampleStream(''), new SampleStream('')].map(({ id }) => id);
  const late = new SampleStream('').id;

  beforeAll(async () => {
    const sample = await SampleLog.open();
    ({ log, folder: pristine } = sample);
    const append = async (category: string, id: string | undefined, count: number, data = {}): Promise<void> => {
      const stream = new SampleStream(log, category, id);
      await sample.store.append(stream.stream, -1, stream.next(count, { data }));
    };
    await append('household', told, 5);
    await append('household', silent, 3);
    await append('household', other, 4);
    await append('notice', late.replace(/^./, '0'), 2, { households: [told ?? ''] });
    const notary = sample.notary();
    notary.start();
    await notary.sealHeads();
    await notary.sealer.sealNow();
    await notary.close();
    await append('household', late, 3);
    await append('household', undefined, 1);
    await sample.store.close();
  });
  afterAll(() => {
    rmSync(pristine, { recursive: true });
    rmSync(scratch, { recursive: true });
  });

  /** What is found in a copy: on this thread, on threads, and over the port of any store. */
  const found = async (tamper: (folder: string) => void, mentions: readonly { where: string; id: string }[] = []) => {
    const folder = join(scratch, String(copies++));
    cpSync(pristine, folder, { recursive: true });
    tamper(folder);
    const ledger = {
      files: new FolderLedgerFiles(join(folder, 'data/ledger')),
      state: new FolderLedgerFiles(join(folder, 'keys')),
    };
    const options = { folder: join(folder, 'data'), ...ledger, mentions: () => mentions };
    const exact = await verifyEmbedded({ ...options, threads: 0 });
    const quick = await verifyEmbedded({ ...options, threads: 1 });
    expect(quick.damages).toEqual(exact.damages);
    const store = EmbeddedEventStore.open({ folder: options.folder, readonly: true });
    const ported = await verifyOverPort({ store, log, ...ledger }).finally(() => store.close());
    return { ...exact, ported: ported.damages };
  };

  const sql = (statement: string) => (folder: string) => {
    change(folder, statement);
  };
  const streamOf = (name: string) => `stream = (SELECT id FROM streams WHERE name = '${name}')`;
  const household = (id: string | undefined): string => `household-${id ?? ''}`;

  it('are none in the untouched log', async () => {
    expect(await found(() => undefined)).toMatchObject({ sound: true, damages: [], ported: [] });
  });

  describe.each([
    ['leaving a hole', ''],
    ['with the hole closed', RENUMBER],
  ])('%s', (_, closing) => {
    it.each([
      ['the first of a stream', () => household(told), [0]],
      ['one in the middle', () => household(told), [2]],
      ['two in the middle', () => household(told), [1, 3]],
      ['the last of a stream', () => household(told), [4]],
      ['all of a stream', () => household(told), [0, 1, 2, 3, 4]],
      ['the first of the log', () => `ledger-${log}`, [0]],
      ['the heads that the log sealed', () => `ledger-${log}`, [1]],
    ] as const)('are named by their own stream and revision: %s', async (_what, name, revisions) => {
      const stream = name();
      const deletion = `DELETE FROM events WHERE ${streamOf(stream)} AND revision IN (${revisions.join()}); ${closing}`;
      const { damages, ported } = await found(sql(deletion));
      const expected = revisions.map((revision) => place({ stream, revision }));
      for (const list of [damages, ported]) {
        expect(list.filter(isOfEvent).map(place)).toEqual(expected);
        expect(
          list.filter(isOfEvent).every(({ kind, detail }) => kind === 'missing' && detail?.includes('of the ledger')),
        ).toBe(true);
      }
      const kinds = new Set(damages.filter((one) => !isOfEvent(one)).map(({ kind }) => kind));
      expect([...kinds].filter((kind) => kind !== 'file' && kind !== 'log')).toEqual([]);
    });
  });

  const forget = (name: string) =>
    `DELETE FROM events WHERE ${streamOf(name)}; DELETE FROM streams WHERE name = '${name}';`;

  it('are named although the name of their stream is gone too, with what still names it', async () => {
    const { damages } = await found(sql(forget(household(told))));
    expect(damages.map(place)).toEqual([0, 1, 2, 3, 4].map((revision) => place({ stream: household(told), revision })));
    expect(damages[0]?.detail).toMatch(
      /nothing is left of this stream, named by notice-\S+ revision 0, notice-\S+ revision 1/,
    );
  });

  it('are named by what stands beside the log where no record names them', async () => {
    const mentions = [{ where: 'the view household-card', id: silent ?? '' }];
    const { damages } = await found(sql(forget(household(silent))), mentions);
    expect(damages.map(place)).toEqual([0, 1, 2].map((revision) => place({ stream: household(silent), revision })));
    expect(damages[0]?.detail).toContain('named by the view household-card');
  });

  it('are named by the sid of their stream where nothing names it', async () => {
    const { damages } = await found(sql(forget(household(silent))));
    const stream = `sid-${streamId(log, household(silent))}`;
    expect(damages.map(place)).toEqual([0, 1, 2].map((revision) => place({ stream, revision })));
    expect(damages[0]?.detail).toContain('nothing that is left names it');
  });

  it('are named as the end of the log where it was rolled back', async () => {
    const { damages } = await found(
      sql('DELETE FROM events WHERE position > 10; DELETE FROM streams WHERE id NOT IN (SELECT stream FROM events)'),
    );
    expect(damages).toContainEqual(expect.objectContaining({ kind: 'rollback', stream: 'file-log.db' }));
    expect(damages.map(place)).toEqual(
      expect.arrayContaining([1, 3].map((revision) => place({ stream: household(other), revision }))),
    );
  });

  it('are named by the hole in their stream where the ledger does not hold them yet', async () => {
    const { damages } = await found(sql(`DELETE FROM events WHERE ${streamOf(household(late))} AND revision = 1`));
    expect(damages).toMatchObject([{ kind: 'missing', stream: household(late), revision: 1 }]);
  });

  it('are told of by the place they left, nobody else is blamed, where neither ledger nor stream knows', async () => {
    const { damages } = await found(sql(`DELETE FROM events WHERE ${streamOf(household(late))} AND revision = 2`));
    expect(damages).toMatchObject([{ kind: 'position', stream: 'file-log.db' }]);
    expect(damages[0]?.detail).toMatch(
      /^nothing stands at position \d+ of the log: deleted events, recorded between 2026-\S+ and 2026-\S+,/,
    );
  });

  it('are told of by the mark of the last clean stop where they were the last of all', async () => {
    const { damages } = await found(sql('DELETE FROM events WHERE position = (SELECT max(position) FROM events)'));
    expect(damages.filter(isOfEvent)).toEqual([]);
    expect(damages.map(({ detail }) => detail)).toContain('1 marks of a clean stop are none');
  });

  it('are named although the ledger lost its checkpoint as well', async () => {
    const { damages } = await found((folder) => {
      change(folder, `DELETE FROM events WHERE ${streamOf(household(told))} AND revision = 4`);
      rmSync(join(folder, 'data/ledger/checkpoint'));
    });
    expect(damages.filter(isOfEvent)).toMatchObject([{ kind: 'missing', stream: household(told), revision: 4 }]);
  });

  it('leave a position where the ledger lost their entries as well', async () => {
    const { damages } = await found((folder) => {
      change(folder, `DELETE FROM events WHERE ${streamOf(household(told))} AND revision = 4`);
      const entries = join(folder, 'data/ledger/tile/entries/000.p');
      for (const name of readdirSync(entries)) rmSync(join(entries, name));
    });
    expect(damages.filter(isOfEvent)).toEqual([]);
    expect(damages).toContainEqual(expect.objectContaining({ kind: 'position', stream: 'file-log.db' }));
  });

  it.each([
    [
      'an event put among sealed ones',
      (): string =>
        `UPDATE events SET position = -position WHERE position > 4;
        INSERT INTO events SELECT 5, stream, 77, id, type, h, body, meta, sigs FROM events WHERE position = 3;
        UPDATE events SET position = 1 - position WHERE position < 0`,
      ['hash', 'revision', 'entry'],
      77,
    ],
    [
      'an event at another place',
      (): string => `UPDATE events SET position = 500 WHERE ${streamOf(household(told))} AND revision = 4`,
      ['position'],
      4,
    ],
    [
      'an event under another revision',
      (): string => `UPDATE events SET revision = 900 WHERE ${streamOf(household(told))} AND revision = 2`,
      ['hash', 'revision', 'entry'],
      900,
    ],
  ] as const)('are not confused with %s', async (_what, statement, kinds, revision) => {
    const { damages } = await found(sql(statement()));
    const events = damages.filter(isOfEvent);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(new Set(events.map((one) => one.revision))).toEqual(new Set([revision]));
  });
});

describe('laying a log beside its ledger', () => {
  const entry = (id: number): Buffer =>
    ledgerEntry(id.toString(16).padStart(64, '0'), 0, id.toString(16).padStart(64, 'f'));
  const packed = (ids: readonly number[]): PackedEntries => {
    const entries = new PackedEntries();
    for (const id of ids) entries.add(entry(id));
    return entries;
  };

  it('names exactly what was left out and what was put in, wherever', () => {
    const cases = fc.record({
      size: fc.nat(60),
      lost: fc.uniqueArray(fc.nat(59)),
      strange: fc.uniqueArray(fc.nat(59), { maxLength: 5 }),
      later: fc.nat(5),
    });
    fc.assert(
      fc.property(cases, ({ size, lost, strange, later }) => {
        const ledger = Array.from({ length: size }, (_, id) => id);
        const left = ledger.filter((id) => !lost.includes(id));
        const last = left.at(-1) ?? -1;
        const log = left.flatMap((id) => (strange.includes(id) ? [1000 + id, id] : [id]));
        const tail = Array.from({ length: later }, (_, at) => 5000 + at);
        const { missing, strangers, displaced, order, placed } = align(packed(ledger), packed([...log, ...tail]));
        expect(missing).toEqual(ledger.filter((id) => lost.includes(id)));
        expect(strangers).toEqual(log.flatMap((id, at) => (id >= 1000 && id - 1000 <= last ? [at] : [])));
        expect([displaced, placed, order.length]).toEqual([[], true, size + later]);
      }),
    );
  });

  it('names the one event that moved', () => {
    const cases = fc.record({ size: fc.integer({ min: 4, max: 40 }), from: fc.nat(), to: fc.nat() });
    fc.assert(
      fc.property(cases, ({ size, from: one, to: other }) => {
        const ledger = Array.from({ length: size }, (_, id) => id);
        const [from, to] = [one % size, other % size];
        fc.pre(Math.abs(from - to) > 1);
        const log = ledger.filter((id) => id !== from);
        log.splice(to, 0, from);
        expect(align(packed(ledger), packed(log)).displaced.map((at) => log[at])).toEqual([from]);
      }),
    );
  });
});
