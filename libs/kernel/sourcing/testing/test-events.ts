import { defineEvents, type EventTable } from '../events';
import type { ClassTable } from '../facts';
import type { EventWords } from '../words';

/** Events that only a test knows: nobody reads of them, so they are called nothing. */
export const testEvents = <const E extends ClassTable>(category: string, classes: E): EventTable<E> =>
  defineEvents(category, classes, { events: {}, fields: {} } as EventWords<E>);
