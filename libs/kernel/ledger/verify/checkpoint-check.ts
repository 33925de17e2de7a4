import type { StoredEvent } from '@kernel/event-store';
import { MalformedNote, isSignedBy, readNote, writeNote, type NoteVerifier } from '../note/signed-note';
import { readCheckpoint, type Checkpoint } from '../note/checkpoint';
import type { LedgerSource } from '../reading/ledger';
import {
  dataOf,
  isSignedByLog,
  keysOf,
  ledgerEventPath,
  writeLedgerEvent,
  type LogKey,
} from '../reading/ledger-events';
import { writeSealed, type Sealed } from '../sealing/starting';
import { eventDamage, fileDamage, type Damage } from './damage';

/** The log's own events with the indexes of their entries. */
export type OwnEvents = readonly { readonly event: StoredEvent; readonly index: number }[];

/** A recomputed tree. */
export interface Tree {
  readonly size: number;
  readonly rootAt: (size: number) => Buffer;
}

export interface CheckpointFiles {
  readonly files: LedgerSource;
  /** Where `sealed.json` lies. */
  readonly state: LedgerSource;
  readonly own: OwnEvents;
  /** Witnesses whose keys are known. */
  readonly witnesses: readonly NoteVerifier[];
  /** The event of an entry. */
  readonly eventAt: (index: number) => Promise<StoredEvent | undefined>;
}

const STATE = 'sealed.json';
const kept = (size: number): string => `checkpoints/${String(size)}`;

/** The log's keys; none when its own events are not to be read. */
const keysIn = (own: OwnEvents): readonly LogKey[] => {
  try {
    return keysOf(own);
  } catch {
    return [];
  }
};

const originIn = (own: OwnEvents): unknown => {
  try {
    return own[0] && dataOf(own[0].event)['origin'];
  } catch {
    return undefined;
  }
};

/** A signed note of this log, or why it is none. */
export const readSigned = (
  note: string,
  { own, witnesses }: Pick<CheckpointFiles, 'own' | 'witnesses'>,
): Checkpoint | string => {
  try {
    const signed = readNote(note);
    const checkpoint = readCheckpoint(signed.text);
    if (signed.text.split('\n').length !== 4 || writeNote(signed) !== note)
      return 'it is not written as checkpoints are';
    if (checkpoint.origin !== originIn(own)) return 'it is of another log';
    if (!isSignedByLog(signed, keysIn(own), checkpoint.size)) return 'the key of the log has not signed it';
    const known = witnesses.filter(({ keyId }) => signed.signatures.some((one) => one.keyId === keyId));
    if (!known.every((witness) => isSignedBy(signed, witness))) return 'a witness has not signed it';
    return checkpoint;
  } catch (error) {
    if (error instanceof MalformedNote) return error.message;
    throw error;
  }
};

const published = async (files: LedgerSource): Promise<Checkpoint | undefined> => {
  try {
    return readCheckpoint(readNote(((await files.read('checkpoint')) ?? '').toString()).text);
  } catch (error) {
    if (error instanceof MalformedNote) return undefined;
    throw error;
  }
};

/** How large the published tree says it is; 0 where nothing is published, or nothing that can be read. */
export const publishedSize = async (files: LedgerSource): Promise<number> => (await published(files))?.size ?? 0;

/** UUID of the log, as the published checkpoint has it. */
export const logNamed = async (files: LedgerSource): Promise<string | undefined> =>
  (await published(files))?.origin.split('/').at(-1);

/** A log begins with its `LogOpened`. */
export const beginningFaults = (own: OwnEvents, file: string): readonly Damage[] => {
  const first = own[0];
  if (first?.index !== 0) return [fileDamage(file, 'log', 'the log does not begin with its first event')];
  const isOpening = first.event.type === 'LogOpened' && first.event.revision === 0;
  return isOpening ? [] : [eventDamage(first.event, 'log', 'the first event is not LogOpened of this log')];
};

/** Every checkpoint ever signed, what is stored beside the key, and the log's own events as they are published. */
export const checkCheckpoints = async (input: CheckpointFiles, tree: Tree | undefined): Promise<readonly Damage[]> => {
  const { files } = input;
  const sizes = (await files.list('checkpoints')).filter((name) => name !== 'checkpoint');
  const damages: Damage[] = [];
  for (const name of sizes) {
    const fault = await keptFault(input, name, tree);
    if (fault) damages.push(fileDamage(`checkpoints/${name}`, ...fault));
  }
  const numbers = sizes.filter((name) => /^\d+$/.test(name)).map(Number);
  damages.push(...(await newestFaults(input, numbers, tree)), ...(await ownFaults(input)));
  return damages;
};

type Fault = readonly [kind: Damage['kind'], detail: string];

const keptFault = async (input: CheckpointFiles, name: string, tree: Tree | undefined): Promise<Fault | undefined> => {
  const note = ((await input.files.read(`checkpoints/${name}`)) ?? '').toString();
  const checkpoint = readSigned(note, input);
  if (typeof checkpoint === 'string') return ['checkpoint', checkpoint];
  if (name !== String(checkpoint.size))
    return ['checkpoint', `it is the checkpoint of ${String(checkpoint.size)} entries`];
  return treeFault(checkpoint.size, checkpoint.root, tree);
};

