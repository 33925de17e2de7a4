import type { EventStore, Position } from '@kernel/event-store';
import type { Damage } from '@kernel/ledger';
import { rebuild, viewOf } from '@kernel/read-models';
import type { System } from '../system';

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

/** Views against a fresh fold of what they have folded: the damage names the view. */
export const verifyViews = async (system: System, progress?: (done: number) => void): Promise<readonly Damage[]> => {
  const { store, models, open, projections } = system;
  const damages: Damage[] = [];
  const head = await store.head();
  for (const [index, projection] of projections.entries()) {
    const { name } = projection;
    const damaged = (detail: string): void => { damages.push({ stream: `view-${name}`, revision: 0, id: name, kind: 'view', detail }); }; // prettier-ignore
    progress?.(index);
    const { position } = await models.checkpoint(viewOf(projection));
    if (position === undefined || head === undefined) {
      if (await hasFacts(store, projection)) damaged('the view is not built');
    } else if (!isPosition(position) || store.comparePositions(position, head) > 0)
      damaged('the view says that it has folded more than the log holds');
    else {
      const fault = await faultOf(() => rebuild({ store: upTo(store, position), models, projection, open }));
      if (fault !== undefined) damaged(fault);
    }
  }
  return damages;
};

/** A view whose events never came has no checkpoint, and needs none. */
const hasFacts = async (store: EventStore, { on }: System['projections'][number]): Promise<boolean> => {
  for await (const page of store.readAll({ types: Object.keys(on), pageSize: 1 })) if (page.length > 0) return true;
  return false;
};

const isPosition = (position: Position): boolean => position !== '' && !Number.isNaN(Number(position));

const faultOf = async (fold: () => ReturnType<typeof rebuild>): Promise<string | undefined> => {
  try {
    return (await fold()).equal ? undefined : 'the view differs from a fresh fold';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};
