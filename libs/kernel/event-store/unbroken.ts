import { DamagedStream, type ReadOptions, type StoredEvent } from './event-store';

/** @throws DamagedStream where an event is not the next one */
const mustGoOn = (stream: string, events: readonly StoredEvent[], first: number, step: 1 | -1): void => {
  for (const [index, { revision }] of events.entries()) {
    const expected = first + index * step;
    if (revision !== expected) throw new DamagedStream(stream, expected, revision);
  }
};

/** @throws DamagedStream where a reading backwards that nothing ended did not come to its end */
const mustArrive = (stream: string, events: readonly StoredEvent[], { to = 0, limit = -1 }: ReadOptions): void => {
  const first = events.at(-1)?.revision ?? to;
  const isCutShort = limit !== -1 && events.length >= limit;
  if (first > to && !isCutShort) throw new DamagedStream(stream, to, first);
};

/** Whether a stream that exists must answer with an event at least. */
export const includesFirst = ({ from = 0, to = 0, direction, limit }: ReadOptions): boolean =>
  limit !== 0 && (direction === 'backward' ? to : from) === 0;

/**
 * What was read of a stream, when nothing is missing before or between. @throws DamagedStream naming the first that is
 */
export const unbroken = (
  stream: string,
  options: ReadOptions,
  events: readonly StoredEvent[],
): readonly StoredEvent[] => {
  if (options.direction === 'backward') {
    mustGoOn(stream, events, events[0]?.revision ?? 0, -1);
    mustArrive(stream, events, options);
  } else mustGoOn(stream, events, options.from ?? 0, 1);
  return events;
};
