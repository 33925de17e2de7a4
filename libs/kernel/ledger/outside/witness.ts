import { hash, type KeyObject } from 'node:crypto';
import type { LedgerFiles } from '../ledger-files';
import { EMPTY_ROOT, verifiesConsistency } from '../merkle/tree';
import { readCheckpoint, type Checkpoint } from '../note/checkpoint';
import {
  cosignNote,
  isSignedBy,
  MalformedNote,
  readNote,
  writeNote,
  type NoteVerifier,
  type SignedNote,
} from '../note/signed-note';
import type { Ledger, SignedCheckpoint } from '../reading/ledger';

/** Where a witness keeps, and serves, what it knows of a log. */
export const witnessedPath = (origin: string): string => `${hash('sha256', origin, 'hex')}/checkpoint`;

/** An answer of C2SP tlog-witness `add-checkpoint`. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  /** 200: signature lines; 409: the size that the witness knows; else words. */
  readonly body: string;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
}

export interface WitnessOptions {
  readonly files: LedgerFiles;
  readonly name: string;
  readonly key: KeyObject;
  /** Keys of the logs it watches; their names are the origins. */
  readonly logs: readonly NoteVerifier[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Asked {
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

const MAX_PROOF = 63;

const words = (status: WitnessAnswer['status'], body: string): WitnessAnswer => ({
  status,
  body: `${body}\n`,
  type: 'text/plain; charset=utf-8',
});
const conflict = (size: number): WitnessAnswer => ({
  status: 409,
  body: `${String(size)}\n`,
  type: 'text/x.tlog.size',
});

/** @throws MalformedNote */
const readRequest = (body: string): Asked => {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(end, 0)).split('\n');
  const [, old] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const proof = lines.map((line) => Buffer.from(line, 'base64'));
  if (
    old === undefined ||
    proof.length > MAX_PROOF ||
    proof.some((one, at) => one.length !== 32 || one.toString('base64') !== lines[at])
  )
    throw new MalformedNote('`old <size>`, at most 63 hashes in base64, an empty line, a checkpoint');
  const note = readNote(body.slice(end + 2));
  return { old: Number(old), proof, note, checkpoint: readCheckpoint(note.text) };
};

/** `add-checkpoint` as a log asks it. */
export const writeRequest = (old: number, proof: readonly Buffer[], note: string): string =>
  `old ${String(old)}\n${proof.map((one) => `${one.toString('base64')}\n`).join('')}\n${note}`;

/** Cosigns only what continues what it cosigned before: two histories of one log never both get its signature. */
export class Witness {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: WitnessOptions) {}

  /** One after the other: compared, made durable, answered. */
  addCheckpoint(body: string): Promise<WitnessAnswer> {
    const answer = this.#turn.then(() => this.#add(body));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  /** The newest checkpoint of a log that it cosigned, by the path under which it is served. */
  async cosigned(path: string): Promise<string | undefined> {
    return /^[0-9a-f]{64}\/checkpoint$/.test(path) ? this.options.files.readText(path) : undefined;
  }

  /** Cosigns the checkpoint of a ledger whose tiles are at hand, as on a stick. */
  async cosignFrom(ledger: Ledger, { note, origin, size }: SignedCheckpoint): Promise<WitnessAnswer> {
    const { size: old } = await this.#known(origin);
    if (old > size) return conflict(old);
    return this.addCheckpoint(writeRequest(old, await ledger.consistency(old, size), note));
  }

  async #add(body: string): Promise<WitnessAnswer> {
    const asked = orMalformed(() => readRequest(body));
    if (typeof asked === 'string') return words(400, asked);
    const { note, checkpoint, old } = asked;
    const keys = this.options.logs.filter(({ name }) => name === checkpoint.origin);
    if (keys.length === 0) return words(404, `this witness does not watch ${checkpoint.origin}`);
    if (!keys.some((key) => isSignedBy(note, key))) return words(403, 'not signed by a key of the log');
    if (old > checkpoint.size) return words(400, 'old is larger than the checkpoint');
    const known = await this.#known(checkpoint.origin);
    const refused = refusalOf(asked, known);
    return refused ?? this.#cosign(asked);
  }

  async #cosign({ note, checkpoint }: Asked): Promise<WitnessAnswer> {
    const { name, key, files, now = Date.now } = this.options;
    const own = this.options.logs.filter((log) => log.name === checkpoint.origin);
    const signed = note.signatures.filter((one) => own.some((log) => log.name === one.name && log.keyId === one.keyId));
    const cosignature = cosignNote(note.text, name, key, Math.floor(now() / 1000));
    await files.write(
      witnessedPath(checkpoint.origin),
      writeNote({ text: note.text, signatures: [...signed, cosignature] }),
    );
    const lines = writeNote({ text: '', signatures: [cosignature] });
    return { status: 200, body: lines.slice(1), type: 'text/plain; charset=utf-8' };
  }

  async #known(origin: string): Promise<{ readonly size: number; readonly root: Buffer }> {
    const note = await this.options.files.readText(witnessedPath(origin));
    return note === undefined ? { size: 0, root: EMPTY_ROOT } : readCheckpoint(readNote(note).text);
  }
}

const refusalOf = (
  { old, proof, checkpoint }: Asked,
  known: { readonly size: number; readonly root: Buffer },
): WitnessAnswer | undefined => {
  if (old !== known.size) return conflict(known.size);
  if (old === checkpoint.size && !known.root.equals(checkpoint.root)) return conflict(known.size);
  return verifiesConsistency(old, checkpoint.size, proof, known.root, checkpoint.root)
    ? undefined
    : words(422, 'the proof does not lead from the checkpoint that this witness knows to this one');
};

const orMalformed = <T>(read: () => T): T | string => {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedNote) return error.message;
    throw error;
  }
};
