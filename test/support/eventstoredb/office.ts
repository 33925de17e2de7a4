import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AREAS_433124, AreaDirectory, readAreas } from '@domain/area';
import { ruleBook } from '@domain/parameter';
import { EmbeddedPaperFiles } from '@domain/paper/adapters/embedded-paper-files';
import { PostAuthorizer, type Role } from '@kernel/accounts';
import { CommandRunner } from '@kernel/commanding';
import type { EventStore } from '@kernel/event-store';
import { FORMAT_SPEC_SHA256, newUuid } from '@kernel/format';
import { Notary, SigningKeys, verifierKey } from '@kernel/ledger';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { masterKeys, openEvents } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { ProcessRunner } from '@kernel/processes';
import { Projector, type FoldSource } from '@kernel/read-models';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import type { CommandMeta } from '@kernel/sourcing';
import type { DemoStage } from '@system/demo/story';
import { features, permissions, tableOf } from '@system/features';
import { SettableClock } from '@system/settable-clock';

const PEOPLE: readonly (readonly [login: string, role: Role, area: string])[] = [
  ['village-1', 'village', '433124110226'],
  ['village-2', 'village', '433124110226'],
  ['township-1', 'township', '433124110'],
  ['township-2', 'township', '433124110'],
  ['county-1', 'county', '433124'],
  ['county-2', 'county', '433124'],
  ['helper-1', 'helper', '433124110226'],
  ['leading-group-1', 'leading-group', '433124'],
  ['leading-group-2', 'leading-group', '433124'],
];

const deciders = features.flatMap((feature) => feature.deciders);
const processes = features.flatMap((feature) => feature.processes);

/** Commands, views, processes and ledger of an office over any event store; everything beside the log is embedded. */
export class EngineOffice {
  readonly clock = new SettableClock();
  readonly commands: CommandRunner;
  readonly projector: Projector;
  readonly processes: ProcessRunner;
  readonly models: EmbeddedReadModels;
  readonly notary: Notary;
  readonly troubles: string[] = [];
  readonly #keys: EmbeddedKeyStore;
  readonly #papers: EmbeddedPaperFiles;
  readonly #accounts = new Map<string, string>();
  readonly #signing: SigningKeys;

  constructor(
    readonly store: EventStore,
    readonly log: string,
    folder = mkdtempSync(join(tmpdir(), 'jd-engine-office-')),
    secrets = `${folder}-keys`,
  ) {
    this.#keys = new EmbeddedKeyStore(secrets, masterKeys(secrets));
    const keys = this.#keys;
    const { clock } = this;
    this.models = new EmbeddedReadModels(folder);
    this.#papers = new EmbeddedPaperFiles(join(folder, 'papers'), keys);
    this.#signing = new SigningKeys(secrets);
    const rules = { current: () => ruleBook() } as never;
    const directory = new AreaDirectory([{ id: log, areas: readAreas(AREAS_433124) }]);
    const places = { current: () => directory };
    const authorizer = (commands: never): PostAuthorizer => new PostAuthorizer(commands, permissions);
    const deciding = { deciders, processes, rules, places, authorizer: authorizer as never };
    this.commands = new CommandRunner({ log, store, keys, clock, ...deciding });
    const onTrouble = (where: string, error: unknown): void => void this.troubles.push(`${where}: ${String(error)}`);
    const open: FoldSource['open'] = (events, { opens }) => openEvents({ log, keys }, tableOf, events, opens);
    const [models, projections] = [this.models, features.flatMap((feature) => feature.projections)];
    this.projector = new Projector({ store, models, projections, open, onTrouble });
    this.processes = new ProcessRunner({
      store,
      models,
      commands: this.commands,
      clock,
      onTrouble,
      processes,
      open: (events) => openEvents({ log, keys }, tableOf, events, 'all'),
    });
    this.notary = new Notary({
      store,
      log,
      keys: this.#signing,
      onTrouble,
      gather: 20,
      files: new FolderLedgerFiles(join(folder, 'ledger')),
      state: new FolderLedgerFiles(secrets, 0o600),
      command: (type, data) => this.commands.carryOut('ledger', log, type, data, this.issued('system:ledger')),
    });
  }

  issued(actor: string): CommandMeta {
    return {
      cmd: newUuid(),
      actor,
      auth: actor.startsWith('system:') ? 'none' : 'pwd',
      via: 'demo',
      at: this.clock.now(),
    };
  }

  async start(): Promise<void> {
    if ((await this.store.head()) === undefined) await this.#begin();
    await this.projector.start();
    await this.processes.start();
    this.notary.start();
  }

  async caughtUp(): Promise<void> {
    await this.processes.idle();
    const head = (await this.store.head()) ?? '';
    if (!(await this.projector.waitFor(head, { timeout: 60_000 })))
      throw new Error(`views are behind: ${this.troubles.join('\n')}`);
  }

  stage(): DemoStage {
    const account = (login: string): string => this.#accounts.get(login) ?? '';
    const act: DemoStage['act'] = (login, category, subject, command, body) =>
      this.commands.carryOut(category, subject, command, body, this.issued(account(login)));
    return {
      account,
      act,
      newId: () => newUuid(),
      on: (day) => {
        this.clock.set(`${day}T02:00:00.000Z`);
      },
      settled: () => this.processes.idle(),
      paper: async (login, kind) => {
        const paper = newUuid();
        const area = (PEOPLE.find(([name]) => name === login)?.[2] ?? '').padEnd(12, '0');
        const form = { kind, area, mime: 'text/plain', name: `${kind}.txt` };
        await this.#papers.receive(paper, Readable.from([Buffer.from(`${kind} ${paper}`)]), (stored) =>
          act(login, 'paper', paper, 'ReceivePaper', { ...form, ...stored }),
        );
        return paper;
      },
    };
  }

  async close(): Promise<void> {
    await this.processes.stop();
    await this.projector.stop();
    await this.notary.close();
    await this.models.close();
    await this.#keys.close();
  }

  async #begin(): Promise<void> {
    const origin = `engines.example/${this.log}`;
    const keys = [verifierKey(origin, this.#signing.first())];
    const body = { format: 'jiandang/1', keys, origin, spec: FORMAT_SPEC_SHA256 };
    await this.commands.execute('ledger', this.log, 'OpenLog', body, this.issued('system:log'));
    for (const [login, role, area] of PEOPLE) {
      const subject = newUuid();
      this.#accounts.set(login, subject);
      await this.commands.execute(
        'account',
        subject,
        'OpenAccount',
        { account: login, name: login },
        this.issued('system:setup'),
      );
      const post = { post: newUuid(), role, area, from: '2013-01-01' };
      await this.commands.execute('account', subject, 'AssignPost', post, this.issued('system:setup'));
    }
  }
}
