import { isUnavailable } from '@kernel/engines';
import { setTimeout as sleep } from 'node:timers/promises';
import { effectCommandId, Forbidden, InvalidCommand, NotFound, type Clock, type Commands } from '@kernel/commanding';
import { derivedUuid } from '@kernel/format';
import { untraced, type Tracer, type EventStore, type Position, type StoredEvent } from '@kernel/event-store';
import { CheckpointWriter, type ReadModels, type ViewDefinition } from '@kernel/read-models';
import {
  Rejection,
  type AnyProcess,
  type Effect,
  type FactMeta,
  type CommandMeta,
  type OpenedFact,
} from '@kernel/sourcing';

export interface ProcessRunnerParts {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly processes: readonly AnyProcess[];
  /** Processes that only watch learn from the checkpoints how far the effects are: those are kept fresh too. */
  readonly shared?: boolean;
  readonly open: (events: readonly StoredEvent[], process: AnyProcess) => Promise<readonly OpenedFact[]>;
  /** Traces the work; its traceparent stands in the events of the effects. */
  readonly tracer?: Tracer;
  readonly onTrouble?: (process: string, error: unknown) => void;
}

type Reaction = (fact: object, meta: FactMeta, state: unknown) => readonly Effect[];

const RETRY = 500;
/** Milliseconds between two looks at the checkpoint of a process that is hosted elsewhere. */
const GLANCE = 50;

const checkpointOf = ({ name }: AnyProcess): ViewDefinition => ({ name: `process-${name}`, version: 1, indexes: [] });

/**
 * Carries the effects of deciding events into other streams, again and again until done: each effect is a command whose id
 * is derived from the deciding event, so that repeating it changes nothing.
 */
export class ProcessRunner {
  readonly #stop = new AbortController();
  readonly #positions = new Map<string, Position | undefined>();
  readonly #checkpointWriters = new Map<string, CheckpointWriter>();
  /** Processes that are carried out here: another process may carry out the others. */
  readonly #here = new Set<string>();
  #loops: Promise<void>[] = [];

  constructor(private readonly parts: ProcessRunnerParts) {}

  async start(): Promise<void> {
    for (const process of this.parts.processes) await this.parts.models.prepare(checkpointOf(process));
    this.#loops = this.parts.processes.map((process) => this.#supervise(process));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await Promise.all([...this.#checkpointWriters.values()].map((checkpointWriter) => checkpointWriter.silence()));
  }

