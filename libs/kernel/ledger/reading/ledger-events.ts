import { bodyHash, FormatError, headHash, ledgerEntry, streamId, type Meta } from '@kernel/format';
import {
  isSignedBy,
  readNote,
  readVerifierKey,
  verifierKey,
  type NoteVerifier,
  type SignedNote,
} from '../note/signed-note';

/**
 * An event of `ledger-<log>` as it lies at `events/<revision>`: it holds no personal data, so that mirrors can check
 * it.
 */
export interface LedgerEvent {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly meta: Meta;
  /** Exactly the hashed text `J({data, seals})`. */
  readonly body: string;
}

export const ledgerEventPath = (revision: number): string => `events/${String(revision)}`;

export const writeLedgerEvent = ({ stream, revision, id, type, meta, body }: LedgerEvent): string =>
  `${JSON.stringify({ stream, revision, id, type, meta, body })}\n`;

/** @throws SyntaxError, FormatError */
export const readLedgerEvent = (bytes: Uint8Array): LedgerEvent => {
  const event = JSON.parse(Buffer.from(bytes).toString()) as LedgerEvent;
  if (typeof event.body !== 'string' || typeof event.meta !== 'object' || typeof event.stream !== 'string')
    throw new FormatError('bad-event', '/');
  return event;
};

/** Clear data of a stored event; nothing where its body was damaged, which its hash tells. */
export const dataOf = (event: Pick<LedgerEvent, 'body'>): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(event.body) as { readonly data?: Record<string, unknown> } | null)?.data ?? {};
  } catch {
    return {};
  }
};

/** The entry that this event has in the ledger of its log, recomputed from its bytes. */
export const entryOfLedgerEvent = (log: string, { stream, revision, id, type, meta, body }: LedgerEvent): Buffer =>
  ledgerEntry(
    streamId(log, stream),
    revision,
    headHash({ log, stream, revision, id, type, meta, body: bodyHash(body) }),
  );

/** Keys of the log, and from which tree size on they sign: from the checkpoint that holds the event naming them. */
export interface LogKey {
  /** Index of the entry of the event that names the keys. */
  readonly index: number;
  readonly verifiers: readonly NoteVerifier[];
}

/** The keys of a log by its own events: those of `LogOpened`, then of every rotation that the key before has signed. */
export const keysOf = (
  events: readonly { readonly event: LedgerEvent; readonly index: number }[],
): readonly LogKey[] => {
  const keys: LogKey[] = [];
  for (const { event, index } of events) {
    const data = dataOf(event);
    if (event.type === 'LogOpened') keys.push({ index, verifiers: (data['keys'] as string[]).map(readVerifierKey) });
    if (event.type !== 'SigningKeyRotated') continue;
    const key = String(data['key']);
    const before = keys.at(-1);
    if (before && isRotation(String(data['note']), key, before.verifiers))
      keys.push({ index, verifiers: [readVerifierKey(key)] });
  }
  return keys;
};

/** The keys by which a checkpoint of this size must be signed. */
export const keysAt = (keys: readonly LogKey[], size: number): readonly NoteVerifier[] =>
  (keys.findLast(({ index }) => index < size) ?? keys[0])?.verifiers ?? [];

export const isSignedByLog = (note: SignedNote, keys: readonly LogKey[], size: number): boolean =>
  keysAt(keys, size).some((key) => isSignedBy(note, key));

/** Text that the present key signs to name the next one. */
export const rotationText = (origin: string, key: string): string => `jiandang/1/rotate\n${origin}\n${key}\n`;

/** Whether a note of rotation names this key and is signed by one of the keys before. */
export const isRotation = (note: string, key: string, before: readonly NoteVerifier[]): boolean => {
  const read = readNote(note);
  return before.some((one) => read.text === rotationText(one.name, key) && isSignedBy(read, one));
};

export const verifierText = ({ name, key, type }: NoteVerifier): string => verifierKey(name, key, type);
