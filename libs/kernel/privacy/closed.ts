import type { Seal, ValueObject } from '@kernel/format';
import type { StoredEvent } from '@kernel/event-store';
import type { EventTable, OpenedFact } from '@kernel/sourcing';
import { factMetaOf } from './opening';

/** A fold looked at what is still sealed: the event must be opened, and folded again. */
export class StillSealed extends Error {
  override readonly name = 'StillSealed';
}

/**
 * A stored event whose parts stay sealed: its clear fields read as they are, whatever else is asked of it (a personal
 * field, a list that holds some, its keys) throws `StillSealed`. The body is not even parsed before it is looked at.
 * `undefined` for an event that cannot be folded closed: of an older version, or of a type that no table knows.
 */
export const closedFact = (events: EventTable, event: StoredEvent): OpenedFact | undefined => {
  const meta = factMetaOf(event);
  if (events.types.get(event.type)?.schema !== meta.schema) return undefined;
  return { meta, data: new Proxy<object>({}, new Closed(event.body)) };
};

class Closed implements ProxyHandler<object> {
  #clear: ReadonlyMap<string | symbol, unknown> | undefined;

  constructor(private readonly body: string) {}

  get(_: object, field: string | symbol): unknown {
    this.#clear ??= clearFields(this.body);
    if (!this.#clear.has(field)) throw new StillSealed();
    return this.#clear.get(field);
  }
  has(): never {
    throw new StillSealed();
  }
  ownKeys(): never {
    throw new StillSealed();
  }
  getOwnPropertyDescriptor(): never {
    throw new StillSealed();
  }
}

/** The fields of a body in which nothing is sealed. */
const clearFields = (body: string): ReadonlyMap<string, unknown> => {
  const { data, seals } = JSON.parse(body) as { data: ValueObject; seals: readonly Seal[] };
  const sealed = new Set(seals.flatMap(({ at }) => at?.split('/', 2)[1] ?? []));
  return new Map(Object.entries(data).filter(([field]) => !sealed.has(field)));
};
