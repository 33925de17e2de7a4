import { newUuid } from '@kernel/format';
import { SampleStream } from '../testing/sample-events';
import { LogTail } from './log-tail';

const positions = (page: { events: readonly { position: string }[] } | undefined) =>
  page?.events.map(({ position }) => position);

describe('the tail of the log', () => {
  const stream = new SampleStream(newUuid());

  it('hands out what follows a position, as far as it reaches back, and tells how far it has looked', () => {
    const tail = new LogTail();
    tail.add(stream.next(3), 12);
    tail.add(stream.next(1, { type: 'HelperAssigned' }), 13);
    expect(positions(tail.page(9, 500))).toEqual(['10', '11', '12', '13']);
    expect(tail.page(8, 500)).toBeUndefined();
    expect(tail.page(13, 500)).toBeUndefined();
    expect(positions(tail.page(10, 2))).toEqual(['11', '12']);
    expect(tail.page(9, 3, new Set(['HelperAssigned']))).toEqual({ events: [], scanned: 12 });
    expect(positions(tail.page(9, 500, new Set(['HelperAssigned'])))).toEqual(['13']);
  });

  it('is gapless: a repeated append adds nothing, a gap begins it anew', () => {
    const tail = new LogTail();
    const events = stream.next(2);
    tail.add(events, 2);
    tail.add(events, 2);
    expect(tail.end).toBe(2);
    tail.add(stream.next(1), 9);
    expect(tail.page(0, 500)).toBeUndefined();
    expect(positions(tail.page(8, 500))).toEqual(['9']);
  });

  it('holds no more than twice its bound, the newest', () => {
    const tail = new LogTail(10);
    for (let position = 1; position <= 100; position++) tail.add(stream.next(1), position);
    expect(tail.end).toBe(100);
    expect(tail.page(75, 500)).toBeUndefined();
    expect(positions(tail.page(98, 500))).toEqual(['99', '100']);
  });
});
