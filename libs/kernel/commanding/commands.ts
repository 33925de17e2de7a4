import type { Act, AnyDecider, AnyFact, CommandMeta, Directory, RuleBook, Whole } from '@kernel/sourcing';

export interface CommandReceipt {
  /** UUID of the stream. */
  readonly subject: string;
  readonly revision: number;
  readonly position: string;
  /** The same command id had been carried out before: nothing was written now. */
  readonly repeated: boolean;
  /** Nothing had to be recorded: the command has left no trace. */
  readonly nothing?: true;
}

/** The folded state of a stream. */
export interface Folded<S = unknown> {
  readonly state: S;
  /** -1 = the stream does not exist. */
  readonly revision: number;
  readonly h: string;
}

/**
 * The commands of every category, by name and class. A feature declares its own beside its decider: in `declare module
 * '@kernel/commanding/commands'`, `interface CommandsOf { paper: CommandClasses<typeof paperDecider> }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- features fill it
export interface CommandsOf {}

/** Command classes of a decider, by name. */
export type CommandClasses<D extends { readonly commands: { readonly classes: object } }> = D['commands']['classes'];

type NameOf<T> = keyof T & string;
type BodyOf<T> = T extends abstract new (...args: never[]) => infer B ? Whole<B> : never;

/** Carries out commands: load, authorise, decide, seal, chain, append; retries a conflict at most 3 times. */
export abstract class Commands {
  /**
   * Any command twice = once: a repeated command id gets its first receipt again, also after a crash.
   * @throws Rejection (409), InvalidCommand (400), NotFound (404), StaleRevision (412), Forbidden (403), CommandReused
   * (409), ClockBehind and StoreUnavailable (503)
   */
  execute<C extends NameOf<CommandsOf>, K extends NameOf<CommandsOf[C]>>(
    category: C,
    subject: string,
    command: K,
    body: BodyOf<CommandsOf[C][K]>,
    issued: CommandMeta,
  ): Promise<CommandReceipt> {
    return this.carryOut(category, subject, command, body as object, issued);
  }

  /** The same for a command whose name came from outside: a route, an effect, a file. */
  abstract carryOut(
    category: string,
    subject: string,
    command: string,
    body: object,
    issued: CommandMeta,
  ): Promise<CommandReceipt>;

  /** Folds a stream through its decider; served from memory while the stream has not moved. */
  abstract state<S>(category: string, subject: string): Promise<Folded<S>>;

  /** The state right after the append of a command, whatever was recorded since: what a process decides on. */
  abstract stateAfter(category: string, subject: string, cmd: string): Promise<Folded>;

  /** Whether a command has left events in a stream. */
  abstract holds(stream: string, cmd: string): Promise<boolean>;

  abstract decider(category: string): AnyDecider;

  /** Refuses before costly work what `execute` would refuse after it. @throws whatever the authorizer throws */
  abstract permit(command: string, area: string, issued: CommandMeta): Promise<void>;
}

export type Authority = Pick<Act, 'post' | 'org' | 'role' | 'holds'>;

/** Says whether an actor may carry out a command in an area; the post it answers stands in the event. */
export abstract class Authorizer {
  /** @throws Forbidden */
  abstract authorize(issued: CommandMeta, command: string, area: string): Promise<Authority>;

  /**
   * Whether the actor may carry out a command anywhere: asked before anything of the record is looked at.
   * @throws Forbidden
   */
  abstract permit(issued: CommandMeta, command: string): Promise<void>;
}

/** A command that was allowed and decided: what is about to be appended. */
export interface Decided {
  readonly category: string;
  readonly subject: string;
  /** Folded state on which it was decided. */
  readonly state: unknown;
  readonly issued: CommandMeta;
  readonly authority: Authority;
  readonly facts: readonly AnyFact[];
}

/** What must stand outside the log before an append, or follow it. MUST call `append` once, or throw. */
export type Beside = (decided: Decided, append: () => Promise<CommandReceipt>) => Promise<CommandReceipt>;

export const alone: Beside = (_, append) => append();

/** The rule book of this moment. */
export abstract class Rules {
  abstract current(): RuleBook;
}

/** The directory of areas of this moment. */
export abstract class Places {
  abstract current(): Directory;
}

/** The server's clock. */
export abstract class Clock {
  /** UTC instant. */
  abstract now(): string;
}
