import { readFileSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { NotAuthenticated, type Identity } from './sessions';

export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** URL or file of the JSON Web Key Set. */
  readonly jwks: string;
}

/** Bearer tokens of an OpenID provider; the claim `jiandang_account` (or `sub`) is the account's UUID. */
export const oidcIdentity = ({ issuer, audience, jwks }: OidcIssuer): ((token: string) => Promise<Identity>) => {
  const keys = /^https?:/.test(jwks)
    ? createRemoteJWKSet(new URL(jwks))
    : createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience });
      const claimed = payload['jiandang_account'];
      const subject = typeof claimed === 'string' ? claimed : (payload.sub ?? '');
      return { subject, session: payload.jti ?? '', auth: 'oidc' };
    } catch {
      throw new NotAuthenticated('the bearer token is not good');
    }
  };
};
