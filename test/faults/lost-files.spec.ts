import { createHash } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { StoreUnavailable } from '@kernel/engines';
import { MasterKeyError } from '@kernel/privacy';
import { firstLoginsFile, prepareFirstStart } from '@system/first-start';
import { readSettings } from '@system/settings';
import { System } from '@system/system';

const scratch = mkdtempSync(join(tmpdir(), 'jd-lost-'));
let offices = 0;

/** Data and keys of an office that can be spoilt. */
interface Folders {
  readonly data: string;
  readonly keys: string;
}

const foldersOf = (name: string): Folders => ({
  data: join(scratch, name, 'data'),
  keys: join(scratch, name, 'data-keys'),
});
const settingsOf = ({ data }: Folders) => readSettings({ JIANDANG_DATA: data, JIANDANG_LOG_LEVEL: 'silent' });

const copied = ({ data, keys }: Folders): Folders => {
  const to = foldersOf(`office-${String(++offices)}`);
  cpSync(data, to.data, { recursive: true });
  cpSync(keys, to.keys, { recursive: true });
  return to;
};

const digest = (path: string): string =>
  statSync(path).isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'a folder';

/**
 * Every file with a digest of its bytes: what a start that was refused may not have touched. Locks and shared memory
 * come and go.
 */
const bytesOf = ({ data, keys }: Folders): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [data, keys].flatMap((folder) =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .filter((name) => !/^lock|-(shm|wal)$|^ledger$/.test(name))
        .map((name) => [join(folder, name), digest(join(folder, name))]),
    ),
  );

/** Names of the files, those without a byte apart. */
const namesOf = (folders: Folders): readonly string[] =>
  Object.keys(bytesOf(folders)).map((file) =>
    statSync(file).isFile() && statSync(file).size === 0 ? `${file} (empty)` : file,
  );

const start = async (folders: Folders): Promise<void> => {
  const system = await System.open(settingsOf(folders));
  try {
    await system.start();
  } finally {
    await system.close();
  }
};

const refusal = async (folders: Folders): Promise<string> => {
  const error: unknown = await start(folders).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error instanceof StoreUnavailable || error instanceof MasterKeyError ? 'in words' : error).toBe('in words');
  return (error as Error).message;
};

/** The app as a process of its own: what it says on its error output, and how it ends. */
const startedAsProcess = async ({ data }: Folders, how: { readonly uid?: number } = {}) => {
  const env = {
    PATH: process.env['PATH'] ?? '',
    JIANDANG_DATA: data,
    JIANDANG_LOG_LEVEL: 'silent',
    PORT: '0',
    JIANDANG_DEMO: 'off',
  };
  const child = fork(join(__dirname, '../support/engine-process.cjs'), ['api'], { env, silent: true, ...how });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
};

