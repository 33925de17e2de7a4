import { StoreUnavailable } from '@kernel/engines';
import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { NotAuthenticated, type Identity } from '@kernel/http';

export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** URL or file of the JSON Web Key Set. */
  readonly jwks: string;
}

/** The provider's keys. @throws StoreUnavailable while it does not give them: no token is bad for that */
const remoteKeys = (url: URL): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(url);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new StoreUnavailable('io', 'the identity provider does not give its keys');
    }
  };
};

/**
 * Bearer tokens of an OpenID provider; the claim `jiandang_account` (or `sub`) is the account's UUID. @throws
 * NotAuthenticated, StoreUnavailable
 */
export const oidcIdentity = ({ issuer, audience, jwks }: OidcIssuer): ((token: string) => Promise<Identity>) => {
  const keys = /^https?:/.test(jwks)
    ? remoteKeys(new URL(jwks))
    : createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience });
      const claimed = payload['jiandang_account'];
      const subject = typeof claimed === 'string' ? claimed : (payload.sub ?? '');
      return { subject, session: payload.jti ?? '', auth: 'oidc' };
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new NotAuthenticated('the bearer token is not good');
    }
  };
};
