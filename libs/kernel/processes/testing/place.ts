import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsInt, IsString } from 'class-validator';
import { Authorizer, CommandRunner } from '@kernel/commanding';
import type { StoredEvent } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { newUuid } from '@kernel/format';
import { masterKeys, openEvents } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { EVERYWHERE } from '@kernel/sourcing/testing/specification';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineProcess,
  defineRejections,
  IsId,
  Personal,
  type AnyProcess,
} from '@kernel/sourcing';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import { ProcessRunner } from '../process-runner';

class Opened {
  @Clear() @IsInt() room!: number;
}
class Widened extends Opened {}
class Paid {
  @Clear() @IsInt() coins!: number;
  @Personal('finance') @IsString() slip!: Personal<string>;
}
class Passed {
  @Clear('event') @IsId() to!: string;
  @Clear() @IsInt() coins!: number;
}
export class Shared {
  @Clear('event') @IsId({ each: true }) purses!: readonly string[];
  @Clear() @IsInt() coins!: number;
  @Clear() @IsInt() slip!: number;
}
class Added {
  @Clear('event') @IsId() purse!: string;
}
class Refused {
  @Clear('event') @IsId() event!: string;
  @Clear() @IsString() target!: string;
  @Clear() @IsString() command!: string;
  @Clear() @IsString() code!: string;
}
class Open extends Opened {}
class Widen extends Opened {}
class Pay extends Paid {}
class Pass extends Passed {}
class Share extends Shared {}
class RecordEffectRefused extends Refused {}

const refuse = defineRejections({
  'trial/full': { zh: ['已满', '请另开'], en: ['It is full', 'Open another'] },
});

export interface Purse {
  readonly coins: number;
  readonly room: number;
}

/** Whether paying fails without being refused. */
export const weather = { broken: false };
/** A purse takes what finds room; paying nothing leaves nothing. */
const purse = defineDecider<Purse>()({
  commands: defineCommands({ Open, Widen, Pay, Pass, RecordEffectRefused }),
  events: testEvents('purse', { Opened, Widened, Paid, Passed, EffectRefused: Refused }),
  initialState: { coins: 0, room: 0 },
  creates: ['Open'],
  area: () => '433124110226',
  decide: {
    Open: (_, { room }) => [{ type: 'Opened', data: { room } }],
    Widen: (_, { room }) => [{ type: 'Widened', data: { room } }],
    Pay: ({ coins, room }, command) => {
      if (weather.broken) throw new TypeError(`${command.slip} breaks it`);
      if (coins + command.coins > room) throw refuse('trial/full');
      return command.coins === 0 ? [] : [{ type: 'Paid', data: command }];
    },
    Pass: (_, data) => [{ type: 'Passed', data }],
    RecordEffectRefused: (_, data) => [{ type: 'EffectRefused', data }],
  },
  evolve: {
    Opened: (_, { room }) => ({ coins: 0, room }),
    Widened: (state, { room }) => ({ ...state, room }),
    Paid: (state, { coins }) => ({ ...state, coins: state.coins + coins }),
    Passed: (state, { coins }) => ({ ...state, coins: state.coins - coins }),
    EffectRefused: (state) => state,
  },
});

/** One decision about many purses: all but the first stand in events of their own behind it. */
export const sharing = defineDecider<{ readonly purses: readonly string[] }>()({
  commands: defineCommands({ Share, RecordEffectRefused }),
  events: testEvents('sharing', { Shared, Added, EffectRefused: Refused }),
  initialState: { purses: [] },
  creates: ['Share'],
  area: () => '433124110226',
  decide: {
    Share: (_, { purses: [first = '', ...others], ...data }) => [
      { type: 'Shared', data: { ...data, purses: [first] } },
      ...others.map((one) => ({ type: 'Added' as const, data: { purse: one } })),
    ],
    RecordEffectRefused: (_, data) => [{ type: 'EffectRefused', data }],
  },
  evolve: {
    Shared: (_, { purses }) => ({ purses }),
    Added: ({ purses }, { purse: one }) => ({ purses: [...purses, one] }),
    EffectRefused: (state) => state,
  },
});

