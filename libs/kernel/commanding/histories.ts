import type { PersonalClass } from '@kernel/format';
import type { EventStore } from '@kernel/event-store';
import { openEvents, type KeyStore } from '@kernel/privacy';
import type { EventTable, OpenedFact } from '@kernel/sourcing';

/** Whole histories of single streams, opened: one read, no view. */
export class Histories {
  constructor(private readonly parts: { readonly log: string; readonly store: EventStore; readonly keys: KeyStore }) {}

  get log(): string {
    return this.parts.log;
  }

  /** Every event of a stream in order, as stored (corrections not applied); empty when it does not exist. */
  async read(
    events: EventTable,
    subject: string,
    opens: readonly PersonalClass[] | 'all' = 'all',
  ): Promise<readonly OpenedFact[]> {
    const stored = await this.parts.store.read(`${events.category}-${subject}`);
    return openEvents(this.parts, () => events, stored, opens);
  }
}
