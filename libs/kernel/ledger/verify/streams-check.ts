import { DamagedStream, type EventStore, type StoredEvent } from '@kernel/event-store';
import { eventDamage, type Damage } from './damage';

type Store = Pick<EventStore, 'read'>;

const AT_ONCE = 16;

/** Whatever a stream still gives, past what is missing. */
async function* givenBy(store: Store, stream: string): AsyncGenerator<StoredEvent> {
  for (let from = 0; ;) {
    try {
      yield* await store.read(stream, { from });
      return;
    } catch (error) {
      if (!(error instanceof DamagedStream)) throw error;
      const { expected, found = 0 } = error;
      if (expected > from) yield* await store.read(stream, { from, to: expected - 1 });
      if (found <= from) return;
      from = found;
    }
  }
}

const textOf = ({ id, meta }: StoredEvent): string => `${id} ${meta['h'] ?? ''}`;

const streamDamages = async (
  store: Store,
  stream: string,
  logged: readonly StoredEvent[],
): Promise<readonly Damage[]> => {
  const given = new Map<number, string>();
  for await (const event of givenBy(store, stream)) given.set(event.revision, textOf(event));
  return logged.flatMap((event) => {
    const known = given.get(event.revision);
    if (known === textOf(event)) return [];
    const detail =
      known === undefined
        ? 'the log holds it and its own stream does not give it: cut or deleted on the server'
        : 'its own stream gives another event in its place';
    return [eventDamage(event, 'revision', detail)];
  });
};

/**
 * A server may hide of a single stream what it gives when everything is read: what every stream gives of itself is
 * compared with the log. What was appended meanwhile is passed over.
 */
export const checkStreams = async (store: Store, log: readonly StoredEvent[]): Promise<readonly Damage[]> => {
  const streams = new Map<string, StoredEvent[]>();
  for (const event of log) {
    const known = streams.get(event.stream);
    if (known) known.push(event);
    else streams.set(event.stream, [event]);
  }
  const left = [...streams];
  const damages: Damage[] = [];
  while (left.length > 0) {
    const some = left.splice(0, AT_ONCE).map(([stream, logged]) => streamDamages(store, stream, logged));
    damages.push(...(await Promise.all(some)).flat());
  }
  return damages;
};
