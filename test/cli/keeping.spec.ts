import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importMaster } from '@kernel/privacy';
import { prepareFirstStart } from '@system/first-start';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import type { Context } from '../../apps/cli/src/context';
import { outputOf } from '../../apps/cli/src/output';
import { backup, exportMasterKey, rebuildViews, restore, verifyKeys } from '../../apps/cli/src/verbs/keeping';

const scratch = mkdtempSync(join(tmpdir(), 'jd-keeping-'));
const contextOf = (name: string): Context & { said: () => Record<string, unknown> } => {
  let said: object = {};
  const output = {
    ...outputOf(true),
    answer: (result: object) => {
      said = result;
    },
  };
  return {
    settings: readSettings({ JIANDANG_DATA: join(scratch, name) }),
    output,
    said: () => said as Record<string, unknown>,
  };
};

/** Of everything but what the log says of itself, which each start may add to. */
const hashes = async ({ settings }: Context): Promise<readonly (string | undefined)[]> => {
  const system = await System.open(settings);
  const found: (string | undefined)[] = [];
  for await (const page of system.store.readAll())
    found.push(...page.filter(({ stream }) => !stream.startsWith('ledger-')).map(({ meta }) => meta['h']));
  await system.close();
  return found;
};

describe('keeping an office', () => {
  const office = contextOf('office');
  beforeAll(async () => {
    const system = await System.open(office.settings);
    await system.start();
    await prepareFirstStart(system);
    await system.close();
  });

  it('writes the first logins for their owner alone: every role, two clerks of each level', () => {
    const file = join(office.settings.data, 'first-logins.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const logins = JSON.parse(readFileSync(file, 'utf8')) as { role: string; password: string }[];
    for (const role of ['village', 'township', 'county'])
      expect(logins.filter((login) => login.role === role)).toHaveLength(2);
    expect(new Set(logins.map(({ role }) => role)).size).toBe(10);
    expect(new Set(logins.map(({ password }) => password)).size).toBe(logins.length);
  });

  it('restores from a backup with the same hashes, and opens every box again', async () => {
    expect(await backup(office, join(scratch, 'copy'))).toBe(0);
    const restored = contextOf('restored');
    expect(await restore(restored, join(scratch, 'copy'))).toBe(0);
    expect(await hashes(restored)).toEqual(await hashes(office));
    expect(await verifyKeys(restored)).toBe(0);
    expect(restored.said()).toMatchObject({ sound: true, damages: [] });
    expect(await rebuildViews(restored, 'accounts')).toBe(0);
    expect(restored.said()).toMatchObject({ view: 'accounts', equal: true });
  });

  it('is backed up beside the running system, reads and keys included, and the copy is whole', async () => {
    const system = await System.open(office.settings);
    await system.start();
    await system.reads.record({ at: system.clock.now(), actor: 'a', purpose: 'work', view: 'v', subjects: ['s'] });
    expect(await backup(office, join(scratch, 'warm'))).toBe(0);
    await system.close();
    const restored = contextOf('warmly-restored');
    expect(await restore(restored, join(scratch, 'warm'))).toBe(0);
    expect(await hashes(restored)).toEqual(await hashes(office));
    const copy = await System.open(restored.settings);
    expect((await copy.reads.list({ subjects: ['s'] })).items).toHaveLength(1);
    await copy.close();
  });

  it('makes no log where there is none to read', async () => {
    const nowhere = contextOf('nowhere');
    for (const verb of [backup(nowhere, join(scratch, 'none')), rebuildViews(nowhere, undefined)])
      await expect(verb).rejects.toThrow('there is no log');
    expect(await verifyKeys(nowhere)).toBe(2);
    expect(nowhere.said()).toMatchObject({
      sound: false,
      error: expect.stringContaining('there is no log') as unknown,
    });
  });

  it('never restores over what is there', async () => {
    const kept = join(scratch, 'kept');
    expect(await backup(office, kept)).toBe(0);
    await expect(restore(office, kept)).rejects.toThrow('not empty');
    await expect(backup(office, kept)).rejects.toThrow('exists already');
  });

  it('gives two sealed copies of the master key, which open with the passphrase', async () => {
    process.env['MASTER_PASSPHRASE'] = 'four words of the county';
    expect(await exportMasterKey(office, join(scratch, 'sealed'))).toBe(0);
    const files = office.said()['files'] as string[];
    expect(files).toHaveLength(2);
    for (const file of files) expect(importMaster(readFileSync(file, 'utf8'), 'four words of the county').size).toBe(1);
    await expect(Promise.resolve().then(() => exportMasterKey(office, join(scratch, 'sealed')))).rejects.toThrow(
      'EEXIST',
    );
  });

  it('says which folder is taken, and by whom', async () => {
    const system = await System.open(office.settings);
    await expect(System.open(office.settings)).rejects.toThrow(`in use by process ${String(process.pid)}`);
    await system.close();
  });
});
