import { StoreUnavailable } from '@kernel/engines';
import { join } from 'node:path';
import { areaLists, type AreaDirectory, type Areas } from '@domain/area';
import { Compliance, InspectionGrants, procedureCases, Tracing, TRACE_INDEX } from '@domain/inspection';
import { parameters } from '@domain/parameter';
import { Logins, PostAuthorizer, Sessions, type AccountState } from '@kernel/accounts';
import { sealReads } from '@kernel/read-log';
import { CommandRunner, Histories } from '@kernel/commanding';
import { untraced } from '@kernel/event-store';
import { newUuid } from '@kernel/format';
import { Notary, SigningKeys, type Ledger } from '@kernel/ledger';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { FreshParts, openEvents } from '@kernel/privacy';
import { ProcessRunner } from '@kernel/processes';
import { Projector, Lease, type FoldSource } from '@kernel/read-models';
import type { CommandMeta, RuleBook } from '@kernel/sourcing';
import { features, permissions, tableOf } from './features';
import { builtWithin } from './building';
import { Duties } from './duties';
import { identifying } from './identifying';
import type { LiveView } from './live-view';
import { liveAreas, liveRules } from './live-views';
import { LedgerLogBasis } from './log-basis';
import { logOpened, logOrNew, mustBelong, openLog } from './log-opening';
import { SettableClock } from './settable-clock';
import type { Settings } from './settings';
import { closeInTurn } from './stores/closing';
import { openStores } from './stores/open-stores';
import { Opened } from './stores/opened';
import type { Stores } from './stores/stores';
import type { Host, OpenOptions } from './system-options';
import { version } from './version';

const projections = features.flatMap((feature) => feature.projections);
const processes = features.flatMap((feature) => feature.processes);
const deciders = features.flatMap((feature) => feature.deciders);

export { SettableClock };

/** Nothing is decided before rules and areas are known. */
const FIRST = [parameters.name, areaLists.name];
/** Milliseconds that the build of these may take. */
const BUILDING = 600_000;

/** The whole system in one process, or one process of it, on whatever stores the settings name. */
export class System extends Opened {
  readonly clock = new SettableClock();
  readonly projections = projections;
  readonly processes: ProcessRunner;
  readonly projector: Projector;
  readonly commands: CommandRunner;
  readonly histories: Histories;
  readonly tracing: Tracing;
  readonly compliance: Compliance;
  readonly sessions: Sessions;
  readonly logins: Logins;
  readonly identify: Sessions['identify'];
  readonly notary: Notary;
  /** Posts that open inspections give. */
  readonly grants: InspectionGrants;
  readonly #signing: SigningKeys;
  readonly #duties: Duties;
  readonly #rules: LiveView<RuleBook>;
  readonly #areas: LiveView<AreaDirectory>;
  readonly #fresh = new FreshParts();

