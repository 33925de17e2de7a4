import { setTimeout as sleep } from 'node:timers/promises';
import { AreaDirectory, type AreaList } from '@domain/area';
import { oidcIdentity, PostAuthorizer, Sessions } from '@kernel/access';
import { Clock, CommandRunner, Histories } from '@kernel/commanding';
import type { EventStore } from '@kernel/event-store';
import { FORMAT_SPEC_SHA256, newUuid } from '@kernel/format';
import { signingKey, verifierKey } from '@kernel/ledger';
import { openEvents } from '@kernel/privacy';
import { ProcessRunner } from '@kernel/processes';
import { Projector, type FoldSource } from '@kernel/read-models';
import type { EventTable, Issued } from '@kernel/sourcing';
import { features, permissions } from './features';
import { housekeeping } from './housekeeping';
import { LiveRules } from './live-rules';
import type { Settings } from './settings';
import { openStores, type Stores } from './stores/stores';

/** The machine's clock, or one that a demo sets. */
export class SettableClock extends Clock {
  #ahead: (() => number) | undefined;
  now(): string {
    return new Date(this.#ahead?.() ?? Date.now()).toISOString();
  }
  /** Runs from an instant on, one millisecond an ask; `undefined` goes back to the machine's clock. */
  set(instant: string | undefined): void {
    let time = instant === undefined ? 0 : Date.parse(instant);
    this.#ahead = instant === undefined ? undefined : () => time++;
  }
}

const projections = features.flatMap((feature) => feature.projections);
const processes = features.flatMap((feature) => feature.processes);
const deciders = features.flatMap((feature) => feature.deciders);
const tables: ReadonlyMap<string, EventTable> = new Map(deciders.map(({ category, events }) => [category, events]));
const tableOf = (category: string): EventTable | undefined => tables.get(category);

/** Parts of the system that follow the log. */
export type Host = 'projector' | 'worker';

export interface OpenOptions {
  /** Examines a damaged log too. */
  readonly tolerant?: boolean;
  /** False: waits until another process has opened the log. */
  readonly opensLog?: boolean;
  readonly onTrouble?: (where: string, error: unknown) => void;
}

/** The whole system in one process, or one process of it, on whatever stores the settings name. */
export class System {
  readonly clock = new SettableClock();
  readonly projections = projections;
  readonly processes: ProcessRunner;
  readonly projector: Projector;
  readonly commands: CommandRunner;
  readonly histories: Histories;
  readonly sessions: Sessions;
  readonly identify: Sessions['identify'];
  readonly #rules: LiveRules;
  #directory = new AreaDirectory([]);
  #directoryLists = -1;

  private constructor(
    readonly settings: Settings,
    readonly log: string,
    readonly stores: Stores,
    onTrouble: OpenOptions['onTrouble'],
  ) {
    const { store, keys, models, side, shared } = stores;
    const trouble = (name: string, error: unknown): void => { onTrouble?.(name, error); }; // prettier-ignore
    this.projector = new Projector({ store, models, projections, open: this.open, shared, onTrouble: trouble });
    this.#rules = new LiveRules({ store, models, projector: this.projector, onTrouble: trouble });
    this.commands = new CommandRunner({
      log, store, keys, deciders, shared, rules: this.#rules, clock: this.clock, software: '0.1.0',
      authorizer: (commands) => new PostAuthorizer(commands, permissions),
    }); // prettier-ignore
    this.histories = new Histories({ log, store, keys });
    this.sessions = new Sessions(side, Buffer.from(keys.keyed('session', 'access tokens'), 'hex'));
    this.processes = new ProcessRunner({
      store, models, commands: this.commands, clock: this.clock, processes, shared, onTrouble: trouble,
      open: (events) => openEvents({ log, keys }, tableOf, events, 'all'),
    }); // prettier-ignore
    const { oidc } = settings;
    const byProvider = oidc && oidcIdentity(oidc);
    this.identify = (token) => (byProvider && isForeign(token) ? byProvider(token) : this.sessions.identify(token));
  }

  /** @throws StoreUnavailable, MasterKeyError, JobsUnavailable: locked, newer, damaged, away, or keys that do not fit */
  static async open(settings: Settings, options: OpenOptions = {}): Promise<System> {
    const { opensLog = true, onTrouble } = options;
    const stores = await openStores(settings, options);
    try {
      const log = opensLog ? await logOrNew(stores) : await logOpened(stores.store, onTrouble);
      return new System(settings, log, stores, onTrouble);
    } catch (error) {
      await stores.close();
      throw error;
    }
  }