const treeFault = (size: number, root: Buffer, tree: Tree | undefined): Fault | undefined => {
  if (!tree) return undefined;
  if (size > tree.size)
    return [
      'rollback',
      `signed at ${String(size)} entries, the log holds ${String(tree.size)}: rolled back or cut off`,
    ];
  return tree.rootAt(size).equals(root)
    ? undefined
    : ['checkpoint', 'its root is not that of the log: the history before it was changed'];
};

/** `checkpoint` is the newest that is kept, or, when the system was cut off between the two, the one before. */
const newestFaults = async (
  input: CheckpointFiles,
  sizes: readonly number[],
  tree: Tree | undefined,
): Promise<readonly Damage[]> => {
  const { files, state } = input;
  const newest = Math.max(0, ...sizes);
  const text = (await state.read(STATE))?.toString();
  const note = await files.read('checkpoint');
  if (!text && !note && newest === 0) return [];
  const sealed = stateOf(text);
  const fault = sealed
    ? await stateFault(input, { sealed, text, sizes }, tree)
    : (['checkpoint', 'it is missing, or not what the sealer writes'] as const);
  return [
    ...(await publishedFaults(input, { note, newest, isCutOff: sealed?.size === newest }, tree)),
    ...(fault ? [fileDamage(STATE, ...fault)] : []),
  ];
};

interface Published {
  readonly note: Buffer | undefined;
  readonly newest: number;
  /** The newest was kept, and the system was cut off before it was published. */
  readonly isCutOff: boolean;
}

const publishedFaults = async (
  input: CheckpointFiles,
  { note, newest, isCutOff }: Published,
  tree: Tree | undefined,
): Promise<readonly Damage[]> => {
  const damaged = (...fault: Fault): readonly Damage[] => [fileDamage('checkpoint', ...fault)];
  const current = note ? readSigned(note.toString(), input) : 'it is missing';
  if (typeof current === 'string') return damaged('checkpoint', current);
  if (current.size !== newest && !(isCutOff && current.size < newest))
    return damaged('checkpoint', `it is not the newest that is kept, of ${String(newest)} entries`);
  const same = await input.files.read(kept(current.size));
  if (note && same && !note.equals(same))
    return damaged('checkpoint', `it is not the one kept at ${kept(current.size)}`);
  const fault = treeFault(current.size, current.root, tree);
  return fault ? damaged(...fault) : [];
};

interface State {
  readonly sealed: Sealed;
  readonly text: string | undefined;
  readonly sizes: readonly number[];
}

/**
 * What lies beside the key is exactly what the sealer wrote of this log, and no checkpoint that it counts is missing.
 */
const stateFault = async (
  { eventAt }: CheckpointFiles,
  { sealed, text, sizes }: State,
  tree: Tree | undefined,
): Promise<Fault | undefined> => {
  const newest = Math.max(0, ...sizes);
  if (sealed.size < newest) return ['rollback', 'it is older than a signed checkpoint'];
  const fault = treeFault(sealed.size, Buffer.from(sealed.root, 'hex'), tree);
  if (fault) return fault;
  const last = await eventAt(sealed.size - 1);
  if (!last) return ['rollback', 'the log does not hold the last event that was sealed'];
  const { stream, revision, position, meta } = last;
  const { size, root, checkpoints } = sealed;
  if (text !== writeSealed({ size, root, position, last: { stream, revision, h: meta['h'] ?? '' }, checkpoints }))
    return ['checkpoint', 'it is not what the sealer writes of this log'];
  const there = sizes.length + (newest < size ? 1 : 0);
  return checkpoints === there
    ? undefined
    : ['checkpoint', `${String(checkpoints)} checkpoints were signed, ${String(there)} are kept`];
};

const stateOf = (text: string | undefined): Sealed | undefined => {
  try {
    const state = JSON.parse(text ?? '') as Sealed;
    return Number.isSafeInteger(state.size) && state.size > 0 && /^[0-9a-f]{64}$/.test(state.root) ? state : undefined;
  } catch {
    return undefined;
  }
};

/** The log's own events lie beside the tiles as they were recorded. */
const ownFaults = async ({ files, own }: CheckpointFiles): Promise<readonly Damage[]> => {
  const size = await publishedSize(files);
  const damages: Damage[] = [];
  const expected = new Map(own.map(({ event, index }) => [ledgerEventPath(event.revision), { event, index }]));
  const there = (await files.list('events')).map((name) => `events/${name}`);
  const due = [...expected].filter(([, { index }]) => index < size).map(([path]) => path);
  for (const path of new Set([...there, ...due])) {
    const event = expected.get(path)?.event;
    const bytes = await files.read(path);
    if (!event || bytes?.toString() !== writeLedgerEvent(event))
      damages.push(fileDamage(path, 'file', 'it is missing, or not the event that the log holds'));
  }
  return damages;
};
