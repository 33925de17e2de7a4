import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { MalformedNote, readVerifierKey, type WitnessSetting } from '@kernel/ledger';
import { Environment } from './environment';

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** URL or file of the JSON Web Key Set. */
  readonly jwks: string;
}

/** A backup every day. */
export interface BackupSettings {
  /** Holds one folder a day. */
  readonly folder: string;
  /** Time of the day in Shanghai, `HH:MM`. */
  readonly at: string;
  /** Backups that are kept. */
  readonly keep: number;
}

/** Addresses of the servers behind the stores of a scaled system. */
export interface EngineSettings {
  readonly eventstoredb: string;
  readonly mongodb: string;
  readonly redis: string;
}

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  /** Folder of the keys, beside the data: they are backed up apart. */
  readonly keys: string;
  readonly name: string;
  readonly demo: boolean;
  readonly area: string;
  readonly logLevel: string;
  readonly rateLimit: number;
  readonly masterKey?: string;
  readonly signingKey?: string;
  readonly witnesses: readonly WitnessSetting[];
  /** File of the last checkpoint of the log before. */
  readonly previous?: string;
  readonly oidc?: OidcSettings;
  /** Absent: everything is embedded. */
  readonly engines?: EngineSettings;
  readonly healthPort: number;
  readonly proxies: readonly string[];
  readonly traces?: string;
  /** Absent: nothing is backed up on a schedule. */
  readonly backup?: BackupSettings;
}

/** A setting that cannot be used, named. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

const OPTIONAL = [
  'JIANDANG_MASTER_KEY',
  'JIANDANG_SIGNING_KEY',
  'JIANDANG_WITNESSES',
  'JIANDANG_PREVIOUS',
  'JIANDANG_OIDC_ISSUER',
  'JIANDANG_OIDC_AUDIENCE',
  'JIANDANG_OIDC_JWKS',
  'JIANDANG_EVENTSTOREDB',
  'JIANDANG_MONGODB',
  'JIANDANG_REDIS',
  'JIANDANG_PROXIES',
  'JIANDANG_BACKUP',
  'JIANDANG_TRACES',
];
const KNOWN = Object.keys(new Environment()).concat(OPTIONAL);
/** Secrets may lie in a file that `<name>_FILE` names, as container platforms hand them out. */
const IN_FILES = [
  'JIANDANG_MASTER_KEY',
  'JIANDANG_SIGNING_KEY',
  'JIANDANG_EVENTSTOREDB',
  'JIANDANG_MONGODB',
  'JIANDANG_REDIS',
];
const fileOf = (name: string): string => `${name}_FILE`;

/** Every name that may be set. */
export const settingNames: readonly string[] = [...KNOWN, ...IN_FILES.map(fileOf)];

type Given = Readonly<Record<string, string | undefined>>;

/** @throws BadSetting naming every setting that is unknown or malformed. */
export const readSettings = (environment: Given): Settings => {
  const unknown = Object.keys(environment).filter((key) => key.startsWith('JIANDANG_') && !settingNames.includes(key));
  const { env, faults: unread } = withFiles(environment);
  const given = Object.fromEntries(KNOWN.filter((key) => env[key] !== undefined).map((key) => [key, env[key]]));
  const read = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const bad = validateSync(read).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map(
      (message) => `${property}: ${message} (is: ${shown(property, env[property])})`,
    ),
  );
  const faults = [
    ...unknown.map((key) => `${key}: no such setting`),
    ...unread,
    ...bad,
    ...oidcFaults(read),
    ...engineFaults(read),
    ...witnessFaults(read),
    ...backupFaults(read),
  ];
  if (faults.length > 0) throw new BadSetting(`Bad settings:\n  ${faults.join('\n  ')}`);
  return settingsOf(read);
};

const withFiles = (environment: Given): { env: Given; faults: readonly string[] } => {
  const env = { ...environment };
  const faults: string[] = [];
  for (const name of IN_FILES) {
    const file = environment[fileOf(name)];
    if (file === undefined) continue;
    if (environment[name] !== undefined) faults.push(`${name} and ${fileOf(name)}: set one of them`);
    try {
      env[name] = readFileSync(file, 'utf8').trim();
    } catch {
      faults.push(`${fileOf(name)}: ${file} cannot be read`);
    }
  }
  return { env, faults };
};

/** Addresses of engines carry passwords. */
const shown = (property: string, value: string | undefined): string =>
  IN_FILES.includes(property) ? '(not shown)' : String(value);

