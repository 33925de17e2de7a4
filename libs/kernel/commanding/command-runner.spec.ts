import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsInt, Max, Min } from 'class-validator';
import fc from 'fast-check';
import { newUuid } from '@kernel/format';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { masterKeys } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { Clear, defineCommands, defineDecider, defineRejections, Personal, type CommandMeta } from '@kernel/sourcing';
import { EVERYWHERE } from '@kernel/sourcing/testing/specification';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import { Authorizer, ClockBehind, CommandReused, CommandRunner, InvalidCommand, NotFound, StaleRevision } from '.';

class Paid {
  @Clear() @IsInt() fen!: number;
  @Personal('finance') @IsInt() balance!: Personal<number>;
}
class Pay {
  @Clear() @IsInt() @Min(1) @Max(1000) fen!: number;
}
class Open extends Pay {}
const refuse = defineRejections({ 'purse/full': { zh: ['已满', '请另开'], en: ['It is full', 'Open another'] } });

const purse = defineDecider<{ readonly sum: number }>()({
  commands: defineCommands({ Open, Pay }),
  events: testEvents('purse', { Paid }),
  initialState: { sum: 0 },
  creates: ['Open'],
  area: () => '433124110226',
  decide: {
    Open: ({ sum }, { fen }) => [{ type: 'Paid', data: { fen, balance: sum + fen } }],
    Pay: ({ sum }, { fen }) => {
      if (sum + fen > 100_000) throw refuse('purse/full');
      return fen === 1000 ? [] : [{ type: 'Paid', data: { fen, balance: sum + fen } }];
    },
  },
  evolve: { Paid: ({ sum }, { fen }) => ({ sum: sum + fen }) },
});

class Everybody extends Authorizer {
  permit() {
    return Promise.resolve();
  }

  authorize() {
    return Promise.resolve({ post: newUuid() });
  }
}

const log = newUuid();

const make = (folder = mkdtempSync(join(tmpdir(), 'jd-runner-'))) => {
  const store = EmbeddedEventStore.open({ folder, tolerant: true });
  const keys = new EmbeddedKeyStore(join(folder, 'k'), masterKeys(join(folder, 'k')));
  let now = '2026-11-24T02:00:00.000Z';
  const runner = () =>
    new CommandRunner({
      log,
      store,
      keys,
      deciders: [purse],
      authorizer: () => new Everybody(),
      rules: { current: () => ({ lookup: () => undefined }) },
      places: { current: () => EVERYWHERE },
      clock: { now: () => now },
    });
  const close = async () => {
    await keys.close();
    await store.close();
  };
  return {
    folder,
    store,
    runner,
    close,
    at: (instant: string) => {
      now = instant;
    },
  };
};

const issued = (more: Partial<CommandMeta> = {}): CommandMeta => ({
  cmd: newUuid(),
  actor: newUuid(),
  auth: 'pwd',
  via: 'api',
  at: '2026-11-24T02:00:00.000Z',
  ...more,
});

describe('a command', () => {
  it('given twice, by the same id, happens once: whatever the commands and however they interleave', async () => {
    const { store, runner, close } = make();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (payments, restarted) => {
          const subject = newUuid();
          const first = runner();
          const commands = payments.map((fen) => ({ fen, by: issued() }));
          await first.carryOut('purse', subject, 'Open', { fen: 1 }, issued());
          const receipts = await Promise.all(
            commands.map(({ fen, by }) => first.carryOut('purse', subject, 'Pay', { fen }, by)),
          );
          const again = restarted ? runner() : first;
          const repeated = await Promise.all(
            commands.map(({ fen, by }) => again.carryOut('purse', subject, 'Pay', { fen }, by)),
          );
          expect(repeated).toEqual(receipts.map((receipt) => ({ ...receipt, repeated: true })));
          expect(await again.state('purse', subject)).toMatchObject({
            state: { sum: 1 + payments.reduce((sum, fen) => sum + fen, 0) },
          });
          expect(await store.read(`purse-${subject}`)).toHaveLength(payments.length + 1);
        },
      ),
      { numRuns: 15 },
    );
    await close();
  });

  it('keeps its id for its body, in this stream and after a restart too', async () => {
    const { runner, close } = make();
    const [subject, by] = [newUuid(), issued()];
    const first = runner();
    await first.carryOut('purse', subject, 'Open', { fen: 5 }, by);
    await expect(first.carryOut('purse', subject, 'Open', { fen: 6 }, by)).rejects.toBeInstanceOf(CommandReused);
    await expect(first.carryOut('purse', newUuid(), 'Open', { fen: 5 }, by)).rejects.toBeInstanceOf(CommandReused);
    await expect(runner().carryOut('purse', subject, 'Open', { fen: 6 }, by)).rejects.toBeInstanceOf(CommandReused);
    await close();
  });

  it('is decided anew when another process was faster, and refused when the caller named a revision', async () => {
    const { runner, close } = make();
    const subject = newUuid();
    const [mine, theirs] = [runner(), runner()];
    await mine.carryOut('purse', subject, 'Open', { fen: 1 }, issued());
    await theirs.carryOut('purse', subject, 'Pay', { fen: 2 }, issued());
    expect(await mine.carryOut('purse', subject, 'Pay', { fen: 3 }, issued())).toMatchObject({ revision: 2 });
    expect(await mine.state('purse', subject)).toMatchObject({ state: { sum: 6 } });
    await expect(mine.carryOut('purse', subject, 'Pay', { fen: 3 }, issued({ ifRevision: 1 }))).rejects.toBeInstanceOf(
      StaleRevision,
    );
    await close();
  });

  it('is refused before anything is written: unmet input, unknown stream, a rule, a clock behind', async () => {
    const { store, runner, close, at } = make();
    const subject = newUuid();
    const one = runner();
    await expect(one.carryOut('purse', subject, 'Open', { fen: 0 }, issued())).rejects.toBeInstanceOf(InvalidCommand);
    await expect(one.carryOut('purse', subject, 'Pay', { fen: 1 }, issued())).rejects.toBeInstanceOf(NotFound);
    await expect(one.carryOut('purse', subject, 'Steal', { fen: 1 }, issued())).rejects.toBeInstanceOf(NotFound);
    await one.carryOut('purse', subject, 'Open', { fen: 1 }, issued());
    at('2026-11-24T01:59:00.000Z');
    await expect(one.carryOut('purse', subject, 'Pay', { fen: 1 }, issued())).rejects.toBeInstanceOf(ClockBehind);
    at('2026-11-24T01:59:58.000Z');
    await one.carryOut('purse', subject, 'Pay', { fen: 1 }, issued());
    const stored = await store.read(`purse-${subject}`);
    expect(stored.map(({ meta }) => meta['recordedAt'])).toEqual([
      '2026-11-24T02:00:00.000Z',
      '2026-11-24T02:00:00.000Z',
    ]);
    await close();
  });

  it('that decides nothing writes nothing', async () => {
    const { store, runner, close } = make();
    const subject = newUuid();
    const one = runner();
    await one.carryOut('purse', subject, 'Open', { fen: 1 }, issued());
    expect(await one.carryOut('purse', subject, 'Pay', { fen: 1000 }, issued())).toMatchObject({
      revision: 0,
      repeated: false,
    });
    expect(await store.read(`purse-${subject}`)).toHaveLength(1);
    await close();
  });
});
