import { openBox, OpeningError, type Seal } from '@kernel/format';
import type { StoredEvent } from '@kernel/event-store';
import type { SealingContext } from './sealing';

/** A box that is not what its seal says. */
export interface BoxDamage {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly kind: 'opening' | 'key';
  readonly detail: string;
}

/** Opens every box of a page of events and recomputes its commitment. An emptied box (`{}`) was erased, which is no damage. */
export const verifyBoxes = async (
  { log, keys }: SealingContext,
  page: readonly StoredEvent[],
): Promise<readonly BoxDamage[]> => {
  const ids = [...new Set(page.flatMap(({ boxes }) => boxes.flatMap(({ key }) => key ?? [])))];
  const found = await keys.secrets(ids);
  const secrets = new Map(ids.map((id, index) => [id, found[index]]));
  return page.flatMap((event) => (event.boxes.length === 0 ? [] : damagesOf(log, event, secrets)));
};

const damagesOf = (
  log: string,
  event: StoredEvent,
  secrets: ReadonlyMap<string, Buffer | undefined>,
): readonly BoxDamage[] => {
  const { stream, revision, id, boxes } = event;
  const { seals } = JSON.parse(event.body) as { seals: readonly Seal[] };
  const named = (kind: BoxDamage['kind'], detail: string): BoxDamage => ({ stream, revision, id, kind, detail });
  return seals.flatMap((seal, index) => {
    const box = boxes[index];
    if (box?.key === undefined) return [];
    const secret = secrets.get(box.key);
    if (!secret) return [named('key', `no key ${box.key} for ${seal.class}`)];
    try {
      openBox(log, id, seal, box, secret);
      return [];
    } catch (error) {
      if (error instanceof OpeningError) return [named('opening', `${seal.class}: ${error.kind}`)];
      throw error;
    }
  });
};
