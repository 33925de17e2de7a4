import { householdCard } from '@domain/household';
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { outputOf } from '../../apps/cli/src/output';
import { verify } from '../../apps/cli/src/verbs/verify';
import { officeFolder } from '../support/folders';

const scratch = mkdtempSync(join(tmpdir(), 'jd-tamper-'));

interface Verified {
  readonly sound: boolean;
  readonly damages: readonly {
    readonly stream: string;
    readonly revision: number;
    readonly kind: string;
    readonly id: string;
  }[];
}

/** A copy of the office's folder, changed by somebody, and what `verify` says of it. */
const tampered = async (
  name: string,
  change: (data: string, keys: string) => void,
  keys = false,
): Promise<Verified> => {
  const data = join(scratch, name);
  cpSync(join(scratch, 'data'), data, { recursive: true });
  cpSync(join(scratch, 'data-keys'), `${data}-keys`, { recursive: true });
  change(data, `${data}-keys`);
  let said: object = {};
  const output = {
    ...outputOf(true),
    answer: (result: object) => {
      said = result;
    },
  };
  const code = await verify({ settings: readSettings({ JIANDANG_DATA: data }), output }, { keys });
  expect(code).toBe((said as Verified).sound ? 0 : 1);
  return said as Verified;
};

/** Somebody with the file in hand: the guards are taken off, and put back as they were. */
const sql =
  (file: string, statement: string) =>
  (data: string): void => {
    const db = new Database(join(data, file));
    const guards = db
      .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      .all();
    for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
    db.exec(statement);
    for (const guard of guards) db.exec(guard.sql);
    db.close();
  };

/** A life in the demo: registered, helped, exited. */
const EVENTS = 19;

describe('what somebody changed behind the system', () => {
  let household = '';
  beforeAll(async () => {
    await officeFolder('demo', join(scratch, 'data'));
    const system = await System.open(readSettings({ JIANDANG_DATA: join(scratch, 'data') }));
    await system.start();
    const { items } = await system.models.find(householdCard, { where: { status: 'exited' } });
    for (const { id } of items)
      if ((await system.store.read(`household-${id}`)).length === EVENTS) household = `household-${id}`;
    await system.close();
  }, 60_000);

  const of = (revision: number) =>
    `stream = (SELECT id FROM streams WHERE name = '${household}') AND revision = ${String(revision)}`;

  it('is nothing on the untouched copy', async () => {
    expect(await tampered('untouched', () => undefined)).toMatchObject({ sound: true, damages: [] });
    expect(await tampered('untouched-keys', () => undefined, true)).toMatchObject({ sound: true, damages: [] });
  });

  it.each([
    ['a changed fact', 'events', `UPDATE events SET body = replace(body, '"year":2016', '"year":2015') WHERE `, 'hash'],
    [
      'a changed actor',
      'events',
      `UPDATE events SET meta = replace(meta, '"via":"demo"', '"via":"web"') WHERE `,
      'hash',
    ],
    ['a changed type', 'events', `UPDATE events SET type = 'HouseholdRelapsed' WHERE `, 'hash'],
    ['a changed hash', 'events', `UPDATE events SET meta = replace(meta, '"h":"', '"h":"0') WHERE `, 'form'],
    ['a moved revision', 'events', `UPDATE events SET revision = 900 WHERE `, 'revision'],
  ])('is named: %s', async (what, _table, statement, kind) => {
    const { sound, damages } = await tampered(what.replaceAll(' ', '-'), (data) => {
      sql('log.db', statement + of(6))(data);
    });
    expect(sound).toBe(false);
    expect(damages).toContainEqual(expect.objectContaining({ stream: household, kind }));
  });

  it.each([
    ['the first event of a household', 0],
    ['one in the middle', 6],
    ['the last', 18],
  ])('is named by its own stream and revision: %s, deleted', async (what, revision) => {
    const { damages } = await tampered(what.replaceAll(' ', '-'), (data) => {
      sql('log.db', `DELETE FROM events WHERE ${of(revision)}`)(data);
    });
    const events = damages.filter(({ stream }) => !stream.startsWith('file-'));
    expect(events).toMatchObject([{ kind: 'missing', stream: household, revision }]);
  });

  it('is named by its stream, event by event: a whole household, deleted with its name', async () => {
    const name = `name = '${household}'`;
    const change =
      `DELETE FROM events WHERE stream = (SELECT id FROM streams WHERE ${name}); DELETE FROM streams WHERE ` + name;
    const { damages } = await tampered('household', (data) => {
      sql('log.db', change)(data);
    });
    const events = damages.filter(({ stream }) => !stream.startsWith('file-'));
    expect(events).toHaveLength(EVENTS);
    for (const [revision, damage] of events.entries())
      expect(damage).toMatchObject({ kind: 'missing', stream: household, revision });
  });

  it('is named: a sealed part whose box was exchanged, by its event', async () => {
    const change =
      'UPDATE boxes SET boxes = (SELECT boxes FROM boxes ORDER BY position LIMIT 1) WHERE position = (SELECT ' +
      `position FROM events WHERE ${of(8)})`;
    const { damages } = await tampered(
      'box',
      (data) => {
        sql('log.db', change)(data);
      },
      true,
    );
    expect(damages).toContainEqual(expect.objectContaining({ stream: household, revision: 8 }));
  });

  it('is named: a destroyed key without its event', async () => {
    const change =
      `DELETE FROM keys WHERE class = 'finance' AND subject = (SELECT subject FROM keys WHERE class = ` +
      `'finance' LIMIT 1)`;
    const { damages } = await tampered(
      'key',
      (_data, keys) => {
        sql('keys.db', change)(keys);
      },
      true,
    );
    expect(damages).toContainEqual(expect.objectContaining({ kind: 'key' }));
  });

  it('is named: an edited card, by its view', async () => {
    const change = `UPDATE "household-card@2" SET doc = replace(doc, '"status":"exited"', '"status":"poor"')`;
    const { damages } = await tampered(
      'view',
      (data) => {
        sql('views.db', change)(data);
      },
      true,
    );
    expect(damages).toMatchObject([{ kind: 'view', id: 'household-card' }]);
  });

  it('is named: one changed byte in the file of a paper', async () => {
    const flip = (data: string) => {
      const file = join(data, 'papers', readdirSync(join(data, 'papers'))[0] ?? '');
      const bytes = readFileSync(file);
      bytes[60] = (bytes[60] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    };
    const { damages } = await tampered('paper', flip, true);
    expect(damages).toMatchObject([{ kind: 'paper' }]);
  });

  it('shows no personal value anywhere in the log file', () => {
    const log = readFileSync(join(scratch, 'data', 'log.db'));
    for (const value of ['石先文', '龙新贫', '433124196805120016', '猕猴桃苗', '收入算多了'])
      expect(log.includes(value)).toBe(false);
  });
});
