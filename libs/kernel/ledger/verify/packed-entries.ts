import { ENTRY } from './joint';

/** Entries of 73 bytes side by side, or places that are empty. */
export class PackedEntries {
  #bytes = Buffer.alloc(1024 * ENTRY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: Buffer | undefined): void {
    const end = (this.#size + 1) * ENTRY;
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    if (entry) entry.copy(this.#bytes, end - ENTRY);
    else this.#bytes.fill(0, end - ENTRY, end);
    this.#size += 1;
  }

  readonly at = (index: number): Buffer | undefined => {
    const from = index * ENTRY;
    return index < this.#size && this.#bytes[from] === 1 ? this.#bytes.subarray(from, from + ENTRY) : undefined;
  };

  /** Forgets empty places at the end. */
  trim(): void {
    while (this.#size > 0 && this.at(this.#size - 1) === undefined) this.#size -= 1;
  }

  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(from * ENTRY, Math.min(to, this.#size) * ENTRY);
  }
}
