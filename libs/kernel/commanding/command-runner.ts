import { canonical } from '@kernel/format';
import { EventStore, NO_STREAM, WrongRevision, type NewEvent, type Receipt } from '@kernel/event-store';
import { factMetaOf, sealEvents, type FreshParts, type Draft, type KeyStore } from '@kernel/privacy';
import { CORRECTION, localDate, Rejection, type Act, type AnyDecider, type AnyFact, type CommandMeta } from '@kernel/sourcing'; // prettier-ignore
import { LRUCache } from 'lru-cache';
import {
  alone,
  type Authority,
  type Authorizer,
  type Beside,
  type Clock,
  type CommandReceipt,
  Commands,
  type Folded,
  type Places,
  type Rules,
} from './commands';
import { mustNameAreas } from './areas';
import { CommandReused, InvalidCommand, NotFound, StaleRevision } from './errors';
import { referencesOf } from './references';
import { draftOf, recordedAfter } from './drafts';
import { evolved, StreamFolder } from './stream-folder';
import { StreamCache, Turns, unborn, type Cached } from './stream-cache';

export interface CommandRunnerParts {
  /** UUID of the log. */
  readonly log: string;
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly fresh?: FreshParts;
  readonly deciders: readonly AnyDecider[];
  readonly authorizer: (commands: Commands) => Authorizer;
  readonly rules: Rules;
  readonly places: Places;
  readonly clock: Clock;
  /** Other processes append too: a state in memory counts only when its stream has not gone on. */
  readonly shared?: boolean;
  readonly beside?: Beside;
  /** Software version, written into every event as `sw`. */
  readonly software?: string;
}

interface Attempt {
  readonly decider: AnyDecider;
  readonly stream: string;
  readonly subject: string;
  readonly command: string;
  readonly body: object;
  readonly issued: CommandMeta;
  readonly digest: string;
}

const ATTEMPTS = 3;
/** Lists longer than this are only checked to exist; their states are not folded. */
const FOLDED_REFERENCES = 10;

type Decide = (state: unknown, body: object, act: Act) => readonly AnyFact[];

/** The command path of one process: everything between a validated body and a durable, chained, sealed event. */
export class CommandRunner extends Commands {
  readonly #parts: CommandRunnerParts;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #authorizer: Authorizer;
  readonly #folder: StreamFolder;
  readonly #cache = new StreamCache();
  readonly #turns = new Turns();
  readonly #appending = new Map<string, Promise<undefined>>();
  readonly #recent = new LRUCache<string, string>({ max: 20_000 });

  constructor(parts: CommandRunnerParts) {
    super();
    this.#parts = parts;
    this.#folder = new StreamFolder(parts);
    this.#deciders = new Map(parts.deciders.map((decider) => [decider.category, decider]));
    this.#authorizer = parts.authorizer(this);
  }

  decider(category: string): AnyDecider {
    const decider = this.#deciders.get(category);
    if (!decider) throw new NotFound('record/unknown-category', { category });
    return decider;
  }