  /** Resolves when every process, wherever it is carried out, has settled all that lies in the log now, the effects of effects included. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#look();
      const head = await this.parts.store.head();
      const behind = (position: Position | undefined): boolean =>
        head !== undefined && (position === undefined || this.parts.store.comparePositions(position, head) < 0);
      if (this.parts.processes.every(({ name }) => !behind(this.#positions.get(name)))) return;
      if (this.#stop.signal.aborted) return;
      await sleep(this.#here.size === this.parts.processes.length ? 3 : GLANCE);
    }
  }

  async #supervise(process: AnyProcess): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow(process);
      } catch (error) {
        this.#here.delete(process.name);
        this.parts.onTrouble?.(process.name, error);
        await sleep(RETRY * (0.5 + Math.random()), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  async #follow(process: AnyProcess): Promise<void> {
    const view = checkpointOf(process);
    await this.parts.models.claim(view, this.#stop.signal);
    this.#here.add(process.name);
    const { position: after } = await this.parts.models.checkpoint(view);
    const options = {
      types: Object.keys(process.on),
      signal: this.#stop.signal,
      ...(after !== undefined && { after }),
    };
    for await (const { events, scanned } of this.parts.store.subscribe(options)) {
      const own = events.filter(({ stream }) => stream.startsWith(`${process.from.category}-`));
      await this.#checkpointWriter(process).silence();
      for (const fact of await this.parts.open(own, process)) await this.#settleTraced(process, fact, own);
      if (scanned !== undefined && own.length > 0)
        await this.parts.models.write(view, { puts: new Map(), deletes: [], checkpoint: scanned }, own.length);
      if (this.parts.shared || own.length === 0) this.#checkpointWriter(process).tell(scanned);
      this.#positions.set(process.name, scanned);
    }
  }

  async #look(): Promise<void> {
    for (const process of this.parts.processes) {
      if (this.#here.has(process.name)) continue;
      const { position } = await this.parts.models.checkpoint(checkpointOf(process));
      this.#positions.set(process.name, position);
    }
  }

  #checkpointWriter(process: AnyProcess): CheckpointWriter {
    const checkpointWriter =
      this.#checkpointWriters.get(process.name) ?? new CheckpointWriter(this.parts.models, checkpointOf(process));
    this.#checkpointWriters.set(process.name, checkpointWriter);
    return checkpointWriter;
  }

  #settleTraced(process: AnyProcess, fact: OpenedFact, events: readonly StoredEvent[]): Promise<void> {
    const parent = events.find(({ id }) => id === fact.meta.id)?.meta['traceparent'];
    const { tracer = untraced } = this.parts;
    return tracer(`react ${process.name}`, parent === undefined ? [] : [parent], (traceparent) =>
      this.#settle(process, fact, traceparent),
    );
  }

  async #settle(process: AnyProcess, { data, meta }: OpenedFact, traceparent: string | undefined): Promise<void> {
    const reaction = process.on[meta.type] as Reaction;
    const { state } = await this.parts.commands.state(process.from.category, meta.subject);
    for (const effect of reaction(data, meta, state)) await this.#carryOut(meta, effect, traceparent);
  }

  async #carryOut(meta: FactMeta, effect: Effect, traceparent: string | undefined): Promise<void> {
    const [category = '', subject = ''] = splitStream(effect.target);
    const issued = this.#issued(meta, effectCommandId(meta.id, effect.target, effect.command), traceparent);
    try {
      await this.#untilAvailable(() =>
        this.parts.commands.execute(category, subject, effect.command, effect.body, issued),
      );
    } catch (error) {
      const code = refusalCode(error);
      if (code === undefined) throw error;
      await this.#recordRefused(meta, effect, code);
    }
  }

  /** A refused effect is final: it is recorded in the deciding stream and shown as work; by the system where its actor may not any more. */
  async #recordRefused(meta: FactMeta, { target, command }: Effect, code: string): Promise<void> {
    const body = { event: meta.id, target, command, code };
    const issued = this.#issued(meta, derivedUuid(meta.id, `${target}\n${command}\nrefused`));
    const [category = ''] = splitStream(meta.stream);
    const record = (by: CommandMeta): Promise<unknown> =>
      this.#untilAvailable(() => this.parts.commands.execute(category, meta.subject, 'RecordEffectRefused', body, by));
    try {
      await record(issued);
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error;
      const { post: _post, org: _org, ...by } = issued;
      await record({ ...by, actor: 'system:process' });
    }
  }

  async #untilAvailable<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isUnavailable(error) || this.#stop.signal.aborted) throw error;
        await sleep(Math.min(RETRY * 2 ** attempt, 30_000) * (0.5 + Math.random()), undefined, {
          signal: this.#stop.signal,
        });
      }
    }
  }

  #issued({ id, actor, post, org }: FactMeta, cmd: string, traceparent?: string): CommandMeta {
    const at = this.parts.clock.now();
    return {
      cmd,
      actor,
      auth: 'none',
      via: 'process',
      at,
      causation: id,
      ...(post !== undefined && { post }),
      ...(org !== undefined && { org }),
      ...(traceparent !== undefined && { traceparent }),
    };
  }
}

const splitStream = (stream: string): readonly string[] => {
  const dash = stream.indexOf('-');
  return [stream.slice(0, dash), stream.slice(dash + 1)];
};

const refusalCode = (error: unknown): string | undefined => {
  const final =
    error instanceof Rejection ||
    error instanceof Forbidden ||
    error instanceof NotFound ||
    error instanceof InvalidCommand;
  return final ? error.code : undefined;
};
