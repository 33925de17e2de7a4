import { oidcIdentity, type Sessions } from '@kernel/accounts';
import { NotAuthenticated } from '@kernel/http';
import type { OidcSettings } from './settings';

/** Our own tokens say HS256 in their header. */
const isForeign = (token: string): boolean => {
  const [header = ''] = token.split('.');
  return !Buffer.from(header, 'base64url').toString().includes('HS256');
};

/** Who holds a token, of ours or of the provider's, as long as the account may go on. */
export const identifying = (
  sessions: Sessions,
  oidc: OidcSettings | undefined,
  mayGoOn: (subject: string) => Promise<boolean>,
): Sessions['identify'] => {
  const byProvider = oidc && oidcIdentity(oidc);
  return async (token) => {
    const identity = await (byProvider && isForeign(token) ? byProvider(token) : sessions.identify(token));
    if (!(await mayGoOn(identity.subject))) throw new NotAuthenticated('the account is not open');
    return identity;
  };
};
