import { Clock } from '@kernel/commanding';

/** The machine's clock, or one that a demo sets. */
export class SettableClock extends Clock {
  #ahead: (() => number) | undefined;
  now(): string {
    return new Date(this.#ahead?.() ?? Date.now()).toISOString();
  }
  /** Runs from an instant on, one millisecond an ask; `undefined` goes back to the machine's clock. */
  set(instant: string | undefined): void {
    let time = instant === undefined ? 0 : Date.parse(instant);
    this.#ahead = instant === undefined ? undefined : () => time++;
  }
}
