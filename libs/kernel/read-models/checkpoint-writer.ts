import type { Position } from '@kernel/event-store';
import type { ReadModels, ViewDefinition } from './read-models';

/** Milliseconds for which positions gather before the last one is told. */
const GATHER = 300;

/**
 * Moves a view's checkpoint over events that are none of the view's: for those who wait in other processes, and so that
 * they are not read again. Whoever writes the view itself lets it end first.
 */
export class CheckpointWriter {
  #told: Position | undefined;
  #next: Position | undefined;
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly models: ReadModels,
    private readonly view: ViewDefinition,
  ) {}

  /** The checkpoint is to say this, soon. */
  tell(position: Position | undefined): void {
    if (position === this.#told) return;
    this.#next = position;
    this.#plan();
  }

  /** The view itself is written now: nothing is told meanwhile. */
  async silence(): Promise<void> {
    await this.#telling;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #plan(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#telling = this.#write();
    }, GATHER);
  }

  /** What could not be told, or was lost beside another write of the same row, is told later. */
  async #write(): Promise<void> {
    const position = this.#next;
    if (position === undefined) return;
    try {
      await this.models.write(this.view, { puts: new Map(), deletes: [], checkpoint: position }, 0);
      const { position: there } = await this.models.checkpoint(this.view);
      this.#told = there;
      if (there !== position) this.#plan();
    } catch {
      this.#plan();
    }
  }
}
