import type { EventStore, Position } from '@kernel/event-store';
import type { Damage } from '@kernel/ledger';
import { rebuild, viewOf, type ReadModels } from '@kernel/read-models';
import { opener, projections, type Kept } from './kept';

/** A store as it was when a view had folded up to a position. */
const upTo = (store: EventStore, last: Position): Pick<EventStore, 'head' | 'read' | 'readAll'> => {
  const isPast = (position: Position): boolean => store.comparePositions(position, last) > 0;
  return {
    head: () => Promise.resolve(last),
    read: async (stream, options) => (await store.read(stream, options)).filter(({ position }) => !isPast(position)),
    async *readAll(options) {
      for await (const page of store.readAll(options)) {
        const known = page.filter(({ position }) => !isPast(position));
        if (known.length > 0) yield known;
        if (known.length < page.length) return;
      }
    },
  };
};

/** Views against a fresh fold of what they have folded, which is written elsewhere: the damage names the view. */
export const verifyViews = async (kept: Kept, fresh: ReadModels): Promise<readonly Damage[]> => {
  const { store, models } = kept;
  const open = opener(kept);
  const damages: Damage[] = [];
  const head = await store.head();
  for (const projection of projections) {
    const { name } = projection;
    const view = viewOf(projection);
    const { position } = await models.checkpoint(view);
    const fault = await faultOf(async () => {
      if (position === undefined) return (await models.digest(view)).documents === 0;
      if (head === undefined || store.comparePositions(position, head) > 0) return false;
      return (await rebuild({ store: upTo(store, position), models, fresh, projection, open })).equal;
    });
    if (fault !== undefined)
      damages.push({ stream: `view-${name}`, revision: 0, id: name, kind: 'view', detail: fault });
  }
  return damages;
};

const faultOf = async (equals: () => Promise<boolean>): Promise<string | undefined> => {
  try {
    return (await equals()) ? undefined : 'the view differs from a fresh fold of what it says it has folded';
  } catch (error) {
    return `the view is not built, or does not fold: ${error instanceof Error ? error.message : String(error)}`;
  }
};
