import { setTimeout as sleep } from 'node:timers/promises';
import {
  ClockBehind,
  CommandReused,
  effectCommandId,
  effectIssued,
  effectsOf,
  EffectsRefused,
  Forbidden,
  holdsErased,
  InvalidCommand,
  isImpossible,
  NotFound,
  refusalCommandId,
  splitStream,
  type Clock,
  type Commands,
} from '@kernel/commanding';
import { isUnavailable } from '@kernel/engines';
import { untraced, WrongRevision, type EventStore, type StoredEvent, type Tracer } from '@kernel/event-store';
import { ViewBehind } from '@kernel/read-models';
import {
  Rejection,
  type AnyProcess,
  type Effect,
  type FactMeta,
  type CommandMeta,
  type OpenedFact,
} from '@kernel/sourcing';
import { causeOf, type ParkedEffect } from './parked-effects';

export interface SettlingParts {
  readonly store: EventStore;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly open: (events: readonly StoredEvent[], process: AnyProcess) => Promise<readonly OpenedFact[]>;
  /** Traces the work; its traceparent stands in the events of the effects. */
  readonly tracer?: Tracer;
  readonly signal: AbortSignal;
}

const RETRY = 500;
/**
 * Attempts at what passes by itself but is no store that is away: a clock that is behind, a stream that others write.
 */
const PATIENCE = 6;

/** Of an effect that decides nothing: without a trace it could fire later, in another state. */
const NOTHING = 'effects/nothing-to-do';

/** The effects of an event: of the whole append in which it lies, in the state as it is right after that append. */
export const effectsIn = async (
  {
    store,
    commands,
    open,
  }: Pick<SettlingParts, 'store' | 'open'> & { readonly commands: Pick<Commands, 'stateAfter'> },
  process: AnyProcess,
  fact: OpenedFact,
): Promise<readonly Effect[]> => {
  const { subject, cmd, stream, revision } = fact.meta;
  const after = await commands.stateAfter(process.from.category, subject, cmd);
  const behind = after.revision > revision ? await store.read(stream, { from: revision + 1, to: after.revision }) : [];
  return effectsOf(process, fact, after.state, await open(behind, process));
};

/**
 * Settles what deciding events bring about. The log alone tells what is settled: the effect's command stands in its
 * target, or its refusal in the deciding stream. What can be neither is answered as parked and stops nothing.
 */
export class Settling {
  constructor(private readonly parts: SettlingParts) {}

  /** Events of one process, in their order. @throws only while a store is away, and when told to stop */
  async settle(process: AnyProcess, events: readonly StoredEvent[]): Promise<readonly ParkedEffect[]> {
    const facts = await this.#openedAtOnce(process, events);
    const parked: ParkedEffect[] = [];
    for (const event of events) {
      this.parts.signal.throwIfAborted();
      parked.push(...(await this.#traced(process, event, facts.get(event.id))));
    }
    return parked;
  }

  /** Tries once more; answers what is still parked of it. */
  async again(process: AnyProcess, parked: ParkedEffect): Promise<readonly ParkedEffect[]> {
    const events = await this.parts.store.read(parked.stream, { from: parked.revision, limit: 1 });
    const whole = ({ target }: ParkedEffect): boolean => target === undefined;
    const tried = new Date().toISOString();
    return (await this.settle(process, events))
      .filter((one) => whole(parked) || whole(one) || one.id === parked.id)
      .map((one) => ({ ...one, since: parked.since, tried }));
  }

  /** By event; empty when one of them does not open. */
  async #openedAtOnce(process: AnyProcess, events: readonly StoredEvent[]): Promise<ReadonlyMap<string, OpenedFact>> {
    try {
      const facts = await this.#patiently(() => this.parts.open(events, process));
      return new Map(facts.map((fact) => [fact.meta.id, fact]));
    } catch (error) {
      this.#mustGoOn(error);
      return new Map();
    }
  }

  #traced(process: AnyProcess, event: StoredEvent, fact: OpenedFact | undefined): Promise<readonly ParkedEffect[]> {
    const parent = event.meta['traceparent'];
    const { tracer = untraced } = this.parts;
    return tracer(`react ${process.name}`, parent === undefined ? [] : [parent], (traceparent) =>
      this.#settleOne(process, event, { fact, traceparent }),
    );
  }

