/** Where each stream's entries stand: 8 bytes an entry in memory, filled in order of the ledger. */
export class EntryIndex {
  readonly #last = new Map<string, number>();
  /** Index + 1 of the stream's entry before; 0 = it is the first. */
  #before = new Uint32Array(4096);
  #revisions = new Uint32Array(4096);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * Adds the next entry of the ledger.
   * @throws EntryOutOfOrder when it does not carry the revision after the stream's last
   */
  add(entry: Buffer): void {
    const sid = sidOf(entry);
    const revision = revisionOf(entry);
    const before = this.#last.get(sid);
    const expected = before === undefined ? 0 : this.#revisions[before]! + 1;
    if (revision !== expected)
      throw new EntryOutOfOrder(this.#size, Buffer.from(sid, 'latin1').toString('hex'), revision, expected);
    if (this.#size === this.#before.length) this.#grow();
    this.#before[this.#size] = before === undefined ? 0 : before + 1;
    this.#revisions[this.#size] = revision;
    this.#last.set(sid, this.#size++);
  }

  clear(): void {
    this.#last.clear();
    this.#size = 0;
  }

  /** Index of a stream's revision. */
  indexOf(sid: string, revision: number): number | undefined {
    let index = this.#last.get(Buffer.from(sid, 'hex').toString('latin1'));
    while (index !== undefined && this.#revisions[index]! > revision) index = this.#previous(index);
    return index !== undefined && this.#revisions[index] === revision ? index : undefined;
  }

  /** Index of every stream's last entry among the first `entries` entries, in ascending order. */
  lastOfEach(entries: number): Uint32Array {
    const found = new Uint32Array(this.#last.size);
    let count = 0;
    for (const last of this.#last.values()) {
      let index: number | undefined = last;
      while (index !== undefined && index >= entries) index = this.#previous(index);
      if (index !== undefined) found[count++] = index;
    }
    return found.subarray(0, count).sort();
  }

  #previous(index: number): number | undefined {
    const before = this.#before[index]!;
    return before === 0 ? undefined : before - 1;
  }

  #grow(): void {
    for (const name of ['before', 'revisions'] as const) {
      const wider = new Uint32Array(this.#size * 2);
      wider.set(name === 'before' ? this.#before : this.#revisions);
      if (name === 'before') this.#before = wider;
      else this.#revisions = wider;
    }
  }
}

/** Within a stream revisions ascend without gap: here they do not. */
export class EntryOutOfOrder extends Error {
  override readonly name = 'EntryOutOfOrder';
  constructor(
    readonly index: number,
    readonly sid: string,
    readonly revision: number,
    readonly expected: number,
  ) {
    super(
      `entry ${String(index)} is revision ${String(revision)} of stream ${sid}, not ${String(expected)}: ` +
        (revision < expected ? 'a fork' : 'a gap'),
    );
  }
}

/** The 32 bytes of `sid` in an entry, as a string of one character a byte. */
const sidOf = (entry: Buffer): string => entry.toString('latin1', 1, 33);

/** Revision in an entry. */
const revisionOf = (entry: Buffer): number => entry.readUInt32BE(33) * 2 ** 32 + entry.readUInt32BE(37);