  async execute(
    category: string,
    subject: string,
    command: string,
    body: object,
    issued: CommandMeta,
  ): Promise<CommandReceipt> {
    const decider = this.decider(category);
    if (!Object.hasOwn(decider.decide, command)) throw new NotFound('command/unknown', { command });
    const issues = decider.commands.issues(command, body);
    if (issues) throw new InvalidCommand(issues);
    const digest = this.#parts.keys.keyed('command', canonical([category, subject, command, body]));
    if ((this.#recent.get(issued.cmd) ?? digest) !== digest) throw new CommandReused(issued.cmd);
    const stream = `${category}-${subject}`;
    const attempt: Attempt = { decider, stream, subject, command, body, issued, digest };
    const receipt = await this.#turns.take(stream, () => this.#attempt(attempt, ATTEMPTS));
    this.#recent.set(issued.cmd, digest);
    return receipt;
  }

  async permit(command: string, area: string, issued: CommandMeta): Promise<void> {
    await this.#authorizer.authorize(issued, command, area);
  }

  async state<S>(category: string, subject: string): Promise<Folded<S>> {
    const { state, revision, h } = await this.#load(this.decider(category), `${category}-${subject}`);
    return { state: state as S, revision, h };
  }

  async #attempt(attempt: Attempt, left: number): Promise<CommandReceipt> {
    const entry = await this.#load(attempt.decider, attempt.stream);
    const repeated = await this.#repeated(attempt, entry);
    if (repeated) return repeated;
    refuseUnseen(attempt, entry);
    const { facts, authority } = await this.#decide(attempt, entry);
    if (facts.length === 0) return receiptOf(attempt, entry, false);
    const recordedAt = recordedAfter(entry.recordedAt, this.#parts.clock.now());
    const { beside = alone } = this.#parts;
    const drafts = facts.map((fact) =>
      draftOf(attempt, fact, { authority, recordedAt, software: this.#parts.software }),
    );
    const append = (): Promise<CommandReceipt> => this.#appended(attempt, entry, drafts);
    try {
      return await beside({ ...attempt, ...entry, category: attempt.decider.category, authority, facts }, append);
    } catch (error) {
      this.#cache.forget(attempt.stream);
      if (!(error instanceof WrongRevision) || left <= 1) throw error;
      return this.#attempt(attempt, left - 1);
    }
  }

  /** Appends; whoever reads the stream meanwhile waits, so that nobody decides on a state that the log has left behind. */
  async #appended(attempt: Attempt, entry: Cached, drafts: readonly Draft[]): Promise<CommandReceipt> {
    const work = this.#append(attempt, entry, drafts);
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#appending.set(attempt.stream, settled);
    try {
      return await work;
    } finally {
      if (this.#appending.get(attempt.stream) === settled) this.#appending.delete(attempt.stream);
    }
  }

  async #append(attempt: Attempt, entry: Cached, drafts: readonly Draft[]): Promise<CommandReceipt> {
    const { store } = this.#parts;
    const expected = entry.revision === -1 ? NO_STREAM : entry.revision;
    const sealed = await sealEvents(this.#parts, attempt.stream, entry, drafts);
    const receipt = await store.append(attempt.stream, expected, sealed, { digest: attempt.digest });
    this.#remember(attempt, entry, drafts, { sealed, receipt });
    return { subject: attempt.subject, ...receipt, repeated: false };
  }

  /** The first receipt of a command that this stream has seen. @throws CommandReused */
  async #repeated({ issued, subject, digest }: Attempt, entry: Cached): Promise<CommandReceipt | undefined> {
    const done = entry.commands.get(issued.cmd);
    if (!done) return undefined;
    const digestThen = await this.#parts.store.digestAt(done.position);
    if (digestThen !== undefined && digestThen !== digest) throw new CommandReused(issued.cmd);
    return { subject, revision: done.revision, position: done.position, repeated: true };
  }

  async #decide(attempt: Attempt, entry: Cached): Promise<{ facts: readonly AnyFact[]; authority: Authority }> {
    const { decider, command, body, issued, stream, subject } = attempt;
    const referred = await this.#referred(attempt);
    const act: Act = {
      ...issued,
      log: this.#parts.log,
      stream,
      subject,
      today: localDate(issued.at),
      rules: this.#parts.rules.current(),
      places: this.#parts.places.current(),
      referred: <S>(id: string) => {
        if (!referred.has(id)) throw new Rejection('record/unknown-reference', { id });
        return referred.get(id) as S;
      },
    };
    const area = decider.area(entry.state as never, body, act);
    const authority = await this.#authorizer.authorize(issued, command, area);
    mustNameAreas(decider, [command, body], act.places, act.today);
    const decide = decider.decide[command] as Decide;
    const facts = decide(entry.state, body, { ...act, ...authority });
    return { facts, authority: { ...authority, area } as Authority };
  }

  async #referred({ decider, command, body }: Attempt): Promise<ReadonlyMap<string, unknown>> {
    const owner = decider.commands.classes[command];
    const references = owner ? referencesOf(owner, body) : [];
    const states = new Map<string, unknown>();
    for (const { category, id, single } of references) {
      const target = this.#deciders.get(category);
      if (!target || states.has(id)) continue;
      const folds = single || references.length <= FOLDED_REFERENCES;
      const state = folds ? await this.#existing(target, id) : await this.#exists(category, id);
      if (state === undefined) throw new Rejection('record/unknown-reference', { category, id });
      states.set(id, state);
    }
    return states;
  }

  async #existing(decider: AnyDecider, id: string): Promise<unknown> {
    const { state, revision } = await this.#load(decider, `${decider.category}-${id}`);
    return revision === -1 ? undefined : state;
  }

  async #exists(category: string, id: string): Promise<true | undefined> {
    const stream = `${category}-${id}`;
    if (this.#cache.get(stream)) return true;
    const [first] = await this.#parts.store.read(stream, { limit: 1 });
    return first && true;
  }

  async #load(decider: AnyDecider, stream: string): Promise<Cached> {
    await this.#appending.get(stream);
    const known = this.#cache.get(stream);
    if (known && (await this.#isCurrent(stream, known))) return known;
    const stored = await this.#parts.store.read(stream);
    const last = stored.at(-1);
    if (!last) return unborn(decider.initialState);
    const commands = new Map<string, { revision: number; position: string }>();
    for (const { meta, revision, position } of stored) {
      commands.set(meta['cmd'] ?? '', { revision, position });
    }
    const entry: Cached = {
      state: await this.#folder.fold(decider, stored),
      revision: last.revision,
      position: last.position,
      h: last.meta['h'] ?? '',
      recordedAt: last.meta['recordedAt'] ?? '',
      commands,
    };
    this.#cache.set(stream, entry);
    return entry;
  }

  async #isCurrent(stream: string, { revision }: Cached): Promise<boolean> {
    if (!this.#parts.shared) return true;
    return (await this.#parts.store.read(stream, { from: revision + 1, limit: 1 })).length === 0;
  }

  #remember(
    { decider, stream, issued }: Attempt,
    entry: Cached,
    drafts: readonly Draft[],
    { sealed, receipt }: { sealed: readonly NewEvent[]; receipt: Receipt },
  ): void {
    const last = sealed.at(-1);
    if (!last || drafts.some(({ type }) => type.type === CORRECTION)) {
      this.#cache.forget(stream);
      return;
    }
    const facts = drafts.map(({ data }, index) => ({ data, meta: factMetaOf(sealed[index]!) }));
    const commands = new Map(entry.commands);
    commands.set(issued.cmd, receipt);
    this.#cache.set(stream, {
      state: facts.reduce<unknown>((state, fact) => evolved(decider, state, fact), entry.state),
      revision: receipt.revision,
      position: receipt.position,
      h: last.meta['h'] ?? '',
      recordedAt: last.meta['recordedAt'] ?? '',
      commands,
    });
  }
}

const refuseUnseen = ({ decider, command, issued, stream }: Attempt, { revision }: Cached): void => {
  if (revision === -1 && !decider.creates.includes(command)) throw new NotFound('record/not-found', { stream });
  if (issued.ifRevision !== undefined && issued.ifRevision !== revision)
    throw new StaleRevision(issued.ifRevision, revision);
};

const receiptOf = ({ subject }: Attempt, { revision, position }: Cached, repeated: boolean): CommandReceipt => ({
  subject,
  revision,
  position,
  repeated,
});
