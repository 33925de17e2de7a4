import type { Act, Class, ClassTable, Fact, FactMeta, OpenedFact } from './facts';
import { dayIssues } from './civil-dates';
import type { EventTable } from './events';
import type { Erased, Whole } from './marks';
import { type Issue, issuesOf } from './schema';
import { schemaOf } from './json-schema';
import type { PersonalClass } from '@kernel/format';

export interface CommandTable<C extends ClassTable = ClassTable> {
  readonly classes: C;
  /** `undefined` = accepted. @throws never */
  readonly issues: (type: string, body: unknown) => readonly Issue[] | undefined;
}

/**
 * Declares commands: imperative sentences, also the request bodies. Every date that they name exists, except in those
 * that carry what the log holds already (`carry`).
 */
export const defineCommands = <const C extends ClassTable>(
  classes: C,
  { carry = [] }: { readonly carry?: readonly (keyof C & string)[] } = {},
): CommandTable<C> => {
  for (const owner of Object.values(classes)) schemaOf(owner);
  const unreal = (type: string, body: object): readonly Issue[] | undefined => {
    const issues = carry.includes(type) ? [] : dayIssues(classes[type] as Class, body);
    return issues.length > 0 ? issues : undefined;
  };
  return {
    classes,
    issues: (type, body) => issuesOf(classes[type] as Class, body) ?? unreal(type, body as object),
  };
};

/** One consistency boundary: what may happen, and what has. Pure: no clock, no await, no random. */
export interface Decider<S, C extends ClassTable = ClassTable, E extends ClassTable = ClassTable> {
  readonly category: string;
  readonly commands: CommandTable<C>;
  readonly events: EventTable<E>;
  readonly initialState: S;
  /** Commands that may begin a stream; every other one on an unknown stream is "not found". */
  readonly creates: readonly (keyof C & string)[];
  /** 12-digit area of the act: what a post must cover. Read from the state, or from a creating command. */
  readonly area: (state: S, command: object, act: Act) => string;
  /** That a record is there is no secret: whoever may not act on it is told so, not that there is none. */
  readonly known?: true;
  /** What a command names of this kind by the id of its stream must be there. */
  readonly mustExist?: true;
  /** What a household's events name of this kind goes into its evidence pack. */
  readonly proves?: true;
  readonly decide: {
    readonly [K in keyof C]: (state: S, command: Whole<InstanceType<C[K]>>, act: Act) => readonly Fact<E>[];
  };
  /**
   * Pure. Keeps fields of a fact, never the fact itself: the kernel hands an event over with its parts sealed, and
   * opens them when a sealed field is looked at.
   */
  readonly evolve: { readonly [K in keyof E]: (state: S, fact: Readonly<InstanceType<E[K]>>, meta: FactMeta) => S };
}

export const defineDecider =
  <S>() =>
  <C extends ClassTable, E extends ClassTable>(parts: Omit<Decider<S, C, E>, 'category'>): Decider<S, C, E> => ({
    category: parts.events.category,
    ...parts,
  });

/** A decider whose types were forgotten: what the kernel runs. */
export interface AnyDecider {
  readonly category: string;
  readonly commands: CommandTable;
  readonly events: EventTable;
  readonly initialState: unknown;
  readonly creates: readonly string[];
  readonly area: (state: never, command: object, act: Act) => string;
  readonly known?: true;
  readonly mustExist?: true;
  readonly proves?: true;
  readonly decide: Readonly<Record<string, unknown>>;
  readonly evolve: Readonly<Record<string, unknown>>;
}

type Held<T> = Exclude<NonNullable<T>, Erased>;

/** A field of a view's document by which it is filtered, sorted or counted; `names[]` is a list of values. */
export type IndexedField<D extends object> = {
  [K in keyof D & string]-?: Held<D[K]> extends readonly unknown[] ? `${K}[]` : K;
}[keyof D & string];

/** A read model: a pure fold of facts into documents. */
export interface Projection<D extends object, E extends ClassTable = ClassTable, F extends string = IndexedField<D>> {
  /** Type of its documents: whoever asks the view by its projection is answered these. No value. */
  readonly document?: D;
  readonly name: string;
  /** Raise it when the meaning changes: the new one is built beside the old one and swapped when caught up. */
  readonly version: number;
  readonly from: EventTable<E>;
  readonly indexes: readonly F[];
  /** Classes of personal data that the fold needs; every other part reaches it as `Erased`. */
  readonly opens: readonly PersonalClass[];
  /** Id of the document an event belongs to; by default the stream's own subject. */
  readonly key?: (fact: object, meta: FactMeta) => string;
  /** Folds every event as it was stored: a correction is an event like any other and is not laid over its target. */
  readonly asStored?: boolean;
  readonly on: {
    /** `undefined` removes the document. */
    readonly [K in keyof E]?: (
      document: D | undefined,
      fact: Readonly<InstanceType<E[K]>>,
      meta: FactMeta,
    ) => D | undefined;
  };
}

export const defineProjection =
  <D extends object>() =>
  <E extends ClassTable, const F extends IndexedField<D> = never>(parts: Projection<D, E, F>): Projection<D, E, F> =>
    parts;

export interface AnyProjection {
  readonly name: string;
  readonly version: number;
  readonly from: EventTable;
  readonly indexes: readonly string[];
  readonly opens: readonly PersonalClass[];
  readonly key?: (fact: object, meta: FactMeta) => string;
  readonly asStored?: boolean;
  readonly on: Readonly<Record<string, unknown>>;
}

/** A command that a deciding event brings about in another stream. */
export interface Effect {
  /** Full name of the target stream. */
  readonly target: string;
  readonly command: string;
  readonly body: object;
  /**
   * Codes of refusals that do not keep the deciding event from being recorded: the target has gone another way since.
   */
  readonly despite?: readonly string[];
}

/** What touches several streams: deciding event → effects, each a command that the kernel repeats until done. */
export interface Process<E extends ClassTable = ClassTable> {
  readonly name: string;
  readonly from: EventTable<E>;
  /** `state` is the folded state of the deciding stream. */
  readonly on: {
    /**
     * Pure: `state` as it is right after the append that holds the fact, `following` what that append holds behind it.
     */
    readonly [K in keyof E]?: (
      fact: Readonly<InstanceType<E[K]>>,
      meta: FactMeta,
      state: never,
      following: readonly OpenedFact[],
    ) => readonly Effect[];
  };
}

export const defineProcess = <E extends ClassTable>(process: Process<E>): Process<E> => process;

export interface AnyProcess {
  readonly name: string;
  readonly from: EventTable;
  readonly on: Readonly<Record<string, unknown>>;
}
