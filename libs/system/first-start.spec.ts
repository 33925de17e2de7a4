import { accounts } from '@kernel/accounts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLoginsFile, prepareFirstStart, type FirstLogin } from './first-start';
import { readSettings } from './settings';
import { System } from './system';

describe('the first start', () => {
  const env = { JIANDANG_DATA: join(mkdtempSync(join(tmpdir(), 'jd-first-')), 'data'), JIANDANG_LOG_LEVEL: 'silent' };
  let system: System;
  const opened = async (): Promise<void> => {
    system = await System.open(readSettings(env));
    await system.start();
  };
  const logins = () => JSON.parse(readFileSync(firstLoginsFile(env.JIANDANG_DATA), 'utf8')) as FirstLogin[];
  beforeAll(opened);
  afterAll(() => system.close());

  it('goes on where it was interrupted, wherever that was, and opens every account once', async () => {
    for (const after of [0, 1, 9, 27]) {
      const execute = system.commands.carryOut.bind(system.commands);
      let left = after;
      jest.spyOn(system.commands, 'carryOut').mockImplementation((...command) => {
        if (command[0] === 'account' && left-- === 0) throw new Error('the power is gone');
        return execute(...command);
      });
      await expect(prepareFirstStart(system)).rejects.toThrow('the power is gone');
      await system.close();
      await opened();
    }
    const first = logins();
    expect(await prepareFirstStart(system)).toEqual(first);
    expect(await system.models.count(accounts, {})).toBe(14);
    for (const { account, password } of logins())
      await expect(system.sessions.begin(account, password, '::1')).resolves.toMatchObject({ expiresIn: 900 });
  });

  it('changes nothing afterwards, not even a password that was changed', async () => {
    const head = await system.store.head();
    const { subject } = await system.sessions.identify(
      (await system.sessions.begin('village-1', logins()[0]!.password, '::1')).accessToken,
    );
    await system.sessions.setPassword(subject, 'another one of her own');
    expect(await prepareFirstStart(system)).toEqual([]);
    expect(await system.store.head()).toBe(head);
    await expect(system.sessions.begin('village-1', 'another one of her own', '::1')).resolves.toBeDefined();
  });

  it('opens nothing in a log whose first logins were taken away', async () => {
    const head = await system.store.head();
    await system.close();
    rmSync(firstLoginsFile(env.JIANDANG_DATA));
    await opened();
    expect(await prepareFirstStart(system)).toEqual([]);
    expect(await system.store.head()).toBe(head);
  });
});
