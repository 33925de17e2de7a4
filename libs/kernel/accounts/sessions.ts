import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { newUuid } from '@kernel/format';
import { NotAuthenticated, Throttled, type Identity } from '@kernel/http';
import type { CredentialStore } from './credential-store';

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token ends. */
  readonly expiresIn: number;
}

const ACCESS = 15 * 60;
const REFRESH = 14 * 24 * 3600;
const FREE_FAILURES = 4;
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

export const hashPassword = (password: string): Promise<string> => hash(password, ARGON2ID);

/** A password that nobody chose: 20 characters without look-alikes. */
export const randomPassword = (): string => {
  const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
  return [...randomBytes(20)].map((byte) => letters[byte % letters.length]).join('');
};

/** Short-lived signed tokens, rotated refresh tokens, throttled failures. */
export class Sessions {
  readonly #nobody = hashPassword(randomPassword());
  /** Tokens whose signature was checked; revocation is asked every time. */
  readonly #identities = new LRUCache<string, { readonly identity: Identity; readonly until: number }>({ max: 5000 });

  constructor(
    private readonly store: CredentialStore,
    private readonly secret: Uint8Array,
    private readonly now: () => number = Date.now,
  ) {}

  async setPassword(account: string, subject: string, password: string): Promise<void> {
    await this.store.setLogin({ account, subject, hash: await hashPassword(password) });
  }

  /** Whom a name signs in; nobody when it has no password. */
  async subjectOf(account: string): Promise<string | undefined> {
    return (await this.store.login(account))?.subject;
  }

  /** @throws NotAuthenticated, Throttled */
  async begin(account: string, password: string, address: string): Promise<Session> {
    const keys = [`account:${account}`, `address:${address}`];
    await this.#mustNotWait(keys);
    const login = await this.store.login(account);
    const right = await verify(login?.hash ?? (await this.#nobody), password);
    if (!login || !right) {
      for (const key of keys) await this.#fail(key);
      throw new NotAuthenticated('account and password do not match');
    }
    await this.store.forgetFailures(keys[0] ?? '');
    return this.#issue(login.subject, newUuid());
  }

  /** Exchanges a refresh token for a new pair; a token used twice ends the whole session. @throws NotAuthenticated */
  async renew(refreshToken: string): Promise<Session> {
    const token = digest(refreshToken);
    const row = await this.store.refresh(token);
    if (!row || row.expires < this.now()) throw new NotAuthenticated('the refresh token is not good');
    if (!(await this.store.useRefresh(token))) {
      await this.end(row.family);
      throw new NotAuthenticated('the refresh token was used before: the session is ended');
    }
    return this.#issue(row.subject, row.family);
  }

  async end(session: string): Promise<void> {
    await this.store.revoke(session, this.now() + ACCESS * 1000);
  }

  /** @throws NotAuthenticated; whatever the credential store throws while it is away: nobody is signed out for that */
  async identify(accessToken: string): Promise<Identity> {
    const known = this.#identities.get(accessToken);
    if (known && known.until > this.now()) {
      if (await this.store.isRevoked(known.identity.session)) throw new NotAuthenticated('the session is ended');
      return known.identity;
    }
    const payload = await this.#verified(accessToken);
    const { sub = '', sid = '' } = payload as { sub?: string; sid?: string };
    if (await this.store.isRevoked(sid)) throw new NotAuthenticated('the session is ended');
    const identity: Identity = { subject: sub, session: sid, auth: 'pwd' };
    this.#identities.set(accessToken, { identity, until: (payload.exp ?? 0) * 1000 });
    return identity;
  }

  async #verified(accessToken: string): Promise<JWTPayload> {
    const options = { algorithms: ['HS256'], currentDate: new Date(this.now()) };
    try {
      return (await jwtVerify(accessToken, this.secret, options)).payload;
    } catch {
      throw new NotAuthenticated('the access token is not good');
    }
  }

  async #issue(subject: string, family: string): Promise<Session> {
    const refreshToken = randomBytes(32).toString('base64url');
    await this.store.addRefresh({ token: digest(refreshToken), family, subject, expires: this.now() + REFRESH * 1000 });
    if (await this.store.isRevoked(family)) {
      await this.end(family);
      throw new NotAuthenticated('the session is ended');
    }
    const seconds = Math.floor(this.now() / 1000);
    const accessToken = await new SignJWT({ sid: family })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + ACCESS)
      .sign(this.secret);
    return { accessToken, refreshToken, expiresIn: ACCESS };
  }

  async #mustNotWait(keys: readonly string[]): Promise<void> {
    const failures = await Promise.all(keys.map((key) => this.store.failuresOf(key)));
    const until = Math.max(...failures.map((one) => one.until));
    if (until > this.now()) throw new Throttled(Math.ceil((until - this.now()) / 1000));
  }

  /** After a few failures each further one doubles the wait, up to a quarter of an hour. */
  async #fail(key: string): Promise<void> {
    const count = await this.store.addFailure(key);
    const limit = key.startsWith('address:') ? FREE_FAILURES * 10 : FREE_FAILURES;
    if (count > limit) await this.store.holdOff(key, this.now() + Math.min(2 ** (count - limit), 900) * 1000);
  }
}