describe('an office whose first start is done', () => {
  const whole = foldersOf('whole');
  beforeAll(async () => {
    const system = await System.open(settingsOf(whole));
    await system.start();
    await prepareFirstStart(system);
    await system.close();
  });

  it('starts as it was kept, with the same files, as often as it is started', async () => {
    const office = copied(whole);
    const before = namesOf(office);
    await start(office);
    await start(office);
    expect(namesOf(office)).toEqual(before);
  });

  describe('does not start without', () => {
    it.each([
      ['keys.db', 'keys'],
      ['side.db', 'keys'],
      ['master.json', 'keys'],
      ['signing.pem', 'keys'],
    ])('%s, and makes no new one: it comes back from the backup of the keys', async (name) => {
      for (const spoil of [
        rmSync,
        (file: string) => {
          truncateSync(file);
        },
      ]) {
        const office = copied(whole);
        for (const end of ['', '-wal', '-shm'])
          if (existsSync(join(office.keys, name + end))) spoil(join(office.keys, name + end));
        const before = namesOf(office);
        const words = await refusal(office);
        expect(words).toContain(join(office.keys, name));
        expect(words).toMatch(/密钥/);
        expect(words).toMatch(/keys/);
        expect(namesOf(office)).toEqual(before);
      }
    });

    it('its whole folder of keys', async () => {
      const office = copied(whole);
      rmSync(office.keys, { recursive: true });
      expect(await refusal(office)).toContain('backup of the keys');
      expect(existsSync(office.keys)).toBe(false);
    });

    it('its log, and begins no other: neither beside the other data, nor beside the keys alone', async () => {
      const [noLog, noData, empty] = [copied(whole), copied(whole), copied(whole)];
      for (const name of ['log.db', 'log.db-wal', 'log.db-shm']) rmSync(join(noLog.data, name), { force: true });
      rmSync(noData.data, { recursive: true });
      truncateSync(join(empty.data, 'log.db'));
      for (const office of [noLog, noData, empty]) {
        const before = bytesOf(office);
        const words = await refusal(office);
        expect(words).toContain(join(office.data, 'log.db'));
        expect(words).toContain('请从数据备份取回');
        expect(words).toContain('backup of the data');
        expect(bytesOf(office)).toEqual(before);
      }
    });

    it('its log, though the rest of the data stayed and the keys are gone too', async () => {
      const office = copied(whole);
      rmSync(join(office.data, 'log.db'));
      rmSync(office.keys, { recursive: true });
      expect(await refusal(office)).toContain('log.db');
      expect(existsSync(join(office.data, 'log.db'))).toBe(false);
    });

    it.each(['keys.db', 'side.db'])('its own %s, when another office’s stands there', async (name) => {
      const [office, other] = [copied(whole), foldersOf(`other-${name}`)];
      const system = await System.open({ ...settingsOf(other), masterKey: masterOf(office) });
      await system.start();
      await prepareFirstStart(system);
      await system.close();
      cpSync(join(other.keys, name), join(office.keys, name));
      const words = await refusal(office);
      expect(words).toContain(`${name} belongs to another log`);
      expect(words).toContain(`${name} 属于另一份日志`);
    });
  });

  const masterOf = ({ keys }: Folders): string =>
    (JSON.parse(readFileSync(join(keys, 'master.json'), 'utf8')) as string[]).join(',');

  describe('says in words what is damaged', () => {
    const garbage = (file: string): void => {
      writeFileSync(file, Buffer.alloc(8192, 'no database '));
    };
    const cut = (file: string): void => {
      truncateSync(file, Math.min(4096, Math.floor(statSync(file).size / 2)));
    };
    const foreign = (file: string): void => {
      rmSync(file);
      const db = new Database(file);
      for (const table of ['keys', 'claims', 'views', 'jobs', 'reads', 'events'])
        db.exec(`CREATE TABLE ${table} (nought)`);
      db.close();
    };

    it.each([
      ['data', 'log.db', 'cli restore'],
      ['keys', 'keys.db', 'backup of the keys'],
      ['keys', 'side.db', 'backup of the keys'],
      ['data', 'views.db', 'built anew from the log'],
      ['data', 'jobs.db', 'scheduled anew'],
      ['data', 'read-log.db', 'cli restore'],
    ] as const)('%s/%s: not a database, cut off, or another one', async (folder, name, mend) => {
      for (const spoil of [garbage, cut, foreign]) {
        const office = copied(whole);
        const file = join(office[folder], name);
        for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
        spoil(file);
        const words = await refusal(office);
        expect([spoil.name, words]).toEqual([spoil.name, expect.stringContaining(file)]);
        expect(words).toMatch(/已损坏/);
        expect(words).toContain(mend);
      }
    });

    it.each([['master.json'], ['signing.pem']])('keys/%s, without a word of what stands in it', async (name) => {
      const office = copied(whole);
      writeFileSync(join(office.keys, name), 'a secret that went wrong', { mode: 0o600 });
      const words = await refusal(office);
      expect(words).toContain(join(office.keys, name));
      expect(words).toContain('backup of the keys');
      expect(words).not.toContain('secret');
    });

    it('lock.db, which holds nothing', async () => {
      const office = copied(whole);
      garbage(join(office.data, 'lock.db'));
      expect(await refusal(office)).toContain('it holds nothing');
    });

    it('starts again when views.db or jobs.db is moved away, as it says', async () => {
      const office = copied(whole);
      const before = namesOf(office);
      for (const name of ['views.db', 'jobs.db']) rmSync(join(office.data, name));
      await start(office);
      expect(namesOf(office)).toEqual(before);
    });
  });

  describe('as a process of its own', () => {
    it('ends with 1 and words, no stack, without its keys', async () => {
      const office = copied(whole);
      rmSync(join(office.keys, 'keys.db'));
      const { code, said } = await startedAsProcess(office);
      expect(code).toBe(1);
      expect(said).toContain('请从密钥备份取回');
      expect(said).not.toMatch(/^\s+at /m);
    }, 60_000);

    it('ends with 1 and words, no stack, with a damaged log', async () => {
      const office = copied(whole);
      writeFileSync(join(office.data, 'log.db'), Buffer.alloc(8192, 7));
      const { code, said } = await startedAsProcess(office);
      expect(code).toBe(1);
      expect(said).toContain('已损坏');
      expect(said).not.toMatch(/^\s+at /m);
    }, 60_000);
  });

  /** Root writes everywhere: only who may become somebody else can be refused. */
  const itAsNobody = process.getuid?.() === 0 ? it : it.skip;
  itAsNobody(
    'says in words what it may not read or write',
    async () => {
      const NOBODY = 65_534;
      const cases = [
        ['data', '', 0o500],
        ['keys', '', 0o500],
        ['data', 'log.db', 0o400],
        ['data', 'views.db', 0o400],
        ['data', 'read-log.db', 0o400],
        ['data', 'jobs.db', 0o400],
        ['keys', 'keys.db', 0o400],
        ['keys', 'side.db', 0o400],
        ['keys', 'master.json', 0],
        ['keys', 'signing.pem', 0],
      ] as const;
      chmodSync(scratch, 0o755);
      const spoilt = cases.map(([folder, name, mode]) => {
        const office = copied(whole);
        for (const at of [join(office.data, '..'), office.data, office.keys])
          for (const path of [at, ...readdirSync(at).map((one) => join(at, one))]) chownSync(path, NOBODY, NOBODY);
        chmodSync(join(office[folder], name), mode);
        return { data: office.data, path: join(office[folder], name) };
      });
      const child = fork(
        join(__dirname, '../support/start-as-nobody.cjs'),
        spoilt.map(({ data }) => data),
        { silent: true },
      );
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await once(child, 'close');
      const refusals = JSON.parse(said) as { name: string; message: string }[];
      spoilt.forEach(({ path }, at) => {
        expect(refusals[at]).toEqual({ name: 'StoreUnavailable', message: expect.stringContaining(path) as string });
        expect(refusals[at]?.message).toMatch(/权限[^]*owner and rights/);
      });
    },
    60_000,
  );
});

describe('an office whose first start was interrupted', () => {
  it('goes on before its log has a first event, under the id that its keys were bound to', async () => {
    const office = foldersOf('interrupted');
    const { log } = await System.open(settingsOf(office)).then(async (system) => {
      await system.close();
      return system;
    });
    await start(office);
    const system = await System.open(settingsOf(office));
    expect(system.log).toBe(log);
    await system.start();
    expect(await prepareFirstStart(system)).toHaveLength(14);
    await system.close();
  });

  it('says which file of the first logins it cannot read', async () => {
    const office = foldersOf('interrupted-logins');
    const system = await System.open(settingsOf(office));
    await system.start();
    writeFileSync(firstLoginsFile(office.data), '[{');
    await expect(prepareFirstStart(system)).rejects.toThrow(firstLoginsFile(office.data));
    await system.close();
  });
});
