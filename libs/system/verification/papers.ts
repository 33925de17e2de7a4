import { eventsOf, type Damage } from '@kernel/ledger';
import type { StoredEvent } from '@kernel/event-store';
import { openEvents } from '@kernel/privacy';
import { Erased } from '@kernel/sourcing';
import { tableOf } from '../features';
import type { Kept } from './kept';

/** Every file of a paper against the hash that its event holds. One whose hash was erased is gone with its key. */
export const verifyPapers = async (
  kept: Kept,
  progress?: (done: number, total: number) => void,
): Promise<readonly Damage[]> => {
  const received = await eventsOf(kept.store, 'PaperReceived');
  const damages: Damage[] = [];
  for (const [index, event] of received.entries()) {
    progress?.(index, received.length);
    const detail = await faultOf(kept, event);
    const { stream, revision, id } = event;
    if (detail !== undefined) damages.push({ stream, revision, id, kind: 'paper', detail });
  }
  return damages;
};

const faultOf = async ({ log, keys, papers }: Kept, event: StoredEvent): Promise<string | undefined> => {
  try {
    const [fact] = await openEvents({ log, keys }, tableOf, [event], ['paper']);
    const { sha256 } = fact?.data as { readonly sha256: unknown };
    if (sha256 instanceof Erased) return undefined;
    await papers.open(fact!.meta.subject, String(sha256));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
