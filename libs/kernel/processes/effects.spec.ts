import { EffectsRefused, type EffectRefusal } from '@kernel/commanding';
import { newUuid } from '@kernel/format';
import { defineProcess, type AnyProcess } from '@kernel/sourcing';
import { pass, Place, share, sharing as sharings, weather, type Purse, type Shared } from './testing/place';

/** None when it was not refused. */
const refusalsOf = async (act: Promise<unknown>): Promise<readonly EffectRefusal[]> => {
  try {
    await act;
    return [];
  } catch (error) {
    if (error instanceof EffectsRefused) return error.refusals;
    throw error;
  }
};

let place: Place;
beforeEach(async () => {
  weather.broken = false;
  place = new Place();
  await place.begin();
});
afterEach(() => place.end());

describe('a decision about other records', () => {
  it('is not recorded while one of them would refuse: each is named with its place, no key is made', async () => {
    const [wide, full, narrow] = [await place.open(9), await place.open(1), await place.open(2)];
    const keys = async (): Promise<number> => {
      let count = 0;
      for await (const page of place.keys.list()) count += page.length;
      return count;
    };
    const sharing = newUuid();
    const body = { purses: [wide, full, narrow], coins: 3, slip: 1 };
    const refusals = await refusalsOf(place.act(place.commands, 'sharing', sharing, 'Share', body));
    expect(refusals).toEqual([
      { target: `purse-${full}`, command: 'Pay', path: '/purses/1', code: 'trial/full', details: {} },
      { target: `purse-${narrow}`, command: 'Pay', path: '/purses/2', code: 'trial/full', details: {} },
    ]);
    expect(await place.types(`sharing-${sharing}`)).toEqual([]);
    expect(await keys()).toBe(0);
    await place.share([wide], 3);
    await place.runner.idle();
    expect(await place.types(`purse-${wide}`)).toEqual(['Opened', 'Paid']);
    expect(await keys()).toBe(1);
  });

  it('sees every record as it would be by then: two effects on one, and the effects of effects', async () => {
    const [from, to] = [await place.open(9), await place.open(5)];
    expect(await refusalsOf(place.share([to, to], 3))).toMatchObject([{ path: '/purses/0', code: 'trial/full' }]);
    await place.act(place.commands, 'purse', from, 'Pass', { to, coins: 5 });
    expect(
      await refusalsOf(place.act(place.commands, 'purse', from, 'Pass', { to: await place.open(1), coins: 5 })),
    ).toMatchObject([{ path: '/to', code: 'trial/full' }]);
    await place.runner.idle();
    expect((await place.commands.state<Purse>('purse', to)).state.coins).toBe(5);
  });

  it('is refused for what would be too large to record, to the byte', async () => {
    const one = await place.open(1_000_000);
    let [least, most] = [0, 64 * 1024];
    while (most - least > 1) {
      const slip = Math.floor((least + most) / 2);
      const refusals = await refusalsOf(place.share([one], 1, { slip }));
      if (refusals.length > 0)
        expect(refusals).toMatchObject([{ code: 'effects/too-large', details: { event: 64, append: 512 } }]);
      [least, most] = refusals.length > 0 ? [least, slip] : [slip, most];
    }
    await place.runner.idle();
    expect(await place.runner.parked()).toEqual([]);
    await place.share([one], 1, { slip: most, by: place.heedless });
    await place.runner.idle();
    expect(await place.runner.parked()).toMatchObject([{ target: `purse-${one}`, error: 'event-too-large' }]);
  });

  it('stands although a record has gone another way that was expected, which its refusal says', async () => {
    const one = await place.open(9);
    const sharing = await place.share([newUuid(), one], 1);
    await place.runner.idle();
    expect(await place.refusals(sharing)).toEqual(['record/not-found']);
    expect(await place.types(`purse-${one}`)).toEqual(['Opened', 'Paid']);
  });
});

