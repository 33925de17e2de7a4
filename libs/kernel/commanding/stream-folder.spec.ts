import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsInt, IsOptional, IsString } from 'class-validator';
import fc from 'fast-check';
import { newUuid, ZERO_HASH, type PersonalClass } from '@kernel/format';
import { FreshParts, masterKeys, openEvents, sealEvents } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { Clear, defineCommands, defineDecider, Personal } from '@kernel/sourcing';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import { evolved, StreamFolder } from './stream-folder';

class Counted {
  @Clear() @IsInt() by!: number;
  @Clear() @IsOptional() @IsInt() extra?: number;
  @Personal('social') @IsString() why!: Personal<string>;
}
class Named {
  @Personal('identity') @IsString() name!: Personal<string>;
}
class Copied extends Counted {}

interface State {
  readonly sum: number;
  readonly names: readonly Personal<string>[];
  readonly copies: readonly object[];
}

const counter = defineDecider<State>()({
  commands: defineCommands({}),
  events: testEvents('counter', { Counted, Named, Copied }),
  initialState: { sum: 0, names: [], copies: [] },
  creates: [],
  area: () => '433124110226',
  decide: {},
  evolve: {
    Counted: (state, { by, extra = 0 }) => ({ ...state, sum: state.sum + by + extra }),
    Named: (state, { name }) => ({ ...state, names: [...state.names, name] }),
    Copied: (state, { by: _by, ...rest }) => ({ ...state, copies: [...state.copies, rest] }),
  },
});

const log = newUuid();
const meta = {
  cmd: newUuid(),
  actor: newUuid(),
  auth: 'pwd',
  area: '433124110226',
  via: 'web',
  recordedAt: '2026-11-23T08:00:00.000Z',
};

class CountingKeys extends EmbeddedKeyStore {
  asked = 0;
  override secrets(ids: readonly string[]) {
    this.asked += 1;
    return super.secrets(ids);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'jd-folder-'));
const keys = new CountingKeys(folder, masterKeys(folder));
afterAll(() => keys.close());

const stored = async (fresh: FreshParts | undefined, ...facts: readonly (readonly [type: string, data: object])[]) => {
  const drafts = facts.map(([type, data]) => ({ id: newUuid(), type: counter.events.types.get(type)!, data, meta }));
  const context = { log, keys, ...(fresh && { fresh }) };
  const sealed = await sealEvents(context, `counter-${newUuid()}`, { revision: -1, h: ZERO_HASH }, drafts);
  return sealed.map((event, index) => ({ ...event, position: String(index + 1) }));
};

const fact = fc.oneof(
  fc.tuple(fc.constant('Counted'), fc.record({ by: fc.integer(), why: fc.string() }, { requiredKeys: ['by', 'why'] })),
  fc.tuple(fc.constant('Counted'), fc.record({ by: fc.nat(9), extra: fc.nat(9), why: fc.string() })),
  fc.tuple(fc.constant('Named'), fc.record({ name: fc.string() })),
  fc.tuple(fc.constant('Copied'), fc.record({ by: fc.nat(9), why: fc.string() })),
);

describe('folding a stored stream', () => {
  it('leads to the state that the whole opened stream leads to, whatever its events', async () => {
    const folding = new StreamFolder({ log, keys });
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { minLength: 1, maxLength: 12 }), async (facts) => {
        const events = await stored(undefined, ...facts);
        const opened = await openEvents({ log, keys }, () => counter.events, events, 'all');
        const whole = opened.reduce<unknown>((state, one) => evolved(counter, state, one), counter.initialState);
        expect(await folding.fold(counter, events)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('asks for no key where it looks at clear fields only, else for all it needs at once', async () => {
    const folding = new StreamFolder({ log, keys });
    const count = await stored(
      undefined,
      ['Counted', { by: 1, extra: 2, why: 'x' }],
      ['Counted', { by: 4, extra: 0, why: 'y' }],
    );
    keys.asked = 0;
    expect(await folding.fold(counter, count)).toMatchObject({ sum: 7 });
    expect(keys.asked).toBe(0);
    const named = await stored(
      undefined,
      ['Named', { name: '甲' }],
      ['Named', { name: '乙' }],
      ['Named', { name: '丙' }],
    );
    await folding.fold(counter, named);
    keys.asked = 0;
    expect(await folding.fold(counter, named)).toMatchObject({ names: ['甲', '乙', '丙'] });
    expect(keys.asked).toBe(1);
  });
});

describe('parts that were sealed a moment ago', () => {
  const opens: readonly (readonly PersonalClass[] | 'all')[] = ['all', ['identity'], []];

  it('fold as if they had been opened, class by class, and no key is asked for', async () => {
    const fresh = new FreshParts();
    const events = await stored(fresh, ['Counted', { by: 1, why: 'x' }], ['Named', { name: '甲' }]);
    for (const classes of opens) {
      const slow = await openEvents({ log, keys }, () => counter.events, events, classes);
      keys.asked = 0;
      expect(await openEvents({ log, keys, fresh }, () => counter.events, events, classes)).toEqual(slow);
      expect(keys.asked).toBe(0);
    }
  });

  it('are believed only for the very event: another hash is opened from its box', async () => {
    const fresh = new FreshParts();
    const [event] = await stored(undefined, ['Named', { name: '甲' }]);
    fresh.keep(event!.id, { h: 'f'.repeat(64), data: {}, parts: [] });
    const [opened] = await openEvents({ log, keys, fresh }, () => counter.events, [event!], 'all');
    expect(opened?.data).toEqual({ name: '甲' });
  });
});
