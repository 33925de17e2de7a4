import { once, EventEmitter } from 'node:events';
import { LiveView } from './live-view';
import { until } from '../../test/support/until';

/** A view of one number, which has folded up to a position when it is told so. */
const make = ({ built = true, head = '7' } = {}) => {
  const told = new EventEmitter();
  const asked: string[] = [];
  let [value, reached] = [1, built];
  const live = new LiveView<number>({
    view: 'numbers',
    types: ['Counted'],
    initial: 0,
    read: () => Promise.resolve(value),
    store: {
      head: () => Promise.resolve(head),
      async *subscribe() {
        for (;;) {
          const [position] = (await once(told, 'event')) as [string];
          if (position === 'end') return;
          yield { events: [{ position }], scanned: position };
        }
      },
    } as never,
    projector: {
      waitFor: async (position: string) => {
        asked.push(position);
        if (!reached) await new Promise((resolve) => setImmediate(resolve));
        return reached;
      },
    },
    onTrouble: () => undefined,
  });
  return {
    live,
    asked,
    becomes: (next: number) => {
      value = next;
      reached = true;
    },
    tell: (position: string) => told.emit('event', position),
    close: async () => {
      const stopped = live.stop();
      told.emit('event', 'end');
      await stopped;
    },
  };
};

describe('a small view in memory', () => {
  it('is read at the start, and again when what changes it was folded', async () => {
    const { live, becomes, tell, close, asked } = make();
    expect(live.current()).toBe(0);
    await live.start();
    expect(live.current()).toBe(1);
    becomes(2);
    expect(live.current()).toBe(1);
    tell('8');
    await until('it is read again', () => live.current() === 2, { every: 1 });
    expect(asked).toEqual(['7', '8']);
    await close();
  });

  it('is read as soon as its view is built, where that is going on at the start', async () => {
    const { live, becomes, close } = make({ built: false });
    await live.start();
    becomes(3);
    await until('it is built', () => live.current() === 3, { every: 1 });
    await close();
  });
});