  async #settleOne(
    process: AnyProcess,
    event: StoredEvent,
    { fact, traceparent }: { readonly fact: OpenedFact | undefined; readonly traceparent: string | undefined },
  ): Promise<readonly ParkedEffect[]> {
    const { stream, revision, type } = event;
    const parkedAs = (id: string, error: unknown): ParkedEffect => {
      this.#mustGoOn(error);
      const since = new Date().toISOString();
      return { id, process: process.name, stream, revision, type, error: causeOf(error), since };
    };
    try {
      const known = fact ?? (await this.parts.open([event], process))[0]!;
      const effects = await this.#patiently(() => effectsIn(this.parts, process, known));
      const parked: ParkedEffect[] = [];
      for (const effect of effects) {
        this.parts.signal.throwIfAborted();
        const { target, command } = effect;
        const id = effectCommandId(event.id, target, command);
        await this.#settleEffect(known.meta, effect, traceparent).catch((error: unknown) => {
          parked.push({ ...parkedAs(id, error), target, command });
        });
      }
      return parked;
    } catch (error) {
      return [parkedAs(event.id, error)];
    }
  }

  async #settleEffect(meta: FactMeta, effect: Effect, traceparent: string | undefined): Promise<void> {
    const refused = await this.#patiently(() => this.#carriedOut(meta, effect, traceparent));
    if (refused !== undefined) await this.#recordRefused(meta, effect, refused);
  }

  /** The code for which the effect is refused for good. */
  async #carriedOut(meta: FactMeta, effect: Effect, traceparent: string | undefined): Promise<string | undefined> {
    const { target, command, body } = effect;
    const cmd = effectCommandId(meta.id, target, command);
    if (await this.#isSettled(meta, effect, cmd)) return undefined;
    if (holdsErased(body)) throw new Rejection('record/erased');
    try {
      const [category, subject] = splitStream(target);
      const issued = this.#issued(meta, cmd, traceparent);
      const { nothing = false } = await this.parts.commands.carryOut(category, subject, command, body, issued);
      return nothing ? NOTHING : undefined;
    } catch (error) {
      if (error instanceof CommandReused && (await this.parts.commands.holds(target, cmd))) return undefined;
      const code = refusalCode(error);
      if (code === undefined) throw error;
      return code;
    }
  }

  async #isSettled(meta: FactMeta, { target, command }: Effect, cmd: string): Promise<boolean> {
    const { commands } = this.parts;
    if (await commands.holds(target, cmd)) return true;
    return commands.holds(meta.stream, refusalCommandId(meta.id, target, command));
  }

  /**
   * A refused effect is final: it is recorded in the deciding stream and shown as work; by the system where its actor
   * may not any more.
   */
  async #recordRefused(meta: FactMeta, { target, command }: Effect, code: string): Promise<void> {
    const body = { event: meta.id, target, command, code };
    const issued = this.#issued(meta, refusalCommandId(meta.id, target, command));
    const [category] = splitStream(meta.stream);
    const record = (by: CommandMeta): Promise<unknown> =>
      this.#patiently(() => this.parts.commands.carryOut(category, meta.subject, 'RecordEffectRefused', body, by));
    try {
      await record(issued);
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error;
      const { post: _post, org: _org, ...by } = issued;
      await record({ ...by, actor: 'system:process' });
    }
  }

  /** Waits for a store that is away as long as it takes, and a little for what passes by itself. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const waits = isAway(error) || (isPassing(error) && attempt < PATIENCE);
        if (!waits || this.parts.signal.aborted) throw error;
        const pause = Math.min(RETRY * 2 ** attempt, 30_000) * (0.5 + Math.random());
        await sleep(pause, undefined, { signal: this.parts.signal });
      }
    }
  }

  /** @throws the error, where it says nothing about what was tried */
  #mustGoOn(error: unknown): void {
    if (isAway(error) || this.parts.signal.aborted) throw error;
  }

  #issued(meta: FactMeta, cmd: string, traceparent?: string): CommandMeta {
    return effectIssued(meta, cmd, { at: this.parts.clock.now(), ...(traceparent !== undefined && { traceparent }) });
  }
}

const isAway = (error: unknown): boolean => isUnavailable(error) || error instanceof ViewBehind;

const isPassing = (error: unknown): boolean => error instanceof ClockBehind || error instanceof WrongRevision;

/** Of a refusal that is final: of rules, posts, ids and input. */
const refusalCode = (error: unknown): string | undefined => {
  const refused =
    error instanceof Rejection ||
    error instanceof Forbidden ||
    error instanceof NotFound ||
    error instanceof InvalidCommand;
  if (!refused || isImpossible(error)) return undefined;
  return error instanceof EffectsRefused ? error.refusals[0]?.code : error.code;
};