  private constructor(
    readonly settings: Settings,
    readonly log: string,
    stores: Stores,
    private readonly options: OpenOptions,
  ) {
    super(stores);
    const { onTrouble, tracer = untraced } = options;
    const { store, keys, models, credentials, shared } = stores;
    const trouble = onTrouble ?? (() => undefined);
    this.grants = new InspectionGrants(models);
    this.projector = new Projector({ store, models, projections, open: this.open, shared, tracer, onTrouble: trouble });
    const live = { store, models, projector: this.projector, onTrouble: trouble };
    this.#rules = liveRules(live);
    this.#areas = liveAreas(live);
    this.sessions = new Sessions(
      credentials,
      Buffer.from(keys.keyed('session', 'access tokens'), 'hex'),
      this.#mayGoOn,
    );
    this.logins = new Logins({
      store,
      credentials,
      sessions: this.sessions,
      commands: () => this.commands,
      open: (events) => openEvents({ log, keys }, tableOf, events, ['identity']),
    });
    this.commands = new CommandRunner({
      log,
      store,
      keys,
      fresh: this.#fresh,
      deciders,
      processes,
      shared,
      rules: this.#rules,
      places: this.#areas,
      clock: this.clock,
      software: version,
      authorizer: (commands) => new PostAuthorizer(commands, permissions, this.grants),
      beside: this.logins.beside,
    });
    this.histories = new Histories({ log, store, keys });
    this.processes = new ProcessRunner({
      store,
      models,
      commands: this.commands,
      clock: this.clock,
      processes,
      shared,
      tracer,
      onTrouble: trouble,
      open: (events) => openEvents({ log, keys }, tableOf, events, 'all'),
    });
    this.#signing = new SigningKeys(settings.keys, settings.signingKey);
    const lease = shared ? new Lease(models, 'worker') : undefined;
    this.#duties = new Duties(this, lease, trouble);
    this.notary = new Notary({
      store,
      log,
      keys: this.#signing,
      onTrouble: trouble,
      witnesses: settings.witnesses,
      files: new FolderLedgerFiles(join(settings.data, 'ledger')),
      state: new FolderLedgerFiles(settings.keys, 0o600),
      command: (type, data) => this.commands.carryOut('ledger', log, type, data, this.issued('ledger')),
      ...(lease && { keepLease: () => lease.keep() }),
    });
    const ledger = new LedgerLogBasis(this.notary, store);
    this.tracing = new Tracing({ store, models, tableOf, ledger, settled: () => this.#folded(TRACE_INDEX.name) });
    this.compliance = new Compliance({
      ...{ store, models, ledger, open: this.open },
      settled: () => this.#folded(procedureCases.name),
      rules: () => this.#rules.refresh(),
    });
    this.identify = identifying(this.sessions, settings.oidc, this.#mayGoOn);
  }

  /**
   * @throws StoreUnavailable, MasterKeyError, JobsUnavailable: locked, newer, damaged, away, or keys that do not fit
   */
  static async open(settings: Settings, options: OpenOptions = {}): Promise<System> {
    const { opensLog = true, onTrouble } = options;
    const stores = await openStores(settings, options);
    try {
      const log = opensLog ? await logOrNew(stores) : await logOpened(stores.store, onTrouble);
      if (!options.tolerant) await mustBelong(stores, log);
      return new System(settings, log, stores, options);
    } catch (error) {
      await stores.close();
      throw error;
    }
  }

  get ledger(): Ledger {
    return this.notary.ledger;
  }
  /** This process seals and runs the jobs. */
  get onDuty(): boolean {
    return this.#duties.onDuty;
  }

  /** Asked of the log itself with every request: a suspended account is out, whatever it holds. */
  readonly #mayGoOn = async (subject: string): Promise<boolean> =>
    (await this.commands.state<AccountState>('account', subject)).state.status === 'open';

  /** The rules of this moment, every version with its day. */
  get rules(): RuleBook {
    return this.#rules.current();
  }

  /** The areas of this moment, as commands and readers go by them. */
  get areas(): Areas {
    return this.#areas;
  }
  get places(): AreaDirectory {
    return this.#areas.current();
  }

  /** Opens events for a projection: only the classes it asks for. */
  readonly open: FoldSource['open'] = (events, { opens }) =>
    openEvents({ log: this.log, keys: this.stores.keys, fresh: this.#fresh }, tableOf, events, opens);

  /** Opens a new log with its first event, starts what this process hosts, and waits for rules and areas. */
  async start(hosts: readonly Host[] = ['projector', 'worker'], { patience = Infinity } = {}): Promise<void> {
    if ((await this.store.head()) === undefined) await openLog(this, this.#signing);
    else if (hosts.includes('worker')) this.#signing.mustBeHere();
    await this.logins.verify();
    await (hosts.includes('projector') ? this.projector.start() : this.projector.watch());
    if (hosts.includes('projector')) for (const name of FIRST) await this.#folded(name, BUILDING);
    await this.#refresh();
    if (hosts.includes('worker')) {
      await this.processes.start();
      await this.#duties.start();
    }
    if (hosts.length === 2) {
      const note = this.options.onNote ?? (() => undefined);
      await builtWithin(patience, { projector: this.projector, caughtUp: () => this.caughtUp(), note });
    }
    await Promise.all([this.#rules.start(), this.#areas.start()]);
  }

  /** Resolves when views and processes have settled what lies in the log now, wherever they are hosted. */
  async caughtUp(): Promise<void> {
    await this.processes.idle();
    const head = await this.store.head();
    if (head !== undefined) await this.projector.waitFor(head, { timeout: 600_000 });
    await this.#refresh();
  }

  /** Resolves when a view has folded what lies in the log now. @throws StoreUnavailable when it has not in time */
  async #folded(view: string, timeout = 30_000): Promise<void> {
    const head = await this.store.head();
    if (head !== undefined && !(await this.projector.waitFor(head, { view, timeout })))
      throw new StoreUnavailable('io', `the view ${view} is behind the log`);
  }

  /** An act of the system itself. */
  issued(part: string, via: CommandMeta['via'] = 'process', cmd = newUuid()): CommandMeta {
    return { cmd, actor: `system:${part}`, auth: 'none', via, at: this.clock.now() };
  }

  /** Seals every day of the read log that has ended, and destroys what has been kept for its term. */
  sealReads(): Promise<readonly string[]> {
    const { log, reads, commands } = this;
    return sealReads({ log, reads, commands, issued: (cmd) => this.issued('reads', 'timer', cmd) });
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#rules.refresh(), this.#areas.refresh()]);
  }

  /** Ends what runs, the followers first and the stores last. */
  async close(): Promise<void> {
    await closeInTurn([
      () => this.#duties.close(),
      () => this.processes.stop(),
      () => this.#rules.stop(),
      () => this.#areas.stop(),
      () => this.projector.stop(),
      () => this.stores.close(),
    ]);
  }
}
