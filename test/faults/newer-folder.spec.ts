import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { officeFolder } from '../support/folders';

const scratch = mkdtempSync(join(tmpdir(), 'jd-newer-'));
const FILES = [
  'data/log.db',
  'data/views.db',
  'data/jobs.db',
  'data/read-log.db',
  'data-keys/keys.db',
  'data-keys/side.db',
] as const;

/** A verb in a process of its own, as an operator sees it. */
const cli = (data: string, args: readonly string[]) =>
  spawnSync(process.execPath, [join(__dirname, '../support/cli-process.cjs'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', JIANDANG_DATA: data },
    encoding: 'utf8',
  });

describe('an older program', () => {
  const folder = join(scratch, 'office');
  beforeAll(async () => {
    await officeFolder('new', join(folder, 'data'));
  });

  /** The folder as a newer program would leave it: one of its files has a layout that nobody knows today. */
  const raised = (file: string): string => {
    const copy = join(scratch, file.replace('/', '-'));
    cpSync(folder, copy, { recursive: true });
    const db = new Database(join(copy, file));
    db.pragma('user_version = 99');
    db.close();
    return copy;
  };

  it('is told of every file that holds something', () => {
    const files = ['data', 'data-keys'].flatMap((place) =>
      readdirSync(join(folder, place))
        .filter((name) => name.endsWith('.db'))
        .map((name) => `${place}/${name}`),
    );
    expect(files.filter((name) => !name.endsWith('lock.db')).sort()).toEqual([...FILES].sort());
  });

  it.each(FILES)('refuses a folder whose %s a newer one wrote, in words', async (file) => {
    const copy = raised(file);
    await expect(System.open(readSettings({ JIANDANG_DATA: join(copy, 'data') }))).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: expect.stringMatching(/由更新版本的程序写入[^]*written by a newer version of this system/) as string,
    });
  });

  it('leaves with an exit code and no stack', () => {
    const { status, stderr } = cli(join(raised('data/log.db'), 'data'), ['jobs']);
    expect(status).toBe(2);
    expect(stderr).toContain('log.db was written by a newer version of this system (layout 99');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('puts no backup into place that a newer one has made', () => {
    const backup = join(scratch, 'backup');
    cpSync(join(raised('data/log.db'), 'data'), join(backup, 'data'), { recursive: true });
    cpSync(join(folder, 'data-keys'), join(backup, 'keys'), { recursive: true });
    const target = join(scratch, 'target', 'data');
    const { status, stderr } = cli(target, ['restore', backup]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('written by a newer version')]);
    expect(readdirSync(scratch)).not.toContain('target');
  });
});
