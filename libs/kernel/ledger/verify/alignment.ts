import { ENTRY } from './joint';

/** Entries by their index; `undefined` where none is known. */
export interface Entries {
  readonly size: number;
  readonly at: (index: number) => Buffer | undefined;
}

/** How the entries of a log lie beside those of its ledger. Indexes of the log count its events in order. */
export interface Alignment {
  /** Of the ledger: the log does not hold them. */
  readonly missing: readonly number[];
  /** Of the log, among sealed events: the ledger does not hold them. */
  readonly strangers: readonly number[];
  /** Of the log: they stand at another place than in the ledger. */
  readonly displaced: readonly number[];
  /** The same event under another stream or revision. */
  readonly renamed: readonly { readonly log: number; readonly ledger: number }[];
  /** For each place of the ledger, and then for every event behind it, the index in the log; -1 where it is missing. */
  readonly order: readonly number[];
  /** False: where the ledger's files do not agree the log has nothing to put; places from there on are unknown. */
  readonly placed: boolean;
}

/** `sid || rev` */
const keyOf = (entry: Buffer): string => entry.toString('latin1', 1, 41);
const hashesAlike = (one: Buffer, other: Buffer): boolean => one.compare(other, 41, ENTRY, 41, ENTRY) === 0;

const placesOf = ({ size, at }: Entries): ReadonlyMap<string, number> => {
  const places = new Map<string, number>();
  for (let index = 0; index < size; index++) {
    const entry = at(index);
    if (entry) places.set(keyOf(entry), index);
  }
  return places;
};

/** Walks ledger and log side by side. */
class Walk {
  readonly missing: number[] = [];
  readonly strangers: number[] = [];
  readonly displaced: number[] = [];
  readonly renamed: { readonly log: number; readonly ledger: number }[] = [];
  readonly order: number[] = [];
  readonly #inLog: ReadonlyMap<string, number>;
  readonly #inLedger: ReadonlyMap<string, number>;
  readonly #taken: Uint8Array;
  /** The first event of the log that was not met yet. */
  #next = 0;

  constructor(
    private readonly ledger: Entries,
    private readonly log: Entries,
  ) {
    this.#taken = new Uint8Array(log.size);
    this.#inLog = placesOf(log);
    this.#inLedger = placesOf(ledger);
  }

  /** Whether every entry of the ledger found its place. */
  run(): boolean {
    for (let index = 0; index < this.ledger.size; index++) {
      this.#skipTaken();
      const entry = this.ledger.at(index);
      if (entry) this.#place(index, entry);
      else if (this.#isUnknown(this.#next)) this.#take(this.#next);
      else return false;
    }
    for (; this.#next < this.log.size; this.#next++) if (this.#taken[this.#next] === 0) this.#take(this.#next);
    return true;
  }

  #place(index: number, entry: Buffer): void {
    const at = this.#inLog.get(keyOf(entry));
    if (at === undefined) {
      this.#absent(index, entry);
      return;
    }
    this.#passTo(at, index);
    if (at > this.#next) this.displaced.push(at);
    this.#take(at);
  }

  #absent(index: number, entry: Buffer): void {
    const here = this.log.at(this.#next);
    if (here && this.#isUnknown(this.#next) && hashesAlike(here, entry)) {
      this.renamed.push({ log: this.#next, ledger: index });
      this.#take(this.#next);
      return;
    }
    this.missing.push(index);
    this.order.push(-1);
  }

  /**
   * Passes over what stands before an event and does not belong there; of two that changed places the farther one
   * moved.
   */
  #passTo(at: number, index: number): void {
    while (this.#next < at) {
      const due = this.#inLedger.get(keyOf(this.log.at(this.#next)!));
      if (this.#taken[this.#next] === 0) {
        if (due !== undefined && due - index < at - this.#next) return;
        (due === undefined ? this.strangers : this.displaced).push(this.#next);
        if (due === undefined) this.#taken[this.#next] = 1;
      }
      this.#next += 1;
    }
  }

  #isUnknown(index: number): boolean {
    const entry = this.log.at(index);
    return entry !== undefined && !this.#inLedger.has(keyOf(entry));
  }

  #skipTaken(): void {
    while (this.#taken[this.#next] === 1) this.#next += 1;
  }

  #take(index: number): void {
    this.#taken[index] = 1;
    this.order.push(index);
  }
}

/**
 * Lays the entries of a log (73 bytes each) beside those of its ledger, event by event: who is missing, and not only
 * where.
 */
export const align = (ledger: Entries, log: Entries): Alignment => {
  const walk = new Walk(ledger, log);
  const placed = walk.run();
  const { missing, strangers, displaced, renamed, order } = walk;
  return { missing, strangers, displaced, renamed, order, placed };
};
