import { setTimeout as sleep } from 'node:timers/promises';
import type { Position, StoredEvent } from '@kernel/event-store';
import { CheckpointWriter, type ReadModels } from '@kernel/read-models';
import type { AnyProcess } from '@kernel/sourcing';
import { parkedBy, standOf, writeStand, type ParkedEffect } from './parked-effects';
import { Settling, type SettlingParts } from './settling';

export interface ProcessRunnerParts extends Omit<SettlingParts, 'signal'> {
  readonly models: ReadModels;
  readonly processes: readonly AnyProcess[];
  /** Processes that only watch learn from the checkpoints how far the effects are: those are kept fresh too. */
  readonly shared?: boolean;
  readonly onTrouble?: (process: string, error: unknown) => void;
}

/** How an effect that was parked fares; `asked`: the process that carries it out has not said it yet. */
export type Resettled = 'settled' | 'parked' | 'asked';

/** A page of the log on its way through a process. */
interface Page {
  readonly events: readonly StoredEvent[];
  readonly scanned: Position | undefined;
}

const RETRY = 500;
/** Milliseconds between two looks at the checkpoint of a process that is hosted elsewhere. */
const GLANCE = 50;
/** Milliseconds between two looks at what others have asked for. */
const LOOK = 1000;
/** Milliseconds for which whoever asks another process for a retry waits to hear of it. */
const ANSWER = 10_000;
const ASKED = 'effect/';

/** An effect was parked: without what it says, which may quote what was recorded. */
export class CannotBeCarriedOut extends Error {
  override readonly name = 'CannotBeCarriedOut';
  constructor({ stream, revision, type, target = 'its effects', command = '', error }: ParkedEffect) {
    super(`${stream} revision ${String(revision)} (${type}): ${command} ${target}: ${error}`);
  }
}

/**
 * Carries the effects of deciding events into other streams, again and again until done: each effect is a command whose
 * id is derived from the deciding event, so that repeating it changes nothing. What cannot be carried out is parked.
 */
export class ProcessRunner {
  readonly #stop = new AbortController();
  readonly #settling: Settling;
  readonly #positions = new Map<string, Position | undefined>();
  readonly #checkpointWriters = new Map<string, CheckpointWriter>();
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Processes that are carried out here: another process may carry out the others. */
  readonly #here = new Set<string>();
  #loops: Promise<void>[] = [];

  constructor(private readonly parts: ProcessRunnerParts) {
    this.#settling = new Settling({ ...parts, signal: this.#stop.signal });
  }

  async start(): Promise<void> {
    for (const process of this.parts.processes) await this.parts.models.prepare(standOf(process));
    this.#loops = this.parts.processes.map((process) => this.#supervise(process));
    if (this.parts.shared) this.#loops.push(this.#answerAsked());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await Promise.all([...this.#checkpointWriters.values()].map((writer) => writer.silence()));
  }

  /**
   * Resolves when every process, wherever it is carried out, has settled or parked all that lies in the log now, the
   * effects of effects included.
   */
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

  /** What cannot be carried out, of every process. */
  async parked(): Promise<readonly ParkedEffect[]> {
    const found = await Promise.all(this.parts.processes.map((process) => parkedBy(this.parts.models, process)));
    return found.flat();
  }

  /** Tries a parked effect once more, here or where its process is carried out. Nothing for one that is not parked. */
  async retry(id: string): Promise<Resettled | undefined> {
    const parked = await this.#parkedAs(id);
    if (!parked || this.#here.has(parked.process)) return parked && this.#again(parked);
    await this.parts.models.ask(`${ASKED}${id}`);
    for (const until = Date.now() + ANSWER; Date.now() < until && !this.#stop.signal.aborted;) {
      const now = await this.#parkedAs(id);
      if (!now) return 'settled';
      if (now.tried !== parked.tried) return 'parked';
      await sleep(GLANCE);
    }
    return 'asked';
  }

  async #parkedAs(id: string): Promise<ParkedEffect | undefined> {
    return (await this.parked()).find((one) => one.id === id);
  }

