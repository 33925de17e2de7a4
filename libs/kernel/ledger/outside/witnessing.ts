import type { LedgerFiles } from '../ledger-files';
import { readCheckpoint } from '../note/checkpoint';
import {
  cosignedAt,
  isSignedBy,
  MalformedNote,
  readNote,
  readVerifierKey,
  writeNote,
  type NoteSignature,
} from '../note/signed-note';
import type { Ledger, SignedCheckpoint } from '../reading/ledger';
import { isSignedByLog, type LogKey } from '../reading/ledger-events';
import type { Claim } from '../sealing/starting';
import { witnessedPath, writeRequest } from './witness';

/** Somebody outside who keeps checkpoints. */
export interface WitnessSetting {
  /** Where it is asked; absent: its cosignatures come on a stick. */
  readonly url?: string;
  /** Verifier key of its cosignatures. */
  readonly key: string;
}

/** The newest checkpoint that somebody outside holds. */
export interface OutsideCopy {
  readonly size: number;
  /** UTC instant of the cosignature. */
  readonly at: string;
  readonly by: string;
}

export interface Pushed {
  readonly witness: string;
  readonly size: number;
  /** Absent when it was cosigned. */
  readonly refused?: string;
}

const PATIENCE = 10_000;
const NEWEST = 'witnessed';

/** The office's side of its witnesses: asks them, and keeps their cosignatures with the checkpoints. */
export class Witnessing {
  #merging: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly files: LedgerFiles,
    readonly witnesses: readonly WitnessSetting[],
  ) {}

  /** What each witness has seen of this log. Who does not answer, or holds what the log has not signed, is left out. */
  async claims(keys: readonly LogKey[]): Promise<readonly Claim[]> {
    const origin = keys[0]?.verifiers[0]?.name ?? '';
    const asked = this.witnesses.map(async ({ url, key }): Promise<readonly Claim[]> => {
      if (url === undefined) return [];
      const response = await fetch(new URL(witnessedPath(origin), folder(url)), {
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!response.ok) return [];
      const note = readNote(await response.text());
      const { size, root, origin: of } = readCheckpoint(note.text);
      const own = keys.some(({ index }) => isSignedByLog(note, keys, index + 1)) || isSignedByLog(note, keys, size);
      return of === origin && own ? [{ from: readVerifierKey(key).name, size, root }] : [];
    });
    return (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }

  /** Has every witness that can be asked cosign a checkpoint. */
  async push(checkpoint: SignedCheckpoint): Promise<readonly Pushed[]> {
    const asked = this.witnesses.flatMap(({ url, key }) =>
      url === undefined ? [] : [this.#ask(url, key, checkpoint)],
    );
    return Promise.all(asked);
  }

  /**
   * Adds cosignatures to the checkpoint that they were made over.
   * @throws MalformedNote when none is of a witness in the settings, or the checkpoint is not one of this log
   */
  merge(cosigned: string): Promise<OutsideCopy> {
    const merged = this.#merging.then(() => this.#merge(cosigned));
    this.#merging = merged.catch(() => undefined);
    return merged;
  }

  async newest(): Promise<OutsideCopy | undefined> {
    const note = await this.files.readText(NEWEST);
    return note === undefined ? undefined : this.#outside(note);
  }

  async #ask(url: string, key: string, checkpoint: SignedCheckpoint, old = 0, again = true): Promise<Pushed> {
    const { size, note } = checkpoint;
    const witness = readVerifierKey(key).name;
    try {
      const proof = await this.ledger.consistency(old, size);
      const response = await fetch(new URL('add-checkpoint', folder(url)), {
        method: 'POST',
        body: writeRequest(old, proof, note),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const text = await response.text();
      const known = Number(text);
      if (response.status === 409 && again && known > old && known <= size)
        return await this.#ask(url, key, checkpoint, known, false);
      if (response.status !== 200) return { witness, size, refused: `${String(response.status)} ${text.trim()}` };
      await this.merge(`${note}${text}`);
      return { witness, size };
    } catch (error) {
      return { witness, size, refused: error instanceof Error ? error.message : String(error) };
    }
  }

  async #merge(cosigned: string): Promise<OutsideCopy> {
    const { text, signatures } = readNote(cosigned);
    const { size } = readCheckpoint(text);
    const path = `checkpoints/${String(size)}`;
    const kept = await this.files.readText(path);
    const note = kept === undefined ? undefined : readNote(kept);
    if (note?.text !== text)
      throw new MalformedNote(`the log has signed no such checkpoint of ${String(size)} entries`);
    const known = signatures.filter((one) => this.#isWitness(text, one));
    const added = known.filter(
      (one) => !note.signatures.some(({ keyId, name }) => keyId === one.keyId && name === one.name),
    );
    const merged = writeNote({ text, signatures: [...note.signatures, ...added] });
    const copy = this.#outside(merged);
    if (known.length === 0 || !copy) throw new MalformedNote('no cosignature of a witness that the settings name');
    await this.files.write(path, merged);
    const newest = await this.newest();
    if (!newest || newest.size <= copy.size) await this.files.write(NEWEST, merged);
    return copy;
  }

  #isWitness(text: string, one: NoteSignature): boolean {
    return this.witnesses.some(({ key }) => isSignedBy({ text, signatures: [one] }, readVerifierKey(key)));
  }

  #outside(text: string): OutsideCopy | undefined {
    const note = readNote(text);
    const own = note.signatures.filter((one) => this.#isWitness(note.text, one));
    const [last] = own.toReversed().toSorted((a, b) => cosignedAt(b) - cosignedAt(a));
    return (
      last && {
        size: readCheckpoint(note.text).size,
        at: new Date(cosignedAt(last) * 1000).toISOString(),
        by: last.name,
      }
    );
  }
}

const folder = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