export const share: AnyProcess = defineProcess({
  name: 'share',
  from: sharing.events,
  on: {
    Shared: ({ coins, slip }, _, { purses }: { readonly purses: readonly string[] }) =>
      purses.map((one) => ({
        target: `purse-${one}`,
        command: 'Pay',
        body: { coins, slip: 'x'.repeat(slip) },
        despite: ['record/not-found'],
      })),
  },
});

/** What is passed on out of one purse is paid into another. */
export const pass: AnyProcess = defineProcess({
  name: 'pass',
  from: purse.events,
  on: {
    Passed: ({ to, coins }) => [{ target: `purse-${to}`, command: 'Pay', body: { coins, slip: '' } }],
  },
});

class Everybody extends Authorizer {
  permit() {
    return Promise.resolve();
  }

  authorize() {
    return Promise.resolve({});
  }
}

const log = newUuid();
const deciders = [purse, sharing];
const processes = [share, pass];

/** One process on a folder: it can be left and begun again, with or without its views. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'jd-effects-'));
  readonly troubles: string[] = [];
  store!: EmbeddedEventStore;
  models!: EmbeddedReadModels;
  keys!: EmbeddedKeyStore;
  commands!: CommandRunner;
  /** Decides without trying, as an older program did. */
  heedless!: CommandRunner;
  runner!: ProcessRunner;
  /** Carries out nothing itself. */
  watcher!: ProcessRunner;

  async begin({ acting = processes, shared = false }: { acting?: readonly AnyProcess[]; shared?: boolean } = {}) {
    const clock = { now: () => new Date().toISOString() };
    this.store = EmbeddedEventStore.open({ folder: this.folder });
    this.models = new EmbeddedReadModels(this.folder);
    this.keys = new EmbeddedKeyStore(join(this.folder, 'k'), masterKeys(join(this.folder, 'k')));
    const { store, models, keys } = this;
    const parts = {
      log,
      store,
      keys,
      deciders,
      clock,
      shared: true,
      authorizer: () => new Everybody(),
      rules: { current: () => ({ lookup: () => undefined }) },
      places: { current: () => EVERYWHERE },
    };
    this.commands = new CommandRunner({ ...parts, processes });
    this.heedless = new CommandRunner(parts);
    const running = {
      store,
      models,
      commands: this.commands,
      clock,
      processes: acting,
      open: (events: readonly StoredEvent[]) =>
        openEvents({ log, keys }, (of) => deciders.find(({ category }) => category === of)?.events, events, 'all'),
      onTrouble: (where: string, error: unknown) => void this.troubles.push(`${where}: ${String(error)}`),
      shared,
    };
    this.runner = new ProcessRunner(running);
    this.watcher = new ProcessRunner(running);
    await this.runner.start();
    await this.runner.idle();
  }

  async end({ losesViews = false } = {}): Promise<void> {
    await this.runner.stop();
    await this.models.close();
    await this.keys.close();
    await this.store.close();
    if (losesViews)
      for (const end of ['', '-wal', '-shm']) rmSync(join(this.folder, `views.db${end}`), { force: true });
  }

  async act(by: CommandRunner, category: string, subject: string, command: string, body: object): Promise<string> {
    const at = new Date().toISOString();
    await by.carryOut(category, subject, command, body, {
      cmd: newUuid(),
      actor: newUuid(),
      auth: 'pwd',
      via: 'api',
      at,
    });
    return subject;
  }

  open(room: number): Promise<string> {
    return this.act(this.commands, 'purse', newUuid(), 'Open', { room });
  }

  share(purses: readonly string[], coins: number, { slip = 1, by = this.commands } = {}): Promise<string> {
    return this.act(by, 'sharing', newUuid(), 'Share', { purses, coins, slip });
  }

  async types(stream: string): Promise<readonly string[]> {
    return (await this.store.read(stream)).map(({ type }) => type);
  }

  async refusals(sharing: string): Promise<readonly unknown[]> {
    const stored = await this.store.read(`sharing-${sharing}`);
    return stored
      .filter(({ type }) => type === 'EffectRefused')
      .map(({ body }) => (JSON.parse(body) as { data: { code: string } }).data.code);
  }
}
