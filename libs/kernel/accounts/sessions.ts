import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { newUuid } from '@kernel/format';
import { NotAuthenticated, Throttled, type Identity } from '@kernel/http';
import { loginKey, type CredentialStore } from './credential-store';

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token ends. */
  readonly expiresIn: number;
}

/** Seconds for which an access token is good. */
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
    /** Whether an account may sign in and go on now: open, not suspended. */
    private readonly stands: (subject: string) => Promise<boolean>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Sets an account's password in place of the one before, and ends every session that was begun with that one. */
  async setPassword(subject: string, password: string): Promise<void> {
    await this.store.setPassword(subject, await hashPassword(password));
    await this.endAll(subject);
  }

  /** Whom a name signs in; nobody while it has no password. */
  async subjectOf(login: string): Promise<string | undefined> {
    const claim = await this.store.claimed(loginKey(login));
    return claim && (await this.store.password(claim.holder)) !== undefined ? claim.holder : undefined;
  }

  /** @throws NotAuthenticated, Throttled */
  async begin(login: string, password: string, address: string): Promise<Session> {
    const keys = [`account:${login}`, `address:${address}`];
    await this.#mustNotWait(keys);
    const subject = (await this.store.claimed(loginKey(login)))?.holder ?? '';
    const hashed = await this.store.password(subject);
    const right = await verify(hashed ?? (await this.#nobody), password);
    if (hashed === undefined || !right || !(await this.stands(subject))) {
      for (const key of keys) await this.#fail(key);
      throw new NotAuthenticated('account and password do not match');
    }
    await this.store.forgetFailures(keys[0] ?? '');
    return this.#begun(subject, hashed);
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
    if (!(await this.stands(row.subject))) {
      await this.end(row.family);
      throw new NotAuthenticated('the account is suspended');
    }
    return this.#issue(row.subject, row.family);
  }

  async end(session: string): Promise<void> {
    await this.store.revoke(session, this.now() + ACCESS * 1000);
  }

  /** Ends every session of an account. */
  async endAll(subject: string): Promise<void> {
    await this.store.revokeAll(subject, this.now() + ACCESS * 1000);
  }

  /** @throws NotAuthenticated; whatever the credential store throws while it is away: nobody is signed out for that */
  async identify(accessToken: string): Promise<Identity> {
    const known = this.#identities.get(accessToken);
    const identity = known && known.until > this.now() ? known.identity : await this.#identified(accessToken);
    if (await this.store.isRevoked(identity.session)) throw new NotAuthenticated('the session is ended');
    return identity;
  }

  async #identified(accessToken: string): Promise<Identity> {
    const { sub = '', sid, exp = 0 } = await this.#verified(accessToken);
    const identity: Identity = { subject: sub, session: typeof sid === 'string' ? sid : '', auth: 'pwd' };
    this.#identities.set(accessToken, { identity, until: exp * 1000 });
    return identity;
  }

  /** A password that was changed while it was tried begins nothing. */
  async #begun(subject: string, hashed: string): Promise<Session> {
    const family = newUuid();
    const session = await this.#issue(subject, family);
    if ((await this.store.password(subject)) === hashed) return session;
    await this.end(family);
    throw new NotAuthenticated('the password was changed meanwhile');
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
