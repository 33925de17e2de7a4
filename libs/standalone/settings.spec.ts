import { BadSetting, readSettings } from './settings';

describe('settings', () => {
  it('have defaults that run without any environment', () => {
    const settings = readSettings({ PATH: '/bin' });
    expect(settings).toMatchObject({ port: 3000, host: '127.0.0.1', name: 'jiandang.local', demo: true });
    expect(settings.keys).toBe(`${settings.data}-keys`);
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ JIANDANG_DEMO: 'yes' }, 'JIANDANG_DEMO'],
    [{ JIANDANG_DATA: '' }, 'JIANDANG_DATA'],
    [{ JIANDANG_DATTA: './x' }, 'JIANDANG_DATTA'],
    [{ JIANDANG_OIDC_ISSUER: 'https://id.example' }, 'JIANDANG_OIDC_ISSUER'],
  ])('a bad one is named: %j', (env, name) => {
    expect(() => readSettings(env)).toThrow(BadSetting);
    expect(() => readSettings(env)).toThrow(name);
  });

  it('a bad key is never printed', () => {
    expect(() => readSettings({ JIANDANG_MASTER_KEY: '' })).toThrow('(not shown)');
  });
});
