/** A password's argon2id hash, and the account it belongs to. */
export interface Login {
  readonly account: string;
  readonly subject: string;
  readonly hash: string;
}

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

/** Passwords, refresh tokens, ended sessions and failures: mutable, never in the log. Every process of an office asks the same one. */
export abstract class CredentialStore {
  abstract setLogin(login: Login): Promise<void>;
  abstract login(account: string): Promise<Login | undefined>;

  abstract addRefresh(token: RefreshToken): Promise<void>;
  abstract refresh(token: string): Promise<RefreshToken | undefined>;
  /** True once for each token, however many ask at once: two uses of one token are theft or a fault. */
  abstract useRefresh(token: string): Promise<boolean>;

  /** Ends a session: its refresh tokens go, its access tokens are refused up to the moment given. Resolves when durable. */
  abstract revoke(family: string, until: number): Promise<void>;
  abstract isRevoked(family: string): Promise<boolean>;

  abstract failuresOf(key: string): Promise<Failures>;
  /** Counts one failure more, and says how many there are; none is lost when several come at once. */
  abstract addFailure(key: string): Promise<number>;
  abstract holdOff(key: string, until: number): Promise<void>;
  abstract forgetFailures(key: string): Promise<void>;

  abstract close(): Promise<void>;
}
