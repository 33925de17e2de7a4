import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { VILLAGE } from '@system/demo/story';
import { readSettings, type Settings } from '@system/settings';
import { System } from '@system/system';
import { verify, type VerifyFlags } from '../../apps/cli/src/verbs/verify';
import { importHouseholds } from '../support/register';
import { runVerb } from '../support/verbs';
import { officeFolder } from '../support/folders';

const scratch = mkdtempSync(join(tmpdir(), 'jd-verdict-'));
const settingsOf = (name: string): Settings =>
  readSettings({ JIANDANG_DATA: join(scratch, name, 'data'), JIANDANG_LOG_LEVEL: 'silent' });

const WAYS: readonly (readonly [string, VerifyFlags])[] = [
  ['without keys', {}],
  ['with keys', { keys: true }],
  ['with views', { views: true }],
  ['with both', { keys: true, views: true }],
];

/** A table that is only looked like: what is asked of it, it does not give. */
const asView = (file: string, table: string) => (folder: string) => {
  const db = new Database(join(folder, file));
  db.pragma('foreign_keys = OFF');
  for (const trigger of db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all())
    db.exec(`DROP TRIGGER ${trigger}`);
  db.exec(`DROP TABLE ${table}; CREATE VIEW ${table} AS SELECT 1 AS blank`);
  db.close();
};
const garbage = (file: string) => (folder: string) => {
  for (const beside of ['-wal', '-shm']) rmSync(join(folder, `${file}${beside}`), { force: true });
  writeFileSync(join(folder, file), 'no database at all '.repeat(2000));
};
const cut = (file: string) => (folder: string) => {
  truncateSync(join(folder, file), 9000);
};
const gone = (file: string) => (folder: string) => {
  rmSync(join(folder, file), { recursive: true });
};

/** What is done to a folder, the file that a full verification must name, and whether the log alone shows it. */
const DAMAGES: readonly (readonly [string, (folder: string) => void, RegExp, boolean])[] = [
  ['the table of events is a view', asView('log.db', 'events'), /log\.db/, true],
  ['the table of boxes is a view', asView('log.db', 'boxes'), /log\.db/, true],
  ['the table of digests is a view', asView('log.db', 'digests'), /log\.db/, true],
  ['the log is cut', cut('log.db'), /log\.db/, true],
  ['the log is no database', garbage('log.db'), /log\.db/, true],
  ['the keys are no database', garbage('../data-keys/keys.db'), /keys\.db/, false],
  ['the views are no database', garbage('views.db'), /views\.db/, false],
  ['the checkpoints of the ledger are gone', gone('ledger'), /ledger|checkpoint/, true],
];

describe('a verification of a damaged folder', () => {
  const pristine = settingsOf('pristine');
  let copies = 0;

  const verdictAfter = async (harm: (folder: string) => void, flags: VerifyFlags) => {
    const settings = settingsOf(String(++copies));
    cpSync(join(scratch, 'pristine'), join(scratch, String(copies)), { recursive: true });
    harm(settings.data);
    return runVerb(settings, (context) => verify(context, flags));
  };

  beforeAll(async () => {
    await officeFolder('new', pristine.data);
    const system = await System.open(pristine);
    await system.start();
    await importHouseholds(system, [{ area: VILLAGE, number: `${VILLAGE}0001`, head: '石爬专', others: ['龙秀英'] }]);
    await system.notary.sealHeads();
    await system.close();
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  it.each(WAYS)('is sound where nothing is damaged: %s', async (_, flags) => {
    expect(await verdictAfter(() => undefined, flags)).toMatchObject({ exit: 0, said: { sound: true, damages: [] } });
  });

  describe.each(DAMAGES)('when %s', (_, harm, names, isOfLog) => {
    it.each(WAYS)('ends with its verdict, and names the file: %s', async (_how, flags) => {
      const { exit, said } = await verdictAfter(harm, flags);
      const looksBeside = Boolean(flags.keys ?? flags.views);
      if (!isOfLog && !looksBeside) expect({ exit, said }).toMatchObject({ exit: 0, said: { sound: true } });
      else {
        expect(exit).not.toBe(0);
        expect(said).toMatchObject({ sound: false });
        expect(JSON.stringify(said)).toMatch(names);
      }
    });
  });

  it('does not wait for a file of jobs that is none: it is not looked at', async () => {
    expect(await verdictAfter(garbage('jobs.db'), { keys: true, views: true })).toMatchObject({ exit: 0 });
  });
});
