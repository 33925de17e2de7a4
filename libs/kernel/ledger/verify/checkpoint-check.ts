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
import { fileDamage, type Damage } from './damage';

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

/** How large the published tree says it is; 0 where nothing is published, or nothing that can be read. */
export const publishedSize = async (files: LedgerSource): Promise<number> => {
  try {
    return readCheckpoint(readNote(((await files.read('checkpoint')) ?? '').toString()).text).size;
  } catch (error) {
    if (error instanceof MalformedNote) return 0;
    throw error;
  }
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
  const newest = Math.max(0, ...sizes.filter((name) => /^\d+$/.test(name)).map(Number));
  damages.push(...(await newestFaults(input, newest, tree)), ...(await ownFaults(input)));
  return damages;
};

type Fault = readonly [kind: Damage['kind'], detail: string];

const keptFault = async (input: CheckpointFiles, name: string, tree: Tree | undefined): Promise<Fault | undefined> => {
  const note = ((await input.files.read(`checkpoints/${name}`)) ?? '').toString();
  const checkpoint = readSigned(note, input);
  if (typeof checkpoint === 'string') return ['checkpoint', checkpoint];
  if (name !== String(checkpoint.size)) return ['checkpoint', `it is the checkpoint of ${String(checkpoint.size)} entries`];
  return treeFault(checkpoint.size, checkpoint.root, tree);
}; // prettier-ignore

const treeFault = (size: number, root: Buffer, tree: Tree | undefined): Fault | undefined => {
  if (!tree) return undefined;
  if (size > tree.size) return ['rollback', `signed at ${String(size)} entries, the log holds ${String(tree.size)}: rolled back or cut off`]; // prettier-ignore
  return tree.rootAt(size).equals(root)
    ? undefined
    : ['checkpoint', 'its root is not that of the log: the history before it was changed'];
};

interface SealedState {
  readonly size: number;
  readonly root: string;
}

/** `checkpoint` is the newest that is kept, or, when the system was cut off between the two, the one before. */
const newestFaults = async (
  input: CheckpointFiles,
  newest: number,
  tree: Tree | undefined,
): Promise<readonly Damage[]> => {
  const { files, state } = input;
  const text = await state.read(STATE);
  const note = await files.read('checkpoint');
  if (!text && !note && newest === 0) return [];
  const damages: Damage[] = [];
  const sealed = stateOf(text);
  const current = note ? readSigned(note.toString(), input) : 'it is missing';
  if (typeof current === 'string') damages.push(fileDamage('checkpoint', 'checkpoint', current));
  else if (current.size !== newest && !(sealed?.size === newest && current.size < newest))
    damages.push(fileDamage('checkpoint', 'checkpoint', `it is not the newest that is kept, of ${String(newest)} entries`)); // prettier-ignore
  else {
    const same = await files.read(kept(current.size));
    if (note && same && !note.equals(same)) damages.push(fileDamage('checkpoint', 'checkpoint', `it is not the one kept at ${kept(current.size)}`)); // prettier-ignore
    const fault = treeFault(current.size, current.root, tree);
    if (fault) damages.push(fileDamage('checkpoint', ...fault));
  }
  const fault = sealed
    ? sealed.size < newest
      ? (['rollback', 'it is older than a signed checkpoint'] as const)
      : treeFault(sealed.size, Buffer.from(sealed.root, 'hex'), tree)
    : (['checkpoint', 'it is missing, or not what the sealer writes'] as const);
  return fault ? [...damages, fileDamage(STATE, ...fault)] : damages;
};

const stateOf = (text: Buffer | undefined): SealedState | undefined => {
  try {
    const state = JSON.parse((text ?? '').toString()) as SealedState;
    return Number.isSafeInteger(state.size) && /^[0-9a-f]{64}$/.test(state.root) ? state : undefined;
  } catch {
    return undefined;
  }
};

/** The log's own events lie beside the tiles as they were recorded. */
const ownFaults = async ({ files, own }: CheckpointFiles): Promise<readonly Damage[]> => {
  const published = await publishedSize(files);
  const damages: Damage[] = [];
  const expected = new Map(own.map(({ event, index }) => [ledgerEventPath(event.revision), { event, index }]));
  const there = (await files.list('events')).map((name) => `events/${name}`);
  const due = [...expected].filter(([, { index }]) => index < published).map(([path]) => path);
  for (const path of new Set([...there, ...due])) {
    const event = expected.get(path)?.event;
    const bytes = await files.read(path);
    if (!event || bytes?.toString() !== writeLedgerEvent(event))
      damages.push(fileDamage(path, 'file', 'it is missing, or not the event that the log holds'));
  }
  return damages;
};
