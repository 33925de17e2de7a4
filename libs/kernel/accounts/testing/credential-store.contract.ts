import { newUuid } from '@kernel/format';
import { NotAuthenticated, Throttled } from '@kernel/http';
import { Sessions } from '../sessions';
import type { CredentialStore } from '../credential-store';

export interface OpenedSideStore {
  readonly side: CredentialStore;
  /** What another process sees. */
  readonly another: () => Promise<CredentialStore>;
}

/** What every credential store promises; an adapter's spec is one call of this. `itCounts`: FerretDB loses one of two `$inc` at once. */
export const credentialStoreContract = (
  name: string,
  make: () => Promise<OpenedSideStore>,
  { itCounts = it }: { readonly itCounts?: jest.It } = {},
): void => {
  describe(`${name} as a credential store`, () => {
    let side: CredentialStore;
    let other: CredentialStore;
    beforeEach(async () => {
      const opened = await make();
      side = opened.side;
      other = await opened.another();
    });
    afterEach(async () => {
      await other.close();
      await side.close();
    });

    const token = (family = newUuid()) => ({ token: newUuid(), family, subject: newUuid(), expires: Date.now() + 1e6 });
    const secret = Buffer.alloc(32, 7);

    it('keeps one password for an account, the last that was set', async () => {
      const login = { account: 'village-1', subject: newUuid(), hash: 'h1' };
      await side.setLogin(login);
      await other.setLogin({ ...login, hash: 'h2' });
      expect(await side.login('village-1')).toEqual({ ...login, hash: 'h2' });
      expect(await side.login('nobody')).toBeUndefined();
    });

    it('lets a refresh token be used once, however many use it at once in however many processes', async () => {
      const one = token();
      await side.addRefresh(one);
      expect(await other.refresh(one.token)).toEqual(one);
      const uses = await Promise.all(
        Array.from({ length: 12 }, (_, turn) => (turn % 2 ? side : other).useRefresh(one.token)),
      );
      expect(uses.filter(Boolean)).toHaveLength(1);
      expect(await side.useRefresh(newUuid())).toBe(false);
    });

    it('ends a session for all processes: its tokens are gone, those of others stay', async () => {
      const [ended, stays] = [token(), token()];
      for (const one of [ended, token(ended.family), stays]) await side.addRefresh(one);
      await side.revoke(ended.family, Date.now() + 60_000);
      await side.revoke(ended.family, Date.now() + 60_000);
      expect(await other.isRevoked(ended.family)).toBe(true);
      expect(await other.refresh(ended.token)).toBeUndefined();
      expect(await other.isRevoked(stays.family)).toBe(false);
      expect(await other.refresh(stays.token)).toEqual(stays);
    });

    it('forgets an ended session when its access tokens have ended too', async () => {
      const [old, young] = [newUuid(), newUuid()];
      await side.revoke(old, Date.now() - 1);
      await side.revoke(young, Date.now() + 60_000);
      expect(await side.isRevoked(old)).toBe(false);
    });

    itCounts('counts every failure of all processes, also those that come at once', async () => {
      const counts = await Promise.all(
        Array.from({ length: 10 }, (_, turn) => (turn % 2 ? side : other).addFailure('k')),
      );
      expect([...counts].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    it('holds off until the latest moment that any process says, and forgets on request', async () => {
      expect([await side.addFailure('k'), await other.addFailure('k')]).toEqual([1, 2]);
      await side.holdOff('k', 500);
      await other.holdOff('k', 400);
      expect(await side.failuresOf('k')).toEqual({ count: 2, until: 500 });
      await other.forgetFailures('k');
      expect(await side.failuresOf('k')).toEqual({ count: 0, until: 0 });
    });

    it('carries sessions across two processes: begun here, renewed there, ended here', async () => {
      const [here, there] = [new Sessions(side, secret), new Sessions(other, secret)];
      const subject = newUuid();
      await here.setPassword('village-1', subject, 'a password of some length');
      const begun = await there.begin('village-1', 'a password of some length', '10.0.0.1');
      expect(await here.identify(begun.accessToken)).toMatchObject({ subject });
      const renewed = await here.renew(begun.refreshToken);
      await there.end((await there.identify(renewed.accessToken)).session);
      await expect(here.identify(renewed.accessToken)).rejects.toBeInstanceOf(NotAuthenticated);
      await expect(here.renew(renewed.refreshToken)).rejects.toBeInstanceOf(NotAuthenticated);
    });

    it('ends a session whose refresh token is used twice, in whichever process', async () => {
      const [here, there] = [new Sessions(side, secret), new Sessions(other, secret)];
      await here.setPassword('village-1', newUuid(), 'a password of some length');
      const begun = await here.begin('village-1', 'a password of some length', '10.0.0.1');
      const renewals = await Promise.allSettled([here.renew(begun.refreshToken), there.renew(begun.refreshToken)]);
      for (const renewal of renewals) {
        if (renewal.status === 'fulfilled')
          await expect(there.identify(renewal.value.accessToken)).rejects.toBeInstanceOf(NotAuthenticated);
      }
      expect(renewals.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    });

    it('throttles wrong passwords whichever process they are tried at', async () => {
      const both = [new Sessions(side, secret), new Sessions(other, secret)];
      await both[0]!.setPassword('village-1', newUuid(), 'a password of some length');
      const tries = [0, 1, 0, 1, 0].map((at) => () => both[at]!.begin('village-1', 'wrong', '10.0.0.1'));
      for (const attempt of tries) await expect(attempt()).rejects.toBeInstanceOf(NotAuthenticated);
      await expect(both[1]!.begin('village-1', 'a password of some length', '10.0.0.1')).rejects.toBeInstanceOf(
        Throttled,
      );
    });
  });
};
