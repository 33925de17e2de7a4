/** Who a token speaks for. */
export interface Identity {
  readonly subject: string;
  readonly session: string;
  readonly auth: 'pwd' | 'oidc';
}

/** Account and password do not match, or a token is not (or no longer) good. The answer never says which. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
}

/** Too many failures: try again after `seconds`. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
  constructor(readonly seconds: number) {
    super(`try again in ${String(seconds)} s`);
  }
}
