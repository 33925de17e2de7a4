import type { StoredEvent } from '@kernel/event-store';
import { openBox, OpeningError, type Seal } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import { eventDamage, type Damage } from './damage';

/** A part that cannot be read: damage unless a `KeysDestroyed` names it. */
export interface Unreadable {
  readonly event: Pick<StoredEvent, 'stream' | 'revision' | 'id'>;
  readonly seal: Seal;
  /** `box` = emptied, `key` = its key is gone. */
  readonly without: 'box' | 'key';
  readonly detail: string;
}

export interface Opened {
  readonly damages: readonly Damage[];
  readonly unreadable: readonly Unreadable[];
}

/** Secrets by key id; one that does not unwrap is missing, with the words of the key store. */
export const secretsOf = async (
  keys: KeyStore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Buffer | string | undefined>> => {
  try {
    const found = await keys.secrets(ids);
    return new Map(ids.map((id, index) => [id, found[index]]));
  } catch {
    const secrets = new Map<string, Buffer | string | undefined>();
    for (const id of ids) {
      const [secret] = await keys.secrets([id]).catch((error: unknown) => [String(error)]);
      secrets.set(id, secret);
    }
    return secrets;
  }
};

/** Opens the boxes of events that are in order otherwise, and recomputes what their seals commit to. */
export const openBoxes = async (log: string, keys: KeyStore, events: readonly StoredEvent[]): Promise<Opened> => {
  const damages: Damage[] = [];
  const unreadable: Unreadable[] = [];
  const ids = new Set(events.flatMap(({ boxes }) => boxes.flatMap(({ key }) => key ?? [])));
  const secrets = await secretsOf(keys, [...ids]);
  for (const event of events.filter(({ boxes }) => boxes.length > 0)) {
    const { seals } = JSON.parse(event.body) as { readonly seals: readonly Seal[] };
    for (const [index, seal] of seals.entries()) {
      const box = event.boxes[index];
      if (box?.key === undefined) continue;
      const secret = secrets.get(box.key);
      if (secret === undefined || typeof secret === 'string')
        unreadable.push({ event, seal, without: 'key', detail: secret ?? `no key ${box.key} for ${seal.class}` });
      else damages.push(...openingFault(log, event, { seal, box, secret }));
    }
  }
  return { damages, unreadable };
};

const openingFault = (
  log: string,
  event: StoredEvent,
  { seal, box, secret }: { readonly seal: Seal; readonly box: StoredEvent['boxes'][number]; readonly secret: Buffer },
): readonly Damage[] => {
  try {
    openBox(log, event.id, seal, box, secret);
    return [];
  } catch (error) {
    if (error instanceof OpeningError) return [eventDamage(event, 'opening', `${seal.class}: ${error.kind}`)];
    throw error;
  }
};

interface Destroyed {
  readonly subject?: string;
  readonly class?: string;
  readonly c?: string;
}

const destroyedBy = ({ body }: StoredEvent): readonly Destroyed[] => {
  try {
    return (JSON.parse(body) as { readonly data: { readonly of?: readonly Destroyed[] } }).data.of ?? [];
  } catch {
    return [];
  }
};

/** Parts that are not to be read although no `KeysDestroyed` names them. */
export const unexplained = (parts: readonly Unreadable[], destroyed: readonly StoredEvent[]): readonly Damage[] => {
  const named = new Set(
    destroyed.flatMap(destroyedBy).map(({ subject = '', class: of = '', c }) => c ?? `${subject}/${of}`),
  );
  return parts
    .filter(({ seal }) => !named.has(seal.c) && !named.has(`${seal.subject}/${seal.class}`))
    .map(({ event, without, detail }) =>
      eventDamage(event, without === 'key' ? 'key' : 'erasure', `${detail}, and no KeysDestroyed names it`),
    );
};
