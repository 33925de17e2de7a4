import type { Parked } from './projector-parts';
import type { ReadModels, ViewDefinition } from './read-models';

export const PARKED: ViewDefinition<Parked> = { name: 'parked', version: 1, indexes: ['view'] };

/** It follows no log: whoever holds its lease writes it, at one position. */
const NOWHERE = '0';
const SHOWN = 1000;

/** Documents that wait, kept like any other view. */
export class Parking {
  constructor(private readonly models: ReadModels) {}

  async all(): Promise<readonly Parked[]> {
    return (await this.models.find(PARKED, { limit: SHOWN })).items;
  }

  get(id: string): Promise<Parked | undefined> {
    return this.models.get(PARKED, id);
  }

  put(parked: Parked): Promise<void> {
    return this.#write(new Map([[parked.id, parked]]), []);
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#write(new Map(), ids);
  }

  #write(puts: ReadonlyMap<string, object>, deletes: readonly string[]): Promise<void> {
    return this.models.write(PARKED, { puts, deletes, checkpoint: NOWHERE }, 0);
  }
}
