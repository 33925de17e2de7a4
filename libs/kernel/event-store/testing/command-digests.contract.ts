import type { CommandDigests } from '../command-digests';

/** What every keeper of command digests promises; an adapter's spec is one call of this. */
export const commandDigestsContract = (name: string, make: () => Promise<CommandDigests>): void => {
  describe(`${name} as a keeper of command digests`, () => {
    it('keeps the first digest of a position, as text: the largest position too', async () => {
      const digests = await make();
      const position = 'C:18446744073709551615/P:18446744073709551614';
      await digests.put(position, 'a', '2026-11-24T00:00:00.000Z');
      await digests.put(position, 'b', '2026-11-25T00:00:00.000Z');
      await digests.put('9007199254740993', 'c', '2026-11-25T00:00:00.000Z');
      expect(await digests.get(position)).toBe('a');
      expect(await digests.get('9007199254740993')).toBe('c');
      expect(await digests.get('9007199254740992')).toBeUndefined();
    });

    it('forgets what expired, and nothing else', async () => {
      const digests = await make();
      await digests.put('1', 'old', '2026-11-24T00:00:00.000Z');
      await digests.put('2', 'new', '2026-11-25T00:00:00.000Z');
      await digests.expire('2026-11-24T12:00:00.000Z');
      expect([await digests.get('1'), await digests.get('2')]).toEqual([undefined, 'new']);
    });
  });
};
