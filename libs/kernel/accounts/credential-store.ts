export interface RefreshToken {
  /** Digest of the token: the token itself is kept nowhere. */
  readonly token: string;
  /** The session that it goes on with. */
  readonly family: string;
  readonly subject: string;
  /** Milliseconds since 1970, as everywhere here. */
  readonly expires: number;
}

export interface Failures {
  readonly count: number;
  /** Nothing is tried before this moment. */
  readonly until: number;
}

/** A key that one holder has: a login name, a turn. */
export interface Claim {
  readonly key: string;
  readonly holder: string;
  /** When it was made. */
  readonly at: number;
}

/**
 * Passwords, claims, refresh tokens, ended sessions and failures: mutable, never in the log. Every process of an office
 * asks the same one.
 */
export abstract class CredentialStore {
  /** Whose the key is: the first that claimed it keeps it, however many claim it at once. Durable when it resolves. */
  abstract claim(claim: Claim): Promise<Claim>;
  abstract claimed(key: string): Promise<Claim | undefined>;
  abstract claimsOf(holder: string): Promise<readonly Claim[]>;
  /** Gives a key back, unless it is another holder's. */
  abstract release(key: string, holder: string): Promise<void>;

  /** Keeps an account's argon2id hash, in place of the one before. */
  abstract setPassword(subject: string, hash: string): Promise<void>;
  /** Keeps a password. */
  abstract isUsed(): Promise<boolean>;
  abstract password(subject: string): Promise<string | undefined>;

  abstract addRefresh(token: RefreshToken): Promise<void>;
  abstract refresh(token: string): Promise<RefreshToken | undefined>;
  /** True once for each token, however many ask at once: two uses of one token are theft or a fault. */
  abstract useRefresh(token: string): Promise<boolean>;

  /**
   * Ends a session: its refresh tokens go, its access tokens are refused up to the moment given. Resolves when durable.
   */
  abstract revoke(family: string, until: number): Promise<void>;
  /** The same with every session of an account that has a refresh token. */
  abstract revokeAll(subject: string, until: number): Promise<void>;
  abstract isRevoked(family: string): Promise<boolean>;

  abstract failuresOf(key: string): Promise<Failures>;
  /** Counts one failure more, and says how many there are; none is lost when several come at once. */
  abstract addFailure(key: string): Promise<number>;
  abstract holdOff(key: string, until: number): Promise<void>;
  abstract forgetFailures(key: string): Promise<void>;

  abstract close(): Promise<void>;
}

/** What the account that signs in under a name has claimed. */
export const loginKey = (login: string): string => `login/${login}`;
