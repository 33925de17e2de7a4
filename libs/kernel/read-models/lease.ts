import { NotTheWriter } from '@kernel/engines';
import { newUuid } from '@kernel/format';
import { type ReadModels, type ViewDefinition } from './read-models';

/**
 * What one process at a time may do: held as the lease of a view without documents, whose checkpoint names the holder.
 */
export class Lease {
  readonly #holder = newUuid();
  readonly #view: ViewDefinition;

  constructor(
    private readonly models: ReadModels,
    name: string,
  ) {
    this.#view = { name: `turn-${name}`, version: 1, indexes: [] };
  }

  /** Resolves when it is this process's turn, or when `signal` aborts. */
  async take(signal: AbortSignal): Promise<void> {
    await this.models.prepare(this.#view);
    await this.models.claim(this.#view, signal);
    if (!signal.aborted) await this.#sign();
  }

  /** @throws NotTheWriter when another process has had the turn since */
  async keep(): Promise<void> {
    const { position } = await this.models.checkpoint(this.#view);
    if (position !== this.#holder) throw new NotTheWriter(this.#view.name);
    await this.#sign();
  }

  #sign(): Promise<void> {
    return this.models.write(this.#view, { puts: new Map(), deletes: [], checkpoint: this.#holder }, 0);
  }
}
