import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { inWords, missing } from '@kernel/engines';

/** Numbered master keys of 32 bytes: the highest number wraps, every one unwraps. */
export type MasterKeys = ReadonlyMap<number, Buffer>;

/** A master key that cannot be used, in words for the operator. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

const FILE = 'master.json';

/**
 * From `1:<base64url>` (several by comma), or from a file of mode 0600 that is made at first start; `begun`: the log is
 * in use.
 * @throws MasterKeyError; StoreUnavailable when the file is damaged, not readable, or not there though the log is in
 * use
 */
export const masterKeys = (folder: string, environment?: string, begun = false): MasterKeys => {
  if (environment !== undefined) return parse(environment.split(','));
  const file = join(folder, FILE);
  return inWords(file, 'keys', () => read(folder, file, begun));
};

const read = (folder: string, file: string, begun: boolean): MasterKeys => {
  if (begun && !existsSync(file)) throw missing(file, 'keys');
  if (!existsSync(file)) writeSecret(folder, file, JSON.stringify([`1:${randomBytes(32).toString('base64url')}`]));
  if ((statSync(file).mode & 0o077) !== 0) throw new MasterKeyError(`${file} is readable by others: chmod 600 it`);
  const entries = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  if (!Array.isArray(entries)) throw new SyntaxError('no list of master keys');
  return parse(entries.map(String));
};

/** Writes a file of mode 0600 that must not exist yet, whole and durable or not at all, into a folder of mode 0700. */
export const writeSecret = (folder: string, file: string, text: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(file)) throw new MasterKeyError(`${file} is there already`);
  const whole = `${file}.tmp`;
  const handle = openSync(whole, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(whole, file);
};

const parse = (entries: readonly string[]): MasterKeys => {
  const keys = new Map<number, Buffer>();
  for (const entry of Array.isArray(entries) ? entries : []) {
    const [, number, text] = /^(\d+):([A-Za-z0-9_-]{43})$/.exec(String(entry).trim()) ?? [];
    if (number === undefined || text === undefined) {
      throw new MasterKeyError('a master key is written <number>:<32 bytes in base64url>');
    }
    keys.set(Number(number), Buffer.from(text, 'base64url'));
  }
  if (keys.size === 0) throw new MasterKeyError('there is no master key');
  return keys;
};

/** The number of the key that wraps. */
export const newest = (keys: MasterKeys): number => Math.max(...keys.keys());

const SCRYPT = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const HEADER = 'jiandang-master-1';

/** The master keys sealed under a passphrase, as one line of text: a copy for the archive and one for the county. */
export const exportMaster = (keys: MasterKeys, passphrase: string): string => {
  if (passphrase.length < 12) throw new MasterKeyError('the passphrase needs at least 12 characters');
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, SCRYPT), nonce).setAAD(
    Buffer.from(HEADER),
  );
  const plain = JSON.stringify([...keys].map(([number, key]) => `${String(number)}:${key.toString('base64url')}`));
  const sealed = Buffer.concat([salt, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${HEADER} ${sealed.toString('base64url')}\n`;
};

/** Opens a sealed copy. @throws MasterKeyError on a wrong passphrase or a changed copy */
export const importMaster = (copy: string, passphrase: string): MasterKeys => {
  const [header, text = ''] = copy.trim().split(' ');
  const bytes = Buffer.from(text, 'base64url');
  if (header !== HEADER || bytes.length < 45) throw new MasterKeyError('this is no sealed copy of a master key');
  const key = scryptSync(passphrase, bytes.subarray(0, 16), 32, SCRYPT);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(16, 28))
    .setAAD(Buffer.from(HEADER))
    .setAuthTag(bytes.subarray(-16));
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(28, -16)), decipher.final()]).toString();
    return parse(JSON.parse(plain) as string[]);
  } catch {
    throw new MasterKeyError('the passphrase is wrong or the copy was changed');
  }
};

const WRAP = 'jiandang/1/key\n';

/** A key wrapped by a master key; the id is bound, so that wrapped keys cannot be exchanged. */
export const wrapKey = (master: Buffer, id: string, secret: Buffer): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(Buffer.from(WRAP + id));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
};

export const unwrapKey = (master: Buffer, id: string, wrapped: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', master, wrapped.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(WRAP + id))
    .setAuthTag(wrapped.subarray(-16));
  return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
};
