import { packedSubtrees } from '../merkle/packed';
import { hashLeaf, inclusionPath, rootOf, verifiesInclusion, type SubtreeHash } from '../merkle/tree';

/** `sid || rev (8, big-endian) || h` */
export const HEAD_BYTES = 72;

/** A stream's last event among the first `entries` entries, and that it stands in the list of heads. */
export interface HeadProof {
  readonly sid: string;
  readonly revision: number;
  readonly h: string;
  /** Place in the list, which is sorted by `sid`. */
  readonly index: number;
  readonly path: readonly Buffer[];
}

/** The two neighbours between which a stream that is not there would stand; the ends of the list have one. */
export interface AbsenceProof {
  readonly sid: string;
  readonly before?: HeadProof;
  readonly after?: HeadProof;
}

/** The last event of every stream among the first `entries` entries: what `HeadsSealed` seals. */
export class Heads {
  readonly root: Buffer;
  /** How many streams there are. */
  readonly streams: number;
  readonly #leaves: Buffer;
  readonly #subtrees: SubtreeHash;

  private constructor(
    readonly entries: number,
    leaves: Buffer,
  ) {
    this.#leaves = leaves;
    this.streams = leaves.length / HEAD_BYTES;
    this.#subtrees = packedSubtrees(leaves, HEAD_BYTES);
    this.root = rootOf(this.streams, this.#subtrees);
  }

  /** Of the streams' last entries (73 bytes each, side by side, in any order). */
  static of(entries: number, last: Buffer): Heads {
    const count = last.length / (HEAD_BYTES + 1);
    const keys = Array.from({ length: count }, (_, index) => last.toString('latin1', index * 73 + 1, index * 73 + 33));
    const order = keys.map((_, index) => index).sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1));
    const leaves = Buffer.allocUnsafe(count * HEAD_BYTES);
    order.forEach((from, to) => last.copy(leaves, to * HEAD_BYTES, from * 73 + 1, (from + 1) * 73));
    return new Heads(entries, leaves);
  }

  /** That this event is the stream's last; `undefined` when there is no such stream. */
  proofOf(sid: string): HeadProof | undefined {
    const index = this.#placeOf(Buffer.from(sid, 'hex'));
    return index < this.streams && this.#sidAt(index) === sid ? this.#proofAt(index) : undefined;
  }

  /** That there is no such stream; `undefined` when there is one. */
  absenceOf(sid: string): AbsenceProof | undefined {
    const place = this.#placeOf(Buffer.from(sid, 'hex'));
    if (place < this.streams && this.#sidAt(place) === sid) return undefined;
    return {
      sid,
      ...(place > 0 && { before: this.#proofAt(place - 1) }),
      ...(place < this.streams && { after: this.#proofAt(place) }),
    };
  }

  #proofAt(index: number): HeadProof {
    const leaf = this.#leaves.subarray(index * HEAD_BYTES, (index + 1) * HEAD_BYTES);
    return {
      sid: leaf.toString('hex', 0, 32),
      revision: Number(leaf.readBigUInt64BE(32)),
      h: leaf.toString('hex', 40),
      index,
      path: inclusionPath(index, this.streams, this.#subtrees),
    };
  }

  #sidAt(index: number): string {
    return this.#leaves.toString('hex', index * HEAD_BYTES, index * HEAD_BYTES + 32);
  }

  /** The first place whose `sid` is not below this one. */
  #placeOf(sid: Buffer): number {
    let [low, high] = [0, this.streams];
    while (low < high) {
      const middle = (low + high) >> 1;
      const from = middle * HEAD_BYTES;
      if (this.#leaves.compare(sid, 0, 32, from, from + 32) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const leafOf = ({ sid, revision, h }: HeadProof): Buffer => {
  const leaf = Buffer.alloc(HEAD_BYTES);
  leaf.write(sid, 0, 'hex');
  leaf.writeBigUInt64BE(BigInt(revision), 32);
  leaf.write(h, 40, 'hex');
  return hashLeaf(leaf);
};

/** Whether a head stands in a list of that many streams with that root. */
export const verifiesHead = (proof: HeadProof, streams: number, root: Buffer): boolean =>
  /^[0-9a-f]{64}$/.test(proof.sid) &&
  /^[0-9a-f]{64}$/.test(proof.h) &&
  verifiesInclusion(leafOf(proof), proof.index, streams, proof.path, root);

/** Whether the two neighbours prove that a list of that many streams with that root has no such stream. */
export const verifiesAbsence = ({ sid, before, after }: AbsenceProof, streams: number, root: Buffer): boolean => {
  const place = before ? before.index + 1 : 0;
  const ends = after ? after.index === place && sid < after.sid : place === streams;
  return (
    ends &&
    (before === undefined || (before.sid < sid && verifiesHead(before, streams, root))) &&
    (after === undefined || verifiesHead(after, streams, root)) &&
    (streams > 0 || root.equals(rootOf(0, () => root)))
  );
};
