import type { StoredEvent } from '@kernel/event-store';
import { closedFact, openEvents, StillSealed, type SealingContext } from '@kernel/privacy';
import { amended, CORRECTION, type AnyDecider, type FactMeta, type OpenedFact } from '@kernel/sourcing';

type Evolve = (state: unknown, fact: object, meta: FactMeta) => unknown;

/** One step of a decider's fold. */
export const evolved = (decider: AnyDecider, state: unknown, { data, meta }: OpenedFact): unknown =>
  (decider.evolve[meta.type] as Evolve)(state, data, meta);

/**
 * Folds stored streams through their deciders and opens only what a fold looks at: most events move a state by their
 * clear fields alone. An event whose fold looks at a sealed field is opened and folded again, which is safe because
 * folds are pure; its type is remembered, so that the next stream's are opened in one go.
 */
export class StreamFolder {
  readonly #looking = new Set<string>();

  constructor(private readonly context: SealingContext) {}

  /** `more`: facts that would follow. */
  async fold(decider: AnyDecider, stored: readonly StoredEvent[], more: readonly OpenedFact[] = []): Promise<unknown> {
    if (more.length > 0 || stored.some(({ type }) => type === CORRECTION)) {
      const facts = amended([...(await this.#open(decider, stored)), ...more]);
      return facts.reduce((state, fact) => evolved(decider, state, fact), decider.initialState);
    }
    const looking = stored.filter((event) => this.#looking.has(keyOf(decider, event)));
    const opened = new Map((await this.#open(decider, looking)).map((fact) => [fact.meta.id, fact]));
    let state = decider.initialState;
    for (const event of stored) {
      const fact = opened.get(event.id) ?? closedFact(decider.events, event);
      const next = fact && attempted(decider, state, fact);
      state = next ? next.state : await this.#foldOpened(decider, state, event);
    }
    return state;
  }

  async #foldOpened(decider: AnyDecider, state: unknown, event: StoredEvent): Promise<unknown> {
    const [fact] = await this.#open(decider, [event]);
    this.#looking.add(keyOf(decider, event));
    return evolved(decider, state, fact!);
  }

  #open(decider: AnyDecider, stored: readonly StoredEvent[]): Promise<readonly OpenedFact[]> {
    return openEvents(this.context, () => decider.events, stored, 'all');
  }
}

const keyOf = ({ category }: AnyDecider, { type }: StoredEvent): string => `${category}/${type}`;

const attempted = (decider: AnyDecider, state: unknown, fact: OpenedFact): { readonly state: unknown } | undefined => {
  try {
    return { state: evolved(decider, state, fact) };
  } catch (error) {
    if (error instanceof StillSealed) return undefined;
    throw error;
  }
};
