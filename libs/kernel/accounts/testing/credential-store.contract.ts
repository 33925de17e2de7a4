import { newUuid } from '@kernel/format';
import { NotAuthenticated, Throttled } from '@kernel/http';
import { Sessions } from '../sessions';
import { loginKey, type CredentialStore } from '../credential-store';

export interface OpenedSideStore {
  readonly side: CredentialStore;
  /** What another process sees. */
  readonly another: () => Promise<CredentialStore>;
}

/**
 * What every credential store promises; an adapter's spec is one call of this. `itCounts`: FerretDB loses one of two
 * `$inc` at once.
 */
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

    const open = (): Promise<boolean> => Promise.resolve(true);
    const sessionsOver = (store: CredentialStore, stands = open): Sessions => new Sessions(store, secret, stands);
    /** An account that signs in as village-1. */
    const account = async (sessions: Sessions): Promise<string> => {
      const subject = newUuid();
      await side.claim({ key: loginKey('village-1'), holder: subject, at: 1 });
      await sessions.setPassword(subject, 'a password of some length');
      return subject;
    };
    const signIn = (sessions: Sessions, password = 'a password of some length') =>
      sessions.begin('village-1', password, '10.0.0.1');

    it('keeps one password for an account, the last that was set', async () => {
      const subject = newUuid();
      await side.setPassword(subject, 'h1');
      await other.setPassword(subject, 'h2');
      expect(await side.password(subject)).toBe('h2');
      expect(await side.password(newUuid())).toBeUndefined();
    });

    it('gives a key to the first of all who claim it at once, until that one releases it', async () => {
      const holders = Array.from({ length: 12 }, () => newUuid());
      const claims = await Promise.all(
        holders.map((holder, turn) => (turn % 2 ? side : other).claim({ key: 'k', holder, at: turn })),
      );
      const [first] = claims;
      expect(new Set(claims.map(({ holder }) => holder)).size).toBe(1);
      expect(await other.claimed('k')).toEqual(first);
      expect(await other.claimsOf(first!.holder)).toEqual([first]);
      await other.release('k', newUuid());
      expect(await side.claimed('k')).toEqual(first);
      await other.release('k', first!.holder);
      expect(await side.claimed('k')).toBeUndefined();
      expect(await side.claim({ key: 'k', holder: 'next', at: 7 })).toEqual({ key: 'k', holder: 'next', at: 7 });
    });

    it('ends every session of an account and none of another', async () => {
      const subject = newUuid();
      const [one, two, stays] = [{ ...token(), subject }, { ...token(), subject }, token()];
      for (const each of [one, two, stays]) await side.addRefresh(each);
      await other.revokeAll(subject, Date.now() + 60_000);
      expect(await Promise.all([one, two, stays].map(({ family }) => side.isRevoked(family)))).toEqual([
        true,
        true,
        false,
      ]);
      expect(await side.refresh(one.token)).toBeUndefined();
      expect(await side.refresh(stays.token)).toEqual(stays);
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
      const [here, there] = [sessionsOver(side), sessionsOver(other)];
      const subject = await account(here);
      const begun = await signIn(there);
      expect(await here.identify(begun.accessToken)).toMatchObject({ subject });
      const renewed = await here.renew(begun.refreshToken);
      await there.end((await there.identify(renewed.accessToken)).session);
      await expect(here.identify(renewed.accessToken)).rejects.toBeInstanceOf(NotAuthenticated);
      await expect(here.renew(renewed.refreshToken)).rejects.toBeInstanceOf(NotAuthenticated);
    });

    it('ends a session whose refresh token is used twice, in whichever process', async () => {
      const [here, there] = [sessionsOver(side), sessionsOver(other)];
      await account(here);
      const begun = await signIn(here);
      const renewals = await Promise.allSettled([here.renew(begun.refreshToken), there.renew(begun.refreshToken)]);
      for (const renewal of renewals) {
        if (renewal.status === 'fulfilled')
          await expect(there.identify(renewal.value.accessToken)).rejects.toBeInstanceOf(NotAuthenticated);
      }
      expect(renewals.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    });

    it('ends every session with the password it was begun with, whichever process sets the next one', async () => {
      const [here, there] = [sessionsOver(side), sessionsOver(other)];
      const subject = await account(here);
      const begun = [await signIn(here), await signIn(there)];
      await there.setPassword(subject, 'another one');
      for (const { accessToken, refreshToken } of begun) {
        await expect(here.identify(accessToken)).rejects.toBeInstanceOf(NotAuthenticated);
        await expect(here.renew(refreshToken)).rejects.toBeInstanceOf(NotAuthenticated);
      }
      await expect(signIn(here)).rejects.toBeInstanceOf(NotAuthenticated);
      expect(await here.identify((await signIn(here, 'another one')).accessToken)).toMatchObject({ subject });
    });

    it('begins nothing with a password that is replaced while it is tried', async () => {
      const sessions = sessionsOver(side);
      const subject = await account(sessions);
      const read = side.password.bind(side);
      jest.spyOn(side, 'password').mockImplementationOnce(async (of) => {
        const old = await read(of);
        await other.setPassword(subject, 'another hash');
        return old;
      });
      const refreshed = jest.spyOn(side, 'addRefresh');
      await expect(signIn(sessions)).rejects.toBeInstanceOf(NotAuthenticated);
      expect(await side.refresh(refreshed.mock.calls[0]![0].token)).toBeUndefined();
      jest.restoreAllMocks();
    });

    it('lets a suspended account neither begin nor go on', async () => {
      let stands = true;
      const sessions = sessionsOver(side, () => Promise.resolve(stands));
      await account(sessions);
      const { refreshToken } = await signIn(sessions);
      stands = false;
      await expect(sessions.renew(refreshToken)).rejects.toBeInstanceOf(NotAuthenticated);
      await expect(signIn(sessions)).rejects.toBeInstanceOf(NotAuthenticated);
      stands = true;
      await expect(sessions.renew(refreshToken)).rejects.toBeInstanceOf(NotAuthenticated);
      await expect(signIn(sessions)).resolves.toBeDefined();
    });

    it('throttles wrong passwords whichever process they are tried at', async () => {
      const both = [sessionsOver(side), sessionsOver(other)];
      await account(both[0]!);
      const tries = [0, 1, 0, 1, 0].map((at) => () => both[at]!.begin('village-1', 'wrong', '10.0.0.1'));
      for (const attempt of tries) await expect(attempt()).rejects.toBeInstanceOf(NotAuthenticated);
      await expect(both[1]!.begin('village-1', 'a password of some length', '10.0.0.1')).rejects.toBeInstanceOf(
        Throttled,
      );
    });
  });
};
