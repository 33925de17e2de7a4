import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const ED25519 = 0x01;

/** The Ed25519 key that signs the checkpoints of a log, kept beside the data folder with mode 0600. */
export const signingKey = (folder: string): KeyObject => {
  const file = join(folder, 'signing.pem');
  if (!existsSync(file)) writeKey(folder, file);
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} is readable by others: chmod 600 it`);
  return createPrivateKey(readFileSync(file));
};

const writeKey = (folder: string, file: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const handle = openSync(file, 'wx', 0o600);
  writeSync(handle, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  fsyncSync(handle);
  closeSync(handle);
};

/** The verifier key in the form of C2SP signed-note: `<name>+<hash>+<base64(type || public key)>`. */
export const verifierKey = (name: string, key: KeyObject): string => {
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.of(ED25519), raw]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, 8);
  return `${name}+${id}+${typed.toString('base64')}`;
};
