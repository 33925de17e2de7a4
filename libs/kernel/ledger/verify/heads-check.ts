import type { StoredEvent } from '@kernel/event-store';
import { dataOf } from '../reading/ledger-events';
import { Heads } from '../reading/heads';
import { eventDamage, type Damage } from './damage';
import { ENTRY } from './joint';

interface Due {
  readonly event: StoredEvent;
  /** Index of the event's own entry. */
  readonly index: number;
  readonly entries: number;
  readonly root: unknown;
  readonly streams: unknown;
}

/** Recomputes every `HeadsSealed` from the entries before it. */
export class HeadsCheck {
  readonly damages: Damage[] = [];
  readonly #due: Due[];
  readonly #last = new Map<string, Buffer>();
  #size = 0;

  constructor(own: readonly { readonly event: StoredEvent; readonly index: number }[]) {
    this.#due = own
      .filter(({ event }) => event.type === 'HeadsSealed')
      .map(({ event, index }) => {
        const { entries, root, streams } = dataOf(event);
        return { event, index, entries: Number(entries), root, streams };
      })
      .sort((a, b) => a.entries - b.entries);
  }

  /** Nothing is left to recompute. */
  get done(): boolean {
    return this.#due.length === 0;
  }

  accept(entries: Buffer): void {
    for (let at = 0; at < entries.length && !this.done; at += ENTRY) {
      this.#last.set(entries.toString('latin1', at + 1, at + 33), Buffer.from(entries.subarray(at, at + ENTRY)));
      this.#size += 1;
      while (this.#due[0]?.entries === this.#size) this.#check(this.#due.shift()!);
    }
  }

  /** Those that seal more than there is. */
  finish(): readonly Damage[] {
    for (const { event } of this.#due)
      this.damages.push(eventDamage(event, 'heads', 'it seals more entries than there are before it'));
    return this.damages;
  }

  #check({ event, index, entries, root, streams }: Due): void {
    const heads = Heads.of(entries, Buffer.concat([...this.#last.values()]));
    const right = index >= entries && heads.root.toString('hex') === root && heads.streams === streams;
    if (!right)
      this.damages.push(eventDamage(event, 'heads', 'its root is not that of the last events of the streams'));
  }
}
