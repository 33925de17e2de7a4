import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { inWords, missing } from '@kernel/engines';
import { verifierKey } from './note/signed-note';

const FIRST = 'signing.pem';
const FILE = /^signing(-\d+)?\.pem$/;

/**
 * The Ed25519 keys that sign the checkpoints of a log: in files of mode 0600 beside the data folder, or given by the
 * environment.
 */
export class SigningKeys {
  readonly #given: readonly KeyObject[];

  constructor(
    private readonly folder: string,
    /** PKCS #8 keys in base64, several by comma: where they are given, no file is made or read. */
    given?: string,
  ) {
    this.#given = given === undefined ? [] : given.split(',').map(givenKey);
  }

  /** The key of a new log. */
  first(): KeyObject {
    return this.#given[0] ?? signingKey(this.folder);
  }

  /** @throws StoreUnavailable when a log that is in use has lost its signing keys */
  mustBeHere(): void {
    if (this.#all().length === 0) throw missing(join(this.folder, FIRST), 'keys');
  }

  /** The private key of a verifier key, if it is here. */
  find(verifier: string): KeyObject | undefined {
    const name = verifier.slice(0, verifier.indexOf('+'));
    return this.#all().find((key) => verifierKey(name, key) === verifier);
  }

  /** A key that none of these verifier keys names: the next one that is given, or one made now in a file of its own. */
  next(used: readonly string[]): KeyObject {
    const isUnused = (key: KeyObject): boolean =>
      used.every((verifier) => verifierKey(verifier.slice(0, verifier.indexOf('+')), key) !== verifier);
    const waiting = this.#all().find(isUnused);
    if (waiting) return waiting;
    if (this.#given.length > 0) throw new Error('JIANDANG_SIGNING_KEY: append the new key, then rotate');
    const file = join(this.folder, `signing-${String(this.#files().length + 1)}.pem`);
    writeKey(this.folder, file);
    return readKey(file);
  }

  #all(): readonly KeyObject[] {
    return this.#given.length > 0 ? this.#given : this.#files().map(readKey);
  }

  #files(): readonly string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => FILE.test(name))
      .map((name) => join(this.folder, name));
  }
}

/** @throws Error without the key's text */
const givenKey = (text: string): KeyObject => {
  try {
    const key = createPrivateKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The parser's message could repeat what was given.
  }
  throw new Error('JIANDANG_SIGNING_KEY: not a PKCS #8 Ed25519 key in base64');
};

/** The first signing key of a folder, made when there is none. */
export const signingKey = (folder: string): KeyObject => {
  const file = join(folder, FIRST);
  if (!existsSync(file)) writeKey(folder, file);
  return readKey(file);
};

const readKey = (file: string): KeyObject => {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} is readable by others: chmod 600 it`);
  return inWords(file, 'keys', () => parsed(readFileSync(file)));
};

/** The parser's message could repeat what stands in the file. */
const parsed = (pem: Buffer): KeyObject => {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new SyntaxError('no private key');
  }
};

const writeKey = (folder: string, file: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const handle = openSync(file, 'wx', 0o600);
  writeSync(handle, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  fsyncSync(handle);
  closeSync(handle);
};