  async #supervise(process: AnyProcess): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow(process);
      } catch (error) {
        this.#here.delete(process.name);
        if (!this.#isOver()) this.parts.onTrouble?.(process.name, error);
        await sleep(RETRY * (0.5 + Math.random()), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  async #follow(process: AnyProcess): Promise<void> {
    const stand = standOf(process);
    await this.parts.models.claim(stand, this.#stop.signal);
    const { position: after } = await this.parts.models.checkpoint(stand);
    this.#here.add(process.name);
    for (const parked of await parkedBy(this.parts.models, process)) await this.#again(parked);
    const options = {
      types: Object.keys(process.on),
      signal: this.#stop.signal,
      ...(after !== undefined && { after }),
    };
    for await (const page of this.parts.store.subscribe(options))
      await this.#inTurn(process, () => this.#take(process, page));
  }

  async #take(process: AnyProcess, { events, scanned }: Page): Promise<void> {
    const own = events.filter(({ stream }) => stream.startsWith(`${process.from.category}-`));
    await this.#checkpointWriter(process).silence();
    const parked = await this.#settling.settle(process, own);
    if (scanned !== undefined && own.length > 0)
      await writeStand(this.parts.models, process, scanned, { parked, events: own.length });
    for (const one of parked) this.parts.onTrouble?.(process.name, new CannotBeCarriedOut(one));
    if (this.parts.shared || own.length === 0) this.#checkpointWriter(process).tell(scanned);
    this.#positions.set(process.name, scanned);
  }

  /** Only where the process is carried out. */
  #again(parked: ParkedEffect): Promise<Resettled> {
    const process = this.parts.processes.find(({ name }) => name === parked.process)!;
    return this.#inTurn(process, async () => {
      const still = await this.#settling.again(process, parked);
      await this.#checkpointWriter(process).silence();
      const { position } = await this.parts.models.checkpoint(standOf(process));
      await writeStand(this.parts.models, process, position!, { parked: still, done: [parked.id] });
      return still.length === 0 ? 'settled' : 'parked';
    });
  }

  /** What is done to a process is done one after the other. */
  #inTurn<T>({ name }: AnyProcess, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(act, act);
    this.#turns.set(name, turn);
    return turn;
  }

  /** Learns how far the processes are that are carried out elsewhere. */
  async #look(): Promise<void> {
    const alone = this.#loops.length > 0 && !this.parts.shared;
    for (const process of alone ? [] : this.parts.processes) {
      if (this.#here.has(process.name)) continue;
      const { position } = await this.parts.models.checkpoint(standOf(process));
      this.#positions.set(process.name, position);
    }
  }

  #checkpointWriter(process: AnyProcess): CheckpointWriter {
    const checkpointWriter =
      this.#checkpointWriters.get(process.name) ?? new CheckpointWriter(this.parts.models, standOf(process));
    this.#checkpointWriters.set(process.name, checkpointWriter);
    return checkpointWriter;
  }

  /** Carries out what processes that only watch have asked for; what is carried out elsewhere is left to that one. */
  async #answerAsked(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      for (const id of this.#here.size === 0 ? [] : await this.#taken()) await this.#answer(id);
      await sleep(LOOK, undefined, { signal }).catch(() => undefined);
    }
  }

  async #taken(): Promise<readonly string[]> {
    try {
      return await this.parts.models.takeAsked((id) => id.startsWith(ASKED));
    } catch (error) {
      this.parts.onTrouble?.('effects', error);
      return [];
    }
  }

  async #answer(id: string): Promise<void> {
    try {
      const parked = await this.#parkedAs(id.slice(ASKED.length));
      if (parked && this.#here.has(parked.process)) await this.#again(parked);
      else if (parked) await this.parts.models.ask(id);
    } catch (error) {
      this.parts.onTrouble?.('effects', error);
    }
  }
}