const oidcParts = (read: Environment): readonly (string | undefined)[] => [
  read.JIANDANG_OIDC_ISSUER,
  read.JIANDANG_OIDC_AUDIENCE,
  read.JIANDANG_OIDC_JWKS,
];

const allOrNone = (parts: readonly (string | undefined)[]): boolean =>
  new Set(parts.map((part) => part === undefined)).size === 1;

const oidcFaults = (read: Environment): readonly string[] =>
  allOrNone(oidcParts(read)) ? [] : ['JIANDANG_OIDC_ISSUER, _AUDIENCE and _JWKS: set all three or none'];

const engineParts = (read: Environment): readonly (string | undefined)[] => [
  read.JIANDANG_EVENTSTOREDB,
  read.JIANDANG_MONGODB,
  read.JIANDANG_REDIS,
];

const engineFaults = (read: Environment): readonly string[] => {
  const parts = engineParts(read);
  if (!allOrNone(parts)) return ['JIANDANG_EVENTSTOREDB, JIANDANG_MONGODB and JIANDANG_REDIS: set all three or none'];
  const shared = parts[0] === undefined || read.JIANDANG_MASTER_KEY !== undefined;
  return shared ? [] : ['JIANDANG_MASTER_KEY: several processes share the keys, so it must be given with the engines'];
};

const enginesOf = (read: Environment): EngineSettings | undefined => {
  const [eventstoredb, mongodb, redis] = engineParts(read);
  return eventstoredb && mongodb && redis ? { eventstoredb, mongodb, redis } : undefined;
};

const witnessFaults = ({ JIANDANG_WITNESSES: text }: Environment): readonly string[] => {
  try {
    for (const { key } of (text?.split(',') ?? []).map(witnessOf)) readVerifierKey(key);
    return [];
  } catch (error) {
    if (error instanceof MalformedNote) return [`JIANDANG_WITNESSES: ${error.message}`];
    throw error;
  }
};

const backupFaults = ({ JIANDANG_BACKUP: to, JIANDANG_DATA: data, ...read }: Environment): readonly string[] => {
  if (to === undefined) return [];
  if (read.JIANDANG_EVENTSTOREDB !== undefined)
    return ['JIANDANG_BACKUP: engines are backed up by their own tools, see docs/engines.md'];
  const inside = relative(resolve(data), resolve(to));
  return inside === '' || !inside.startsWith('..') ? ['JIANDANG_BACKUP: must lie outside the data folder'] : [];
};

const backupOf = (read: Environment): Pick<Settings, 'backup'> => ({
  ...(read.JIANDANG_BACKUP !== undefined && {
    backup: {
      folder: resolve(read.JIANDANG_BACKUP),
      at: read.JIANDANG_BACKUP_AT,
      keep: read.JIANDANG_BACKUP_KEEP,
    },
  }),
});

const witnessOf = (text: string): WitnessSetting => {
  const [url = '', key = ''] = text.trim().split(' ');
  return { key, ...(url !== 'offline' && { url }) };
};

const optionalOf = (read: Environment): Pick<Settings, 'masterKey' | 'signingKey' | 'previous' | 'traces'> => ({
  ...(read.JIANDANG_MASTER_KEY !== undefined && { masterKey: read.JIANDANG_MASTER_KEY }),
  ...(read.JIANDANG_SIGNING_KEY !== undefined && { signingKey: read.JIANDANG_SIGNING_KEY }),
  ...(read.JIANDANG_PREVIOUS !== undefined && { previous: read.JIANDANG_PREVIOUS }),
  ...(read.JIANDANG_TRACES !== undefined && { traces: read.JIANDANG_TRACES }),
});

const settingsOf = (read: Environment): Settings => {
  const data = resolve(read.JIANDANG_DATA);
  const [issuer, audience, jwks] = oidcParts(read);
  const engines = enginesOf(read);
  return {
    port: read.PORT,
    host: read.HOST,
    data,
    keys: `${data}-keys`,
    name: read.JIANDANG_NAME,
    demo: read.JIANDANG_DEMO === 'on',
    area: read.JIANDANG_AREA,
    logLevel: read.JIANDANG_LOG_LEVEL,
    rateLimit: read.JIANDANG_RATE_LIMIT,
    witnesses: (read.JIANDANG_WITNESSES?.split(',') ?? []).map(witnessOf),
    ...(issuer && audience && jwks && { oidc: { issuer, audience, jwks } }),
    ...(engines && { engines }),
    ...optionalOf(read),
    ...backupOf(read),
    healthPort: read.JIANDANG_HEALTH_PORT,
    proxies: read.JIANDANG_PROXIES?.split(',') ?? [],
  };
};
