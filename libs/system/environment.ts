import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength } from 'class-validator';

const number = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : value,
);

const WITNESSES = /^((https?:\/\/\S+|offline) [^\s,]+)(,\s*(https?:\/\/\S+|offline) [^\s,]+)*$/;

/** Everything that can be set, by environment variable. */
export class Environment {
  @number @IsInt() @Min(0) @Max(65_535) PORT = 3000;
  @IsString() @MinLength(1) HOST = '127.0.0.1';
  @IsString() @MinLength(1) JIANDANG_DATA = './data';
  /** Name under which this office's checkpoints are known, without scheme. */
  @Matches(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9.-]+)*$/) JIANDANG_NAME = 'jiandang.local';
  @IsIn(['on', 'off']) JIANDANG_DEMO = 'on';
  @Matches(/^(\d{2}|\d{4}|\d{6})$/) JIANDANG_AREA = '433124';
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent']) JIANDANG_LOG_LEVEL = 'info';
  /** Who keeps checkpoints outside, by comma: `<url> <verifier key>`, or `offline <verifier key>` for a stick. */
  @IsOptional() @Matches(WITNESSES) JIANDANG_WITNESSES?: string;
  /** File with the last checkpoint of a log that a new one continues. */
  @IsOptional() @IsString() @MinLength(1) JIANDANG_PREVIOUS?: string;
  /** Requests a minute from one token or address. */
  @number @IsInt() @Min(1) JIANDANG_RATE_LIMIT = 6000;
  @IsOptional() @IsString() @MinLength(1) JIANDANG_MASTER_KEY?: string;
  /** PKCS #8 Ed25519 keys in base64, several by comma: instead of files beside the data. */
  @IsOptional() @IsString() @MinLength(1) JIANDANG_SIGNING_KEY?: string;
  @IsOptional() @Matches(/^https?:\/\//) JIANDANG_OIDC_ISSUER?: string;
  @IsOptional() @IsString() @MinLength(1) JIANDANG_OIDC_AUDIENCE?: string;
  @IsOptional() @IsString() @MinLength(1) JIANDANG_OIDC_JWKS?: string;
  /** The three engines: all or none. */
  @IsOptional() @Matches(/^esdb(\+discover)?:\/\/./) JIANDANG_EVENTSTOREDB?: string;
  @IsOptional() @Matches(/^mongodb(\+srv)?:\/\/./) JIANDANG_MONGODB?: string;
  @IsOptional() @Matches(/^rediss?:\/\/./) JIANDANG_REDIS?: string;
  /** Port of health and metrics of projector and worker. */
  @number @IsInt() @Min(0) @Max(65_535) JIANDANG_HEALTH_PORT = 9464;
  /** Addresses or networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, by comma. */
  @IsOptional() @Matches(/^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$/) JIANDANG_PROXIES?: string;
  /** Folder that gets a backup every day; its parent must be there. */
  @IsOptional() @IsString() @MinLength(1) JIANDANG_BACKUP?: string;
  /** When the backup of a day is made, by the clock of Shanghai. */
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/) JIANDANG_BACKUP_AT = '02:00';
  /** How many daily backups are kept. */
  @number @IsInt() @Min(1) @Max(3650) JIANDANG_BACKUP_KEEP = 14;
  /** Where traces go (OTLP over HTTP); no traces without it. */
  @IsOptional() @Matches(/^https?:\/\/./) JIANDANG_TRACES?: string;
}
