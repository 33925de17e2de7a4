import { join } from 'node:path';
import { AreaDirectory, type AreaList } from '@domain/area';
import { Compliance, inspectionPosts, procedureCases, Tracing, TRACE_INDEX } from '@domain/inspection';
import { ruleBook, type Enactment } from '@domain/parameter';
import { EmbeddedPaperFiles } from '@domain/paper/adapters/embedded-paper-files';
import { oidcIdentity, PostAuthorizer, Sessions, type Grants } from '@kernel/access';
import { EmbeddedReadLog } from '@kernel/access/adapters/embedded-read-log';
import { SideStore } from '@kernel/access/adapters/side-store';
import { Clock, CommandRunner, Histories, Rules } from '@kernel/commanding';
import { StoreUnavailable } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { FORMAT_SPEC_SHA256, newUuid } from '@kernel/format';
import { signingKey, verifierKey } from '@kernel/ledger';
import { FreshParts, masterKeys, openEvents } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { EmbeddedJobs } from '@kernel/jobs/adapters/embedded-jobs';
import { ProcessRunner } from '@kernel/processes';
import { Projector, type FoldSource } from '@kernel/read-models';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import type { EventTable, Issued, RuleBook } from '@kernel/sourcing';
import { features, permissions } from './features';
import { housekeeping } from './housekeeping';
import { StoreBasis } from './log-basis';
import type { Settings } from './settings';

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

/** Rules and areas of this moment, read from their views and kept until those change. */
class LiveRules extends Rules {
  #book: RuleBook = ruleBook();
  current(): RuleBook {
    return this.#book;
  }
  async refresh(models: EmbeddedReadModels): Promise<void> {
    const { items } = await models.find<Enactment>('parameters', { limit: 1000 });
    this.#book = ruleBook(items);
  }
}

const projections = features.flatMap((feature) => feature.projections);
const processes = features.flatMap((feature) => feature.processes);
const deciders = features.flatMap((feature) => feature.deciders);
const tables: ReadonlyMap<string, EventTable> = new Map(deciders.map(({ category, events }) => [category, events]));
const tableOf = (category: string): EventTable | undefined => tables.get(category);

export interface OpenOptions {
  /** Examines a damaged log too. */
  readonly tolerant?: boolean;
  readonly onTrouble?: (where: string, error: unknown) => void;
}

/** The whole system on embedded stores in one process. */
export class System {
  readonly clock = new SettableClock();
  readonly projections = projections;
  readonly processes: ProcessRunner;
  readonly projector: Projector;
  readonly commands: CommandRunner;
  readonly histories: Histories;
  readonly tracing: Tracing;
  readonly compliance: Compliance;
  readonly sessions: Sessions;
  readonly papers: EmbeddedPaperFiles;
  readonly jobs: EmbeddedJobs;
  readonly identify: Sessions['identify'];
  readonly #rules = new LiveRules();
  readonly #fresh = new FreshParts();
  #directory = new AreaDirectory([]);
  #directoryLists = -1;

