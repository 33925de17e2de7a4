import { isUnavailable } from '@kernel/engines';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { newUuid } from '@kernel/format';
import { NotAuthenticated } from '@kernel/http';
import { EmbeddedCredentialStore } from './adapters/embedded-credential-store';
import { oidcIdentity, Sessions } from '.';

const SECRET = Buffer.alloc(32, 9);
const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('who speaks', () => {
  it('is not signed out while the store of the sessions is away', async () => {
    const store = new EmbeddedCredentialStore(mkdtempSync(join(tmpdir(), 'jd-sessions-')));
    const sessions = new Sessions(store, SECRET, () => Promise.resolve(true));
    const account = newUuid();
    const token = await new SignJWT({ sid: newUuid() })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(account)
      .setExpirationTime('5m')
      .sign(SECRET);
    const away = Object.assign(new Error('connection closed'), { name: 'MongoNetworkError' });
    const ask = jest.spyOn(store, 'isRevoked').mockRejectedValue(away);
    expect(await reasonOf(sessions.identify(token))).toBe(away);
    expect(isUnavailable(away)).toBe(true);
    ask.mockRestore();
    expect(await sessions.identify(token)).toMatchObject({ subject: account });
    expect(await reasonOf(sessions.identify(`${token}x`))).toBeInstanceOf(NotAuthenticated);
    await store.close();
  });

  it('is not refused while the identity provider is away', async () => {
    const identify = oidcIdentity({ issuer: 'https://id.example', audience: 'x', jwks: 'http://127.0.0.1:1/keys' });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256', kid: 'a' })}.${part({ iss: 'https://id.example', aud: 'x' })}.AAAA`;
    expect(isUnavailable(await reasonOf(identify(token)))).toBe(true);
    expect(await reasonOf(identify('no token'))).toBeInstanceOf(NotAuthenticated);
  });
});
