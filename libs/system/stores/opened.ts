import type { Stores } from './stores';

/** Opened stores, each by its name. */
export abstract class Opened {
  constructor(readonly stores: Stores) {}

  get store(): Stores['store'] {
    return this.stores.store;
  }
  get keys(): Stores['keys'] {
    return this.stores.keys;
  }
  get models(): Stores['models'] {
    return this.stores.models;
  }
  get reads(): Stores['reads'] {
    return this.stores.reads;
  }
  get papers(): Stores['papers'] {
    return this.stores.papers;
  }
  get jobs(): Stores['jobs'] {
    return this.stores.jobs;
  }
}
