// Writes every secret of the compose files into deploy/secrets, mode 0600; what is there stays. Plain Node, no
// packages.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.SECRETS_FOLDER ?? fileURLToPath(new URL('./secrets', import.meta.url));
const cluster = process.argv.includes('--cluster');

/** Containers run as users of their own and read mounted files by their mode. */
const MODE = 0o644;
mkdirSync(folder, { recursive: true, mode: 0o700 });

const secret = (name, make) => {
  const file = join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(file, make(), { mode: MODE, flag: 'wx' });
    process.stdout.write(`${file}\n`);
  }
  return readFileSync(file, 'utf8').trim();
};

const password = () => randomBytes(24).toString('base64url');
const mongodb = secret('mongodb-password', password);
const redis = secret('redis-password', password);
secret('mongodb-root-password', password);
secret('mongodb-keyfile', () => randomBytes(512).toString('base64'));
secret('master-key', () => `1:${randomBytes(32).toString('base64url')}`);
secret(
  'mongodb',
  () => `mongodb://jiandang:${mongodb}@mongodb:27017/jiandang?replicaSet=rs0&authSource=jiandang&insecure=true`,
);
secret('redis', () => `redis://:${redis}@redis:6379/0`);
if (cluster) {
  const events = secret('eventstoredb-password', password);
  const hosts = [1, 2, 3].map((node) => `eventstoredb-${node}:2113`).join(',');
  secret(
    'eventstoredb',
    () => `esdb://admin:${events}@${hosts}?tls=true&tlsCAFile=/certs/ca/ca.crt&nodePreference=leader`,
  );
} else secret('eventstoredb', () => 'esdb://eventstoredb:2113?tls=false&insecure=true');
