import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';

/**
 * C2SP signed-note: a text that ends in a newline, an empty line, signature lines `— <name> <base64(key id ||
 * signature)>`.
 */
export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  readonly signature: Buffer;
}

/** Signature types of C2SP: a log's Ed25519, a witness's timestamped Ed25519 (tlog-cosignature). */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: string;
  readonly type: typeof ED25519 | typeof COSIGNATURE;
  readonly key: KeyObject;
}

/** The note, or the key of one, is not of the form that the specification gives. */
export class MalformedNote extends Error {
  override readonly name = 'MalformedNote';
}

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
const NAME = /^[^\s+]+$/u;

const keyIdOf = (name: string, typed: Buffer): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, 8);

const rawKey = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' }).subarray(-32);

/** The verifier key `<name>+<key id>+<base64(type || public key)>` of a private or public Ed25519 key. */
export const verifierKey = (name: string, key: KeyObject, type: NoteVerifier['type'] = ED25519): string => {
  const typed = Buffer.concat([Buffer.of(type), rawKey(key)]);
  return `${name}+${keyIdOf(name, typed)}+${typed.toString('base64')}`;
};

/** @throws MalformedNote when the text is no verifier key, or its id is not that of its key */
export const readVerifierKey = (text: string): NoteVerifier => {
  const [name = '', keyId = '', ...rest] = text.trim().split('+');
  const typed = Buffer.from(rest.join('+'), 'base64');
  const [type] = typed;
  if (!NAME.test(name) || typed.length !== 33 || (type !== ED25519 && type !== COSIGNATURE))
    throw new MalformedNote(`no Ed25519 verifier key: ${text}`);
  if (keyIdOf(name, typed) !== keyId) throw new MalformedNote(`the key id of ${name} is not that of its key`);
  const der = Buffer.concat([SPKI_ED25519, typed.subarray(1)]);
  return { name, keyId, type, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
};

const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u;

/** @throws MalformedNote */
export const readNote = (note: string): SignedNote => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new MalformedNote('no empty line before the signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (name === '' || bytes.length < 5) throw new MalformedNote(`no signature line: ${line}`);
    return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
};

const signatureLine = (name: string, keyId: string, signature: Buffer): string =>
  `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`;

export const writeNote = ({ text, signatures }: SignedNote): string =>
  `${text}\n${signatures.map(({ name, keyId, signature }) => signatureLine(name, keyId, signature)).join('')}`;

/** A log's signature over the text of a note. */
export const signNote = (text: string, name: string, key: KeyObject): NoteSignature => ({
  name,
  keyId: readVerifierKey(verifierKey(name, key)).keyId,
  signature: sign(null, Buffer.from(text), key),
});

const cosigned = (text: string, seconds: number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${String(seconds)}\n${text}`);

/** A witness's signature (tlog-cosignature v1): the second at which it was made, then Ed25519 over it and the text. */
export const cosignNote = (text: string, name: string, key: KeyObject, seconds: number): NoteSignature => {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return {
    name,
    keyId: readVerifierKey(verifierKey(name, key, COSIGNATURE)).keyId,
    signature: Buffer.concat([time, sign(null, cosigned(text, seconds), key)]),
  };
};

/** Second since 1970 at which a witness signed. */
export const cosignedAt = ({ signature }: NoteSignature): number => Number(signature.readBigUInt64BE());

/**
 * Whether one of the note's signatures is this verifier's and is right. A known key's wrong signature spoils the note.
 */
export const isSignedBy = ({ text, signatures }: SignedNote, { name, keyId, type, key }: NoteVerifier): boolean => {
  const own = signatures.filter((one) => one.name === name && one.keyId === keyId);
  return own.length > 0 && own.every((one) => verifySignature(text, one, type, key));
};

const verifySignature = (text: string, one: NoteSignature, type: NoteVerifier['type'], key: KeyObject): boolean => {
  if (type === ED25519) return one.signature.length === 64 && verify(null, Buffer.from(text), key, one.signature);
  if (one.signature.length !== 72) return false;
  return verify(null, cosigned(text, cosignedAt(one)), key, one.signature.subarray(8));
};
