import { setTimeout as sleep } from 'node:timers/promises';
import { parameterDecider, parameters, ruleBook } from '@domain/parameter';
import { Rules } from '@kernel/commanding';
import type { EventStore } from '@kernel/event-store';
import type { Projector, ReadModels } from '@kernel/read-models';
import type { RuleBook } from '@kernel/sourcing';

export interface LiveRulesParts {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly projector: Pick<Projector, 'waitFor'>;
  readonly onTrouble: (where: string, error: unknown) => void;
}

const RETRY = 1000;
const TYPES = Object.keys(parameterDecider.events.classes);

/** Rules of this moment: read from their view when this process starts, and again whenever any process has enacted one. */
export class LiveRules extends Rules {
  readonly #stop = new AbortController();
  #book: RuleBook = ruleBook();
  #position: string | undefined;
  #following: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LiveRulesParts) {
    super();
  }

  current(): RuleBook {
    return this.#book;
  }

  async refresh(): Promise<void> {
    const { items } = await this.parts.models.find(parameters, { limit: 1000 });
    this.#book = ruleBook(items);
  }

  async start(): Promise<void> {
    const head = await this.parts.store.head();
    await this.refresh();
    this.#following = this.#supervise(head);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async #supervise(from: string | undefined): Promise<void> {
    const { signal } = this.#stop;
    this.#position = from;
    while (!signal.aborted) {
      await this.#follow().catch((error: unknown) => { this.parts.onTrouble('rules', error); }); // prettier-ignore
      await sleep(RETRY, undefined, { signal }).catch(() => undefined);
    }
  }

  async #follow(): Promise<void> {
    const after = this.#position;
    const { signal } = this.#stop;
    for await (const { events, scanned } of this.parts.store.subscribe({
      types: TYPES,
      signal,
      ...(after !== undefined && { after }),
    })) {
      const last = events.at(-1);
      if (last) await this.#enacted(last.position);
      this.#position = scanned ?? this.#position;
    }
  }

  async #enacted(position: string): Promise<void> {
    while (!this.#stop.signal.aborted && !(await this.parts.projector.waitFor(position, { view: parameters.name }))) {
      this.parts.onTrouble('rules', `a rule was enacted, its view is behind: waiting`);
    }
    await this.refresh();
  }
}
