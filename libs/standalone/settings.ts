import { resolve } from 'node:path';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength, validateSync } from 'class-validator';

const number = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : value,
);

/** Everything that can be set, by environment variable. */
class Environment {
  @number @IsInt() @Min(0) @Max(65_535) PORT = 3000;
  @IsString() @MinLength(1) HOST = '127.0.0.1';
  @IsString() @MinLength(1) JIANDANG_DATA = './data';
  /** Name under which this office's checkpoints are known, without scheme. */
  @Matches(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9.-]+)*$/) JIANDANG_NAME = 'jiandang.local';
  @IsIn(['on', 'off']) JIANDANG_DEMO = 'on';
  @Matches(/^(\d{2}|\d{4}|\d{6})$/) JIANDANG_AREA = '433124';
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent']) JIANDANG_LOG_LEVEL = 'info';
  /** Requests a minute from one token or address. */
  @number @IsInt() @Min(1) JIANDANG_RATE_LIMIT = 6000;
  @IsOptional() @IsString() @MinLength(1) JIANDANG_MASTER_KEY?: string;
  /** PKCS #8 Ed25519 keys in base64, several by comma: instead of files beside the data. */
  @IsOptional() @IsString() @MinLength(1) JIANDANG_SIGNING_KEY?: string;
  @IsOptional() @Matches(/^https?:\/\//) JIANDANG_OIDC_ISSUER?: string;
  @IsOptional() @IsString() @MinLength(1) JIANDANG_OIDC_AUDIENCE?: string;
  @IsOptional() @IsString() @MinLength(1) JIANDANG_OIDC_JWKS?: string;
}

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** URL or file of the JSON Web Key Set. */
  readonly jwks: string;
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
  readonly oidc?: OidcSettings;
}

/** A setting that cannot be used, named. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

const KNOWN = Object.keys(new Environment()).concat('JIANDANG_MASTER_KEY', 'JIANDANG_SIGNING_KEY', 'JIANDANG_OIDC_ISSUER', 'JIANDANG_OIDC_AUDIENCE', 'JIANDANG_OIDC_JWKS'); // prettier-ignore

/** @throws BadSetting naming every setting that is unknown or malformed. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): Settings => {
  const unknown = Object.keys(env).filter((key) => key.startsWith('JIANDANG_') && !KNOWN.includes(key));
  const given = Object.fromEntries(KNOWN.filter((key) => env[key] !== undefined).map((key) => [key, env[key]]));
  const read = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const bad = validateSync(read).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map(
      (message) => `${property}: ${message} (is: ${shown(property, env[property])})`,
    ),
  );
  const faults = [...unknown.map((key) => `${key}: no such setting`), ...bad, ...oidcFaults(read)];
  if (faults.length > 0) throw new BadSetting(`Bad settings:\n  ${faults.join('\n  ')}`);
  return settingsOf(read);
};

const shown = (property: string, value: string | undefined): string =>
  property.includes('KEY') ? '(not shown)' : String(value);

const oidcParts = (read: Environment): readonly (string | undefined)[] => [
  read.JIANDANG_OIDC_ISSUER,
  read.JIANDANG_OIDC_AUDIENCE,
  read.JIANDANG_OIDC_JWKS,
];

const oidcFaults = (read: Environment): readonly string[] => {
  const given = oidcParts(read).filter((part) => part !== undefined).length;
  return given === 0 || given === 3 ? [] : ['JIANDANG_OIDC_ISSUER, _AUDIENCE and _JWKS: set all three or none'];
};

const settingsOf = (read: Environment): Settings => {
  const data = resolve(read.JIANDANG_DATA);
  const [issuer, audience, jwks] = oidcParts(read);
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
    ...(read.JIANDANG_MASTER_KEY !== undefined && { masterKey: read.JIANDANG_MASTER_KEY }),
    ...(read.JIANDANG_SIGNING_KEY !== undefined && { signingKey: read.JIANDANG_SIGNING_KEY }),
    ...(issuer && audience && jwks && { oidc: { issuer, audience, jwks } }),
  };
};