  get store(): Stores['store'] {
    return this.stores.store;
  }
  get keys(): Stores['keys'] {
    return this.stores.keys;
  }
  get models(): Stores['models'] {
    return this.stores.models;
  }
  get reads(): Stores['reads'] {
    return this.stores.reads;
  }
  get papers(): Stores['papers'] {
    return this.stores.papers;
  }
  get jobs(): Stores['jobs'] {
    return this.stores.jobs;
  }

  /** Opens events for a projection: only the classes it asks for. */
  readonly open: FoldSource['open'] = (events, { opens }) =>
    openEvents({ log: this.log, keys: this.stores.keys }, tableOf, events, opens);

  /** Opens a new log with its first event, starts what this process hosts, and waits for rules and areas. */
  async start(hosts: readonly Host[] = ['projector', 'worker']): Promise<void> {
    if ((await this.store.head()) === undefined) await this.#openLog();
    await (hosts.includes('projector') ? this.projector.start() : this.projector.watch());
    await (hosts.includes('worker') ? this.processes.start() : this.processes.watch());
    if (hosts.includes('worker')) {
      housekeeping(this.jobs, this.stores);
      await this.jobs.start();
    }
    if (hosts.length === 2) await this.caughtUp();
    await this.#rules.start();
  }

  /** Resolves when views and processes have settled what lies in the log now, wherever they are hosted. */
  async caughtUp(): Promise<void> {
    await this.processes.idle();
    const head = await this.store.head();
    if (head !== undefined) await this.projector.waitFor(head, { timeout: 600_000 });
    await this.#rules.refresh();
  }

  /** Nobody can sign in yet: the log has no account. */
  async isUnstaffed(): Promise<boolean> {
    for await (const page of this.store.readAll({ types: ['AccountOpened'], pageSize: 1 }))
      if (page.length > 0) return false;
    return true;
  }

  async directory(): Promise<AreaDirectory> {
    const lists = await this.models.count('area-lists', {});
    if (lists !== this.#directoryLists) {
      const { items } = await this.models.find<AreaList>('area-lists', { limit: 1000 });
      this.#directory = new AreaDirectory(items);
      this.#directoryLists = lists;
    }
    return this.#directory;
  }

  /** An act of the system itself. */
  issued(part: string, via: Issued['via'] = 'process', cmd = newUuid()): Issued {
    return { cmd, actor: `system:${part}`, auth: 'none', via, at: this.clock.now() };
  }

  /** Ends what runs, the followers first and the stores last. */
  async close(): Promise<void> {
    await this.jobs.close();
    await this.processes.stop();
    await this.#rules.stop();
    await this.projector.stop();
    await this.stores.close();
  }

  async #openLog(): Promise<void> {
    const origin = `${this.settings.name}/${this.log}`;
    const body = {
      format: 'jiandang/1',
      keys: [verifierKey(origin, signingKey(this.settings.keys))],
      origin,
      spec: FORMAT_SPEC_SHA256,
    };
    await this.commands.execute('ledger', this.log, 'OpenLog', body, this.issued('log'));
  }
}

/** The log is named by its first event. */
const logOf = async (store: EventStore): Promise<string | undefined> => {
  for await (const [first] of store.readAll({ pageSize: 1 })) return first?.stream.slice(first.stream.indexOf('-') + 1);
  return undefined;
};

const logOrNew = async ({ store, claimLog }: Stores): Promise<string> =>
  (await logOf(store)) ?? (await claimLog(newUuid()));

const WAIT = 500;

const logOpened = async (store: EventStore, onTrouble: OpenOptions['onTrouble']): Promise<string> => {
  for (let turn = 0; ; turn++) {
    const log = await logOf(store);
    if (log !== undefined) return log;
    if (turn % 20 === 0)
      onTrouble?.('log', '日志尚未建立,等待 worker the log is empty: waiting for the worker to open it');
    await sleep(WAIT);
  }
};

/** Our own tokens say HS256 in their header. */
const isForeign = (token: string): boolean => {
  const [header = ''] = token.split('.');
  return !Buffer.from(header, 'base64url').toString().includes('HS256');
};
