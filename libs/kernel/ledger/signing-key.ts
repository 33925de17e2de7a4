import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

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
