import type { Part, ValueObject } from '@kernel/format';
import { LRUCache } from 'lru-cache';

/** An event as it was before its parts were sealed. */
interface Fresh {
  readonly h: string;
  readonly data: ValueObject;
  readonly parts: readonly Part[];
}

const MINUTE = 60_000;

/**
 * The parts of events that this process has just sealed, for a minute: its projector need not open what was open a
 * moment ago. Believed only for the very event, by its hash.
 */
export class FreshParts {
  readonly #kept = new LRUCache<string, Fresh>({ max: 2000, ttl: MINUTE });

  keep(id: string, fresh: Fresh): void {
    this.#kept.set(id, fresh);
  }

  of(id: string, h: string | undefined): Fresh | undefined {
    const kept = this.#kept.get(id);
    return kept?.h === h ? kept : undefined;
  }
}
