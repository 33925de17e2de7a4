import { CORRECTION } from './events';
import type { OpenedFact } from './facts';

interface Correction {
  /** Id of the event that it corrects. */
  readonly event: string;
  readonly replaces: object;
}

/** The events of one stream as they read after its corrections: each typed partial laid over its target, in order. */
export const amended = (facts: readonly OpenedFact[]): readonly OpenedFact[] => {
  const corrections = facts.filter(({ meta }) => meta.type === CORRECTION);
  if (corrections.length === 0) return facts;
  const replaced = new Map<string, object>();
  for (const { data } of corrections) {
    const { event, replaces } = data as Correction;
    replaced.set(event, { ...replaced.get(event), ...replaces });
  }
  return facts.map((fact) => {
    const over = replaced.get(fact.meta.id);
    return over ? { meta: fact.meta, data: { ...fact.data, ...over } } : fact;
  });
};
