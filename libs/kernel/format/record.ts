import { hash } from 'node:crypto';
import { canonical, FormatError, type ValueObject } from './json';
import { isUuid } from './uuid';
import { BOX_CLASSES, type Box, type Seal } from './part';

/** Metadata of a stored event: a flat map of non-empty strings with only the keys of `META_KEYS`. */
export type Meta = Readonly<Record<string, string>>;

export const ZERO_HASH = '0'.repeat(64);
export const MAX_EVENT_BYTES = 64 * 1024;
export const MAX_APPEND_EVENTS = 500;
export const MAX_APPEND_BYTES = 512 * 1024;

export const REQUIRED_META = [
  'env',
  'schema',
  'cmd',
  'actor',
  'auth',
  'area',
  'via',
  'recordedAt',
  'prev',
  'h',
] as const;
export const OPTIONAL_META = [
  '$correlationId',
  '$causationId',
  'post',
  'org',
  'reason',
  'basis',
  'claimedAt',
  'validFrom',
  'validTo',
  'sw',
  'sig',
  'traceparent',
] as const;
export const META_KEYS: ReadonlySet<string> = new Set([...REQUIRED_META, ...OPTIONAL_META]);

const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** `J({data, seals})`: the hashed body as text. */
export const bodyText = (data: ValueObject, seals: readonly Seal[]): string => canonical({ data, seals });

/** Bytes of the event data `J({boxes, data, seals})`. */
export const eventBytes = ({ body, boxes }: { readonly body: string; readonly boxes: readonly Box[] }): number =>
  Buffer.byteLength(body) + boxes.reduce((total, box) => total + ('ct' in box ? box.ct.length + 80 : 3), 12);

export const bodyHash = (body: string): string => sha256(`jiandang/1/body\n${body}`);

/** What is hashed of the metadata: the listed keys without `h`; the engine's own `$…` keys are ignored. */
export const hashedMeta = (meta: Meta): Meta => {
  const kept: Record<string, string> = {};
  for (const key of Object.keys(meta)) if (key !== 'h' && META_KEYS.has(key)) kept[key] = meta[key]!;
  return kept;
};

export interface Head {
  readonly log: string;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly meta: Meta;
  /** Hash of the body, see `bodyHash`. */
  readonly body: string;
}

/** `h`, the head hash of an event. */
export const headHash = ({ log, stream, revision, id, type, meta, body }: Head): string =>
  sha256(`jiandang/1/event\n${canonical({ body, id, log, meta: hashedMeta(meta), rev: revision, stream, type })}`);

/** `sid`, by which the ledger names a stream. */
export const streamId = (log: string, stream: string): string => sha256(`jiandang/1/stream\n${log}\n${stream}`);

/** The 73 bytes of an event in the ledger: `0x01 || sid || rev (8, big-endian) || h`. */
export const ledgerEntry = (sid: string, revision: number, h: string): Buffer => {
  const entry = Buffer.alloc(73);
  entry[0] = 1;
  entry.write(sid, 1, 'hex');
  entry.writeBigUInt64BE(BigInt(revision), 33);
  entry.write(h, 41, 'hex');
  return entry;
};

/** RFC 6962 hash of a leaf. */
export const leafHash = (entry: Buffer): string => hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'hex');

/** `s`, what a signature over the events of one append signs; `prev` is the state that the signer saw. */
export const signedHash = (
  log: string,
  stream: string,
  prev: string,
  events: readonly { id: string; type: string; body: string; meta: Meta }[],
): string =>
  sha256(
    `jiandang/1/sign\n${canonical({
      events: events.map(({ id, type, body, meta }) => {
        const { prev: _prev, sig: _sig, ...signed } = hashedMeta(meta);
        return { body, id, meta: signed, type };
      }),
      log,
      prev,
      stream,
    })}`,
  );

/** The metadata value `sig`, which ties `sigs` into the chain. */
export const sigsHash = (sigs: readonly ValueObject[]): string => sha256(`jiandang/1/sigs\n${canonical(sigs)}`);

const STREAM = /^[a-z][A-Za-z0-9]*-/;
const TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const CIVIL_DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const HASH = /^[0-9a-f]{64}$/;
const VIA = new Set(['web', 'api', 'cli', 'import', 'process', 'timer', 'sync', 'demo']);
const AUTH = new Set(['pwd', 'otp', 'oidc', 'passkey', 'ukey', 'none']);

export const isStream = (name: string): boolean => STREAM.test(name) && isUuid(name.slice(name.indexOf('-') + 1));
export const isInstant = (text: string): boolean =>
  INSTANT.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
export const isCivilDate = (text: string): boolean =>
  CIVIL_DATE.test(text) && (text.length < 10 || new Date(`${text}T00:00:00.000Z`).toISOString().startsWith(text));

const META_RULES: Record<string, (text: string) => boolean> = {
  env: (text) => text === '1',
  schema: (text) => /^[1-9]\d*$/.test(text),
  cmd: isUuid,
  actor: (text) => isUuid(text) || /^system:[a-z-]+$/.test(text),
  auth: (text) => AUTH.has(text),
  area: (text) => /^\d{12}$/.test(text),
  via: (text) => VIA.has(text),
  recordedAt: isInstant,
  prev: (text) => HASH.test(text),
  h: (text) => HASH.test(text),
  post: isUuid,
  validFrom: isCivilDate,
  validTo: isCivilDate,
  claimedAt: isInstant,
  sig: (text) => HASH.test(text),
  $causationId: isUuid,
};

/** @throws FormatError naming the first key that the format forbids, misses or finds malformed. */
export const checkMeta = (meta: Meta): void => {
  for (const key of REQUIRED_META) if (!Object.hasOwn(meta, key)) throw new FormatError('meta-missing', `/meta/${key}`);
  for (const [key, value] of Object.entries(meta)) checkMetaEntry(key, value);
};

const checkMetaEntry = (key: string, value: unknown): void => {
  const path = `/meta/${key}`;
  if (!META_KEYS.has(key)) {
    if (key.startsWith('$')) return;
    throw new FormatError('meta-unknown', path);
  }
  if (typeof value !== 'string' || value === '') throw new FormatError('meta-not-text', path);
  if (!value.isWellFormed()) throw new FormatError('lone-surrogate', path);
  if (META_RULES[key]?.(value) === false) throw new FormatError('meta-malformed', path);
};

/** @throws FormatError when the names of an event are not those of the format. */
export const checkNames = ({ stream, id, type }: { stream: string; id: string; type: string }): void => {
  if (!isStream(stream)) throw new FormatError('bad-stream', '/stream');
  if (!isUuid(id)) throw new FormatError('bad-id', '/id');
  if (!TYPE.test(type)) throw new FormatError('bad-type', '/type');
};

/** Seals stand in byte order of `at`, class, subject; one per object, subject and class. */
export const checkSeals = (seals: readonly Seal[]): void => {
  let before = '';
  seals.forEach((seal, index) => {
    if (!BOX_CLASSES.has(seal.class)) throw new FormatError('bad-class', `/seals/${String(index)}/class`);
    const order = sealOrder(seal);
    if (order <= before) throw new FormatError('seals-out-of-order', `/seals/${String(index)}`);
    before = order;
  });
};

export const sealOrder = ({ at = '', class: of, subject }: Pick<Seal, 'class' | 'subject'> & { at?: string }): string =>
  `${at}\n${of}\n${subject}`;
