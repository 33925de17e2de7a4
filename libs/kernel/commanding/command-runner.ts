import { canonical } from '@kernel/format';
import { NO_STREAM, WrongRevision } from '@kernel/event-store';
import { sealEvents, type Draft } from '@kernel/privacy';
import type { AnyDecider, AnyProcess, CommandMeta } from '@kernel/sourcing';
import { LRUCache } from 'lru-cache';
import {
  alone,
  Commands,
  type Authorizer,
  type Beside,
  type Clock,
  type CommandReceipt,
  type Folded,
  type Places,
  type Rules,
} from './commands';
import { mustAccept, mustKnow, refuseUnseen, type Attempt } from './attempt';
import { Deciding } from './deciding';
import { CommandReused, NotFound } from './errors';
import { Turns, type Cached } from './stream-cache';
import { Streams, type StreamsParts } from './streams';
import { Trial } from './trial';

export interface CommandRunnerParts extends StreamsParts {
  readonly deciders: readonly AnyDecider[];
  readonly authorizer: (commands: Commands) => Authorizer;
  readonly rules: Rules;
  readonly places: Places;
  readonly clock: Clock;
  readonly beside?: Beside;
  /** Their effects are tried before what brings them about is recorded. */
  readonly processes?: readonly AnyProcess[];
  /** Software version, written into every event as `sw`. */
  readonly software?: string;
}

interface Digested extends Attempt {
  readonly digest: string;
}

const ATTEMPTS = 3;

/** The command path of one process: everything between a validated body and a durable, chained, sealed event. */
export class CommandRunner extends Commands {
  readonly #parts: CommandRunnerParts;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #authorizer: Authorizer;
  readonly #streams: Streams;
  readonly #deciding: Deciding;
  readonly #trial: Trial;
  readonly #turns = new Turns();
  readonly #recent = new LRUCache<string, string>({ max: 20_000 });

  constructor(parts: CommandRunnerParts) {
    super();
    this.#parts = parts;
    this.#streams = new Streams(parts);
    this.#deciders = new Map(parts.deciders.map((decider) => [decider.category, decider]));
    this.#authorizer = parts.authorizer(this);
    this.#deciding = new Deciding({ ...parts, deciders: this.#deciders, authorizer: this.#authorizer });
    this.#trial = new Trial({
      processes: [],
      ...parts,
      streams: this.#streams,
      deciding: this.#deciding,
      decider: (category) => this.decider(category),
    });
  }

  decider(category: string): AnyDecider {
    const decider = this.#deciders.get(category);
    if (!decider) throw new NotFound('record/unknown-category', { category });
    return decider;
  }

  async carryOut(
    category: string,
    subject: string,
    command: string,
    body: object,
    issued: CommandMeta,
  ): Promise<CommandReceipt> {
    const decider = this.decider(category);
    mustKnow(decider, command);
    if (!this.#recent.has(issued.cmd)) await this.#authorizer.permit(issued, command);
    mustAccept(decider, command, body);
    const digest = this.#parts.keys.keyed('command', canonical([category, subject, command, body]));
    if ((this.#recent.get(issued.cmd) ?? digest) !== digest) throw new CommandReused(issued.cmd);
    const stream = `${category}-${subject}`;
    const attempt = { decider, stream, subject, command, body, issued, digest };
    const receipt = await this.#turns.take(stream, () => this.#attempt(attempt, ATTEMPTS));
    this.#recent.set(issued.cmd, digest);
    return receipt;
  }

  async permit(command: string, area: string, issued: CommandMeta): Promise<void> {
    await this.#authorizer.authorize(issued, command, area);
  }

  async state<S>(category: string, subject: string): Promise<Folded<S>> {
    const { state, revision, h } = await this.#streams.load(this.decider(category), `${category}-${subject}`);
    return { state: state as S, revision, h };
  }

  stateAfter(category: string, subject: string, cmd: string): Promise<Folded> {
    return this.#streams.stateAfter(this.decider(category), `${category}-${subject}`, cmd);
  }

  holds(stream: string, cmd: string): Promise<boolean> {
    return this.#streams.holds(stream, cmd);
  }

  async #attempt(attempt: Digested, left: number): Promise<CommandReceipt> {
    const entry = await this.#streams.load(attempt.decider, attempt.stream);
    const repeated = await this.#repeated(attempt, entry);
    if (repeated) return repeated;
    refuseUnseen(attempt, entry);
    const { drafts, ...decision } = await this.#deciding.decide(attempt, entry, this.#streams);
    if (drafts.length === 0) return nothingRecorded(attempt, entry);
    await this.#trial.mustWork(attempt, entry, drafts);
    const { beside = alone } = this.#parts;
    const append = (): Promise<CommandReceipt> =>
      this.#streams.appending(attempt.stream, () => this.#append(attempt, entry, drafts));
    try {
      return await beside({ ...attempt, ...entry, ...decision, category: attempt.decider.category }, append);
    } catch (error) {
      this.#streams.forget(attempt.stream);
      if (!(error instanceof WrongRevision) || left <= 1) throw error;
      return this.#attempt(attempt, left - 1);
    }
  }

  async #append(attempt: Digested, entry: Cached, drafts: readonly Draft[]): Promise<CommandReceipt> {
    const { decider, stream, subject, issued, digest } = attempt;
    const expected = entry.revision === -1 ? NO_STREAM : entry.revision;
    const sealed = await sealEvents(this.#parts, stream, entry, drafts);
    const receipt = await this.#parts.store.append(stream, expected, sealed, { digest });
    this.#streams.remember({ decider, stream, cmd: issued.cmd }, entry, drafts, { sealed, receipt });
    return { subject, ...receipt, repeated: false };
  }

  /** The first receipt of a command that this stream has seen. @throws CommandReused */
  async #repeated({ issued, subject, digest }: Digested, entry: Cached): Promise<CommandReceipt | undefined> {
    const done = entry.commands.get(issued.cmd);
    if (!done) return undefined;
    const digestThen = await this.#parts.store.digestAt(done.position);
    if (digestThen !== undefined && digestThen !== digest) throw new CommandReused(issued.cmd);
    return { subject, revision: done.revision, position: done.position, repeated: true };
  }
}

const nothingRecorded = ({ subject }: Attempt, { revision, position }: Cached): CommandReceipt => ({
  subject,
  revision,
  position,
  repeated: false,
  nothing: true,
});
