import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadSetting, readSettings, settingNames } from './settings';

const engines = {
  JIANDANG_EVENTSTOREDB: 'esdb://h:2113?tls=true',
  JIANDANG_MONGODB: 'mongodb://h/jiandang',
  JIANDANG_REDIS: 'redis://h',
  JIANDANG_MASTER_KEY: `1:${'A'.repeat(43)}`,
};

describe('settings', () => {
  it('have defaults that run without any environment', () => {
    const settings = readSettings({ PATH: '/bin' });
    expect(settings).toMatchObject({ port: 3000, host: '127.0.0.1', name: 'jiandang.local', demo: true });
    expect(settings.keys).toBe(`${settings.data}-keys`);
  });

  it('are all explained in docs/settings.md', () => {
    const explained = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8');
    expect(settingNames.filter((name) => !explained.includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ JIANDANG_DEMO: 'yes' }, 'JIANDANG_DEMO'],
    [{ JIANDANG_DATA: '' }, 'JIANDANG_DATA'],
    [{ JIANDANG_DATTA: './x' }, 'JIANDANG_DATTA'],
    [{ JIANDANG_OIDC_ISSUER: 'https://id.example' }, 'JIANDANG_OIDC_ISSUER'],
    [{ JIANDANG_REDIS: 'redis://h' }, 'all three or none'],
    [{ ...engines, JIANDANG_MASTER_KEY: undefined }, 'JIANDANG_MASTER_KEY'],
    [{ ...engines, JIANDANG_EVENTSTOREDB: 'kurrentdb://h' }, 'JIANDANG_EVENTSTOREDB'],
    [{ JIANDANG_REDIS_FILE: '/nowhere' }, 'JIANDANG_REDIS_FILE'],
    [{ JIANDANG_PROXIES: 'everybody' }, 'JIANDANG_PROXIES'],
  ])('a bad one is named: %j', (env, name) => {
    expect(() => readSettings(env)).toThrow(BadSetting);
    expect(() => readSettings(env)).toThrow(name);
  });

  it('a bad key or address of an engine is never printed', () => {
    expect(() => readSettings({ JIANDANG_MASTER_KEY: '' })).toThrow('(not shown)');
    expect(() => readSettings({ ...engines, JIANDANG_MONGODB: 'mongo://root:secret@h' })).toThrow(
      /^(?!.*secret)[^]*\(not shown\)/,
    );
  });

  it('name three engines, or none', () => {
    expect(readSettings({}).engines).toBeUndefined();
    expect(readSettings(engines).engines).toEqual({
      eventstoredb: 'esdb://h:2113?tls=true',
      mongodb: 'mongodb://h/jiandang',
      redis: 'redis://h',
    });
  });

  it('take a secret from the file that is named for it, but not twice', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'jd-secret-')), 'redis');
    writeFileSync(file, 'redis://:secret@h\n');
    const { JIANDANG_REDIS: _, ...rest } = engines;
    expect(readSettings({ ...rest, JIANDANG_REDIS_FILE: file }).engines?.redis).toBe('redis://:secret@h');
    expect(() => readSettings({ ...engines, JIANDANG_REDIS_FILE: file })).toThrow('set one of them');
  });
});