describe('an effect', () => {
  it('is settled by the log: whoever loses the views appends nothing new, whatever befell its target', async () => {
    const [paid, full] = [await place.open(9), await place.open(1)];
    const sharing = await place.share([paid, full], 3, { by: place.heedless });
    const nothing = await place.share([paid], 0);
    await place.runner.idle();
    expect(await place.refusals(sharing)).toEqual(['trial/full']);
    expect(await place.refusals(nothing)).toEqual(['effects/nothing-to-do']);
    await place.act(place.commands, 'purse', full, 'Widen', { room: 9 });
    const head = await place.store.head();
    for (let turn = 0; turn < 2; turn++) {
      await place.end({ losesViews: true });
      await place.begin();
      expect(await place.store.head()).toBe(head);
    }
    expect(place.troubles).toEqual([]);
  });

  it('that is done though its checkpoint was lost is not compared with what would be decided today', async () => {
    const one = await place.open(9);
    const sharing = await place.share([one], 3);
    await place.runner.idle();
    await place.end({ losesViews: true });
    const anew: AnyProcess = defineProcess({
      name: 'share',
      from: sharings.events,
      on: { Shared: () => [{ target: `purse-${one}`, command: 'Pay', body: { coins: 4, slip: 'another' } }] },
    });
    await place.begin({ acting: [anew] });
    expect(place.troubles).toEqual([]);
    expect(await place.types(`purse-${one}`)).toEqual(['Opened', 'Paid']);
    expect(await place.refusals(sharing)).toEqual([]);
  });

  it('that cannot be carried out is parked and stops nobody, and is carried out by a retry or a start', async () => {
    const [one, other] = [await place.open(9), await place.open(9)];
    weather.broken = true;
    await place.share([one], 1, { by: place.heedless, slip: 7 });
    await place.runner.idle();
    weather.broken = false;
    await place.share([other], 1);
    await place.runner.idle();
    expect(await place.types(`purse-${other}`)).toEqual(['Opened', 'Paid']);
    const [parked, ...more] = await place.runner.parked();
    expect(more).toEqual([]);
    expect(parked).toMatchObject({ process: 'share', type: 'Shared', target: `purse-${one}`, command: 'Pay' });
    expect(parked?.error).toMatch(/^TypeError at place\.ts:\d+$/);
    expect(place.troubles).toHaveLength(1);
    expect(place.troubles[0]).not.toContain('x'.repeat(7));

    weather.broken = true;
    await place.end();
    await place.begin();
    expect(await place.runner.parked()).toMatchObject([
      { id: parked?.id, since: parked?.since, tried: expect.any(String) as string },
    ]);
    expect(await place.runner.retry(parked!.id)).toBe('parked');
    weather.broken = false;
    expect(await place.runner.retry(parked!.id)).toBe('settled');
    expect(await place.runner.parked()).toEqual([]);
    expect(await place.runner.retry(parked!.id)).toBeUndefined();
    expect(await place.types(`purse-${one}`)).toEqual(['Opened', 'Paid']);

    weather.broken = true;
    await place.share([one], 1, { by: place.heedless });
    await place.runner.idle();
    expect(await place.runner.parked()).toHaveLength(1);
    weather.broken = false;
    await place.end();
    await place.begin();
    expect(await place.runner.parked()).toEqual([]);
    expect(await place.types(`purse-${one}`)).toEqual(['Opened', 'Paid', 'Paid']);
  });

  it('is tried once more where it is carried out, whichever process was asked', async () => {
    await place.end();
    await place.begin({ shared: true });
    const one = await place.open(9);
    weather.broken = true;
    await place.share([one], 1, { by: place.heedless });
    await place.runner.idle();
    const [parked] = await place.watcher.parked();
    expect(await place.watcher.retry(parked!.id)).toBe('parked');
    weather.broken = false;
    expect(await place.watcher.retry(parked!.id)).toBe('settled');
    expect(await place.types(`purse-${one}`)).toEqual(['Opened', 'Paid']);
  });

  it('of an event that does not even tell its effects parks that event alone', async () => {
    const [one, other] = [await place.open(9), await place.open(9)];
    await place.end();
    const silent = new Set<string>();
    const odd: AnyProcess = {
      ...share,
      on: {
        Shared: (...given: unknown[]) => {
          const [{ purses }] = given as [Shared];
          if (purses.some((id) => silent.has(id))) throw new RangeError('no');
          return (share.on['Shared'] as (...all: unknown[]) => unknown)(...given);
        },
      },
    };
    silent.add(one);
    await place.begin({ acting: [odd, pass] });
    await place.share([one], 1);
    await place.share([other], 1);
    await place.runner.idle();
    const [parked] = await place.runner.parked();
    expect(parked).toMatchObject({ type: 'Shared', error: expect.stringMatching(/^RangeError/) as string });
    expect(parked).not.toHaveProperty('target');
    expect(await place.types(`purse-${other}`)).toEqual(['Opened', 'Paid']);
    silent.clear();
    expect(await place.runner.retry(parked!.id)).toBe('settled');
    expect(await place.types(`purse-${one}`)).toEqual(['Opened', 'Paid']);
  });
});