  private constructor(
    readonly settings: Settings,
    readonly log: string,
    readonly store: EmbeddedEventStore,
    private readonly parts: {
      keys: EmbeddedKeyStore;
      models: EmbeddedReadModels;
      side: SideStore;
      reads: EmbeddedReadLog;
      onTrouble: OpenOptions['onTrouble'];
    },
  ) {
    const { keys, models, side } = parts;
    this.commands = new CommandRunner({
      log, store, keys, fresh: this.#fresh, deciders, rules: this.#rules, clock: this.clock, software: '0.1.0',
      authorizer: (commands) => new PostAuthorizer(commands, permissions, this.grants),
    }); // prettier-ignore
    this.histories = new Histories({ log, store, keys });
    const ledger = new StoreBasis(log, store);
    this.tracing = new Tracing({ store, models, tableOf, ledger, settled: () => this.#folded(TRACE_INDEX) });
    this.compliance = new Compliance({
      store, models, ledger, open: this.open, settled: () => this.#folded(procedureCases.name),
    }); // prettier-ignore
    this.papers = new EmbeddedPaperFiles(join(settings.data, 'papers'), keys);
    this.jobs = new EmbeddedJobs(settings.data);
    this.sessions = new Sessions(side, Buffer.from(keys.keyed('session', 'access tokens'), 'hex'));
    const trouble = (name: string, error: unknown): void => { parts.onTrouble?.(name, error); }; // prettier-ignore
    this.projector = new Projector({ store, models, projections, open: this.open, onTrouble: trouble });
    this.processes = new ProcessRunner({
      store, models, commands: this.commands, clock: this.clock, processes, onTrouble: trouble,
      open: (events) => openEvents({ log, keys }, tableOf, events, 'all'),
    }); // prettier-ignore
    const { oidc } = settings;
    const byProvider = oidc && oidcIdentity(oidc);
    this.identify = (token) => (byProvider && isForeign(token) ? byProvider(token) : this.sessions.identify(token));
  }

  /** @throws StoreUnavailable, MasterKeyError: locked, newer, damaged, or keys that do not fit */
  static async open(settings: Settings, options: OpenOptions = {}): Promise<System> {
    const store = EmbeddedEventStore.open({ folder: settings.data, tolerant: options.tolerant ?? false });
    try {
      const keys = new EmbeddedKeyStore(settings.keys, masterKeys(settings.keys, settings.masterKey));
      const log = (await logOf(store)) ?? newUuid();
      const models = new EmbeddedReadModels(settings.data);
      const side = new SideStore(settings.keys);
      const reads = new EmbeddedReadLog(settings.data);
      return new System(settings, log, store, { keys, models, side, reads, onTrouble: options.onTrouble });
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  get keys(): EmbeddedKeyStore {
    return this.parts.keys;
  }
  get models(): EmbeddedReadModels {
    return this.parts.models;
  }
  get reads(): EmbeddedReadLog {
    return this.parts.reads;
  }
  get side(): SideStore {
    return this.parts.side;
  }

  /** Posts that open inspections give. */
  readonly grants: Grants = (account) => inspectionPosts(this.parts.models, account);

  /** The rules of this moment, every version with its day. */
  get rules(): RuleBook {
    return this.#rules.current();
  }

  /** Opens events for a projection: only the classes it asks for. */
  readonly open: FoldSource['open'] = (events, { opens }) =>
    openEvents({ log: this.log, keys: this.parts.keys, fresh: this.#fresh }, tableOf, events, opens);

  /** Opens a new log with its first event, starts what this process hosts, and waits for rules and areas. */
  async start(hosts: readonly ('projector' | 'worker')[] = ['projector', 'worker']): Promise<void> {
    if ((await this.store.head()) === undefined) await this.#openLog();
    if (hosts.includes('projector')) await this.projector.start();
    if (hosts.includes('worker')) {
      await this.processes.start();
      await housekeeping(this.jobs, this);
      await this.jobs.start();
    }
    if (hosts.length === 2) await this.caughtUp();
  }

  /** Resolves when views and processes have settled what lies in the log now. */
  async caughtUp(): Promise<void> {
    await this.processes.idle();
    const head = await this.store.head();
    if (head !== undefined) await this.projector.waitFor(head, { timeout: 600_000 });
    await this.#rules.refresh(this.models);
  }

  /** Resolves when a view has folded what lies in the log now. @throws StoreUnavailable when it has not in time */
  async #folded(view: string): Promise<void> {
    const head = await this.store.head();
    if (head !== undefined && !(await this.projector.waitFor(head, { view, timeout: 30_000 })))
      throw new StoreUnavailable('io', `the view ${view} is behind the log`);
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

  async refreshRules(): Promise<void> {
    await this.#rules.refresh(this.models);
  }

  async close(): Promise<void> {
    await this.jobs.close();
    await this.processes.stop();
    await this.projector.stop();
    await this.parts.models.close();
    await this.parts.reads.close();
    this.parts.side.close();
    await this.parts.keys.close();
    await this.store.close();
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
const logOf = async (store: EmbeddedEventStore): Promise<string | undefined> => {
  for await (const [first] of store.readAll({ pageSize: 1 })) return first?.stream.slice(first.stream.indexOf('-') + 1);
  return undefined;
};

/** Our own tokens say HS256 in their header. */
const isForeign = (token: string): boolean => {
  const [header = ''] = token.split('.');
  return !Buffer.from(header, 'base64url').toString().includes('HS256');
};
