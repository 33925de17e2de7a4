import { newUuid } from '@kernel/format';
import type { KeyStore, ListedKey } from '../key-store';
import { MasterKeyError, masterKeys, type MasterKeys } from '../master-key';

export interface KeyStorePlace {
  /** Opens the same keys again, as after a restart or in another process. */
  readonly open: (masters: MasterKeys) => Promise<KeyStore>;
  /** Everything that is stored, to look for secrets in it. */
  readonly bytes: () => Promise<Buffer>;
  /** Changes a wrapped key behind the store's back. */
  readonly damage: (id: string) => Promise<unknown>;
}

const master = (fill: number) => Buffer.alloc(32, fill).toString('base64url');
const FIRST = masterKeys('', `1:${master(1)}`);
const BOTH = masterKeys('', `1:${master(1)},2:${master(2)}`);
const SECOND = masterKeys('', `2:${master(2)}`);

/** What every key store promises; an adapter's spec is one call of this. */
export const keyStoreContract = (name: string, make: () => Promise<KeyStorePlace>): void => {
  describe(`${name} as a key store`, () => {
    let place: KeyStorePlace;
    let keys: KeyStore;
    beforeEach(async () => {
      place = await make();
      keys = await place.open(FIRST);
    });
    afterEach(() => keys.close());

    const reopened = async (masters = FIRST) => {
      await keys.close();
      keys = await place.open(masters);
    };
    const owner = () => ({ subject: newUuid(), class: 'identity' as const });
    const all = async () => {
      const listed: ListedKey[] = [];
      for await (const page of keys.list()) listed.push(...page);
      return listed;
    };

    it('has made a key durable when it gives it out', async () => {
      const who = owner();
      const [made, single] = await keys.currentOrNew([who, { ...who, class: 'remark' }]);
      await reopened();
      expect(await keys.currentOrNew([who])).toEqual([made]);
      expect(await keys.secrets([single!.id, newUuid(), made!.id])).toEqual([single?.secret, undefined, made?.secret]);
    });

    it('makes one key for an owner, however many ask at once', async () => {
      const who = owner();
      const made = await Promise.all(Array.from({ length: 20 }, () => keys.currentOrNew([who, owner()])));
      expect(new Set(made.map(([key]) => key?.id)).size).toBe(1);
      expect(new Set(made.map(([, key]) => key?.id)).size).toBe(20);
    });

    it('gives one key to an owner who is named twice, and one each to remarks', async () => {
      const who = owner();
      const remark = { ...who, class: 'remark' as const };
      const made = await keys.currentOrNew([who, remark, who, remark]);
      expect(new Set(made.map(({ id }) => id)).size).toBe(3);
      expect(made[0]).toEqual(made[2]);
      expect(await keys.secrets(made.map(({ id }) => id))).toEqual(made.map(({ secret }) => secret));
    });

    it('destroys a key for good: no secret, no trace of the wrapped key, and the next one is another', async () => {
      const who = owner();
      const [key] = await keys.currentOrNew([who]);
      await keys.destroy([key!.id]);
      expect(await keys.secrets([key!.id])).toEqual([undefined]);
      const listed = (await all()).find(({ id }) => id === key?.id);
      expect(listed).toMatchObject(who);
      expect(listed?.destroyedAt).toMatch(/Z$/);
      const [next] = await keys.currentOrNew([who]);
      expect(next?.id).not.toBe(key?.id);
      expect((await place.bytes()).includes(key?.secret ?? '')).toBe(false);
    });

    it('lists every key once, in order, without secrets, and not the key of the indexes', async () => {
      const owners = Array.from({ length: 25 }, owner);
      const made = await keys.currentOrNew(owners);
      const listed = await all();
      expect(listed.map(({ id }) => id)).toEqual([...made.map(({ id }) => id)].sort());
      expect(Object.keys(listed[0]!).sort()).toEqual(['class', 'id', 'madeAt', 'subject']);
    });

    it('sweeps old keys that no box names, and keeps those that one does', async () => {
      const [used, orphan] = await keys.currentOrNew([owner(), owner()]);
      expect(await keys.sweepOrphans(() => false, '2000')).toBe(0);
      expect(await keys.sweepOrphans((id) => id === used?.id, '9999')).toBe(1);
      expect(await keys.secrets([orphan!.id, used!.id])).toEqual([undefined, used?.secret]);
      expect((await all()).map(({ id }) => id)).toEqual([used?.id]);
    });

    it('wraps every key anew, and answers the same keyed search under the new master key alone', async () => {
      const made = await keys.currentOrNew(Array.from({ length: 5 }, owner));
      await keys.destroy([made[4]!.id]);
      const search = keys.keyed('search', '11010519491231002X');
      await reopened(BOTH);
      expect(await keys.rewrap()).toBe(5);
      expect(await keys.rewrap()).toBe(0);
      await reopened(SECOND);
      expect(keys.keyed('search', '11010519491231002X')).toBe(search);
      expect(keys.keyed('command', '11010519491231002X')).not.toBe(search);
      expect(await keys.secrets(made.map(({ id }) => id))).toEqual([
        ...made.slice(0, 4).map(({ secret }) => secret),
        undefined,
      ]);
    });

    it('refuses a key that was changed, and nobody else who asks at the same moment', async () => {
      const [bad, good] = [owner(), owner()];
      const [broken, whole] = await keys.currentOrNew([bad, good]);
      await place.damage(broken!.id);
      await reopened();
      const asked = await Promise.allSettled([keys.currentOrNew([bad]), keys.currentOrNew([good])]);
      expect(asked[0]).toMatchObject({ status: 'rejected', reason: { name: 'MasterKeyError' } });
      expect(asked[1]).toEqual({ status: 'fulfilled', value: [whole] });
    });

    it('are bound to the log that says so first, once and for ever', async () => {
      const [log, other] = [newUuid(), newUuid()];
      expect(await keys.bind(log)).toBe(log);
      expect(await keys.bind(other)).toBe(log);
      const search = keys.keyed('search', 'x');
      await reopened();
      expect(await keys.bind(other)).toBe(log);
      expect(keys.keyed('search', 'x')).toBe(search);
    });

    it('does not open under another master key', async () => {
      await keys.close();
      await expect((async () => place.open(masterKeys('', `1:${master(9)}`)))()).rejects.toThrow(MasterKeyError);
      await expect((async () => place.open(SECOND))()).rejects.toThrow('master key 1 is missing');
      keys = await place.open(FIRST);
    });

    it('holds no secret in clear', async () => {
      const made = await keys.currentOrNew(Array.from({ length: 5 }, owner));
      const stored = await place.bytes();
      for (const { secret } of made) expect(stored.includes(secret)).toBe(false);
    });
  });
};
