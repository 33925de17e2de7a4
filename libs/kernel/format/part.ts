import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { canonical, type ValueObject } from './json';

/** Classes of personal data (design 5). */
export type PersonalClass = 'identity' | 'contact' | 'finance' | 'health' | 'social' | 'remark' | 'paper';
export const BOX_CLASSES: ReadonlySet<string> = new Set<PersonalClass>([
  'identity',
  'contact',
  'finance',
  'health',
  'social',
  'remark',
  'paper',
]);

/** Personal fields of one object, subject and class, before they are sealed. `at` absent = the root of the data. */
export interface Part {
  readonly at?: string;
  readonly class: PersonalClass;
  readonly subject: string;
  readonly part: ValueObject;
}

/** The commitment to a part: hashed with the event for ever. */
export interface Seal {
  readonly at?: string;
  readonly c: string;
  readonly class: PersonalClass;
  readonly subject: string;
}

/** The carrier of a part: never hashed, can be re-encrypted or emptied (`{}`). */
export type Box =
  | { readonly alg: 'A256GCM'; readonly ct: string; readonly key: string }
  | { readonly alg?: never; readonly ct?: never; readonly key?: never };

const at = (pointer: string | undefined): { at?: string } => (pointer === undefined ? {} : { at: pointer });

/** `c`, by which a seal commits to a part under a salt of 32 random bytes. */
export const commitment = (salt: Buffer, eventId: string, part: Part): string =>
  committed(salt, eventId, part, canonical(part.part));

/** The same where the text of the part is at hand. */
const committed = (salt: Buffer, eventId: string, part: Omit<Part, 'part'>, text: string): string =>
  createHmac('sha256', salt)
    .update(sealedText(eventId, part, text))
    .digest('hex');

/** What a seal commits to: `J({at?, class, id, part, subject})`, assembled around the text of the part. */
const sealedText = (eventId: string, { at: pointer, class: of, subject }: Omit<Part, 'part'>, text: string): string => {
  const place = pointer === undefined ? '' : `"at":${canonical(pointer)},`;
  return (
    `jiandang/1/seal\n{${place}"class":"${of}","id":${canonical(eventId)},"part":${text},` +
    `"subject":${canonical(subject)}}`
  );
};

export interface BoxKey {
  /** UUID of the key: it stands in the box. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Buffer;
}

const aad = (log: string, c: string, key: string): Buffer => Buffer.from(`jiandang/1/box\n${log}\n${c}\n${key}`);

const pad = (plain: Buffer): Buffer => {
  const padded = Buffer.alloc(Math.ceil((plain.length + 1) / 256) * 256);
  plain.copy(padded);
  padded[plain.length] = 0x80;
  return padded;
};

const unpad = (padded: Buffer): Buffer => {
  let end = padded.length - 1;
  while (padded[end] === 0) end -= 1;
  if (end < 32 || padded[end] !== 0x80) throw new OpeningError('padding');
  return padded.subarray(0, end);
};

/** A box that does not open, or that opens to something else than what was sealed. */
export class OpeningError extends Error {
  override readonly name = 'OpeningError';
  constructor(
    readonly kind: 'padding' | 'cipher' | 'commitment' | 'text',
    readonly place = '',
  ) {
    super(`the box does not open: ${kind}${place && ` at ${place}`}`);
  }
}

/** Seals one part of the event `eventId`. `random` is for the vectors of the format only. */
export const sealPart = (
  log: string,
  eventId: string,
  part: Part,
  key: BoxKey,
  random: { salt: Buffer; nonce: Buffer } = { salt: randomBytes(32), nonce: randomBytes(12) },
): { seal: Seal; box: Box } => {
  const text = canonical(part.part);
  const c = committed(random.salt, eventId, part, text);
  const cipher = createCipheriv('aes-256-gcm', key.secret, random.nonce).setAAD(aad(log, c, key.id));
  const plain = pad(Buffer.concat([random.salt, Buffer.from(text)]));
  const sealed = Buffer.concat([random.nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return {
    seal: { ...at(part.at), c, class: part.class, subject: part.subject },
    box: { alg: 'A256GCM', ct: sealed.toString('base64url'), key: key.id },
  };
};

/** What takes the room of a sealed part, to the byte, without a key: a seal and a box that say nothing. */
export const measurePart = (part: Part): { seal: Seal; box: Box } => {
  const plain = pad(Buffer.alloc(32 + Buffer.byteLength(canonical(part.part))));
  const ct = '-'.repeat(Math.ceil(((12 + plain.length + 16) * 4) / 3));
  return {
    seal: { ...at(part.at), c: '0'.repeat(64), class: part.class, subject: part.subject },
    box: { alg: 'A256GCM', ct, key: '0'.repeat(36) },
  };
};

/**
 * Opens a box and checks it against its seal: GCM alone binds nothing, so the commitment is always recomputed.
 * @throws OpeningError
 */
export const openBox = (
  log: string,
  eventId: string,
  seal: Seal,
  box: Box,
  secret: Buffer,
): { part: ValueObject; salt: Buffer } => {
  const plain = unpad(decrypt(log, seal.c, box, secret));
  const salt = plain.subarray(0, 32);
  const text = plain.toString('utf8', 32);
  const part = parse(text);
  if (canonical(part) !== text) throw new OpeningError('text');
  if (committed(salt, eventId, seal, text) !== seal.c) throw new OpeningError('commitment');
  return { part, salt };
};

const parse = (text: string): ValueObject => {
  try {
    return JSON.parse(text) as ValueObject;
  } catch {
    throw new OpeningError('text');
  }
};

/** Exactly as it was written: Node takes stray letters and loose bits at the end for nothing. @throws OpeningError */
const cipherOf = (box: Box): Buffer => {
  const bytes = Buffer.from(box.ct ?? '', 'base64url');
  const { alg }: { readonly alg?: string } = box;
  const whole = bytes.length >= 12 + 256 + 16 && bytes.toString('base64url') === box.ct;
  if (!whole || alg !== 'A256GCM' || Object.keys(box).length !== 3) throw new OpeningError('cipher');
  return bytes;
};

const decrypt = (log: string, c: string, box: Box, secret: Buffer): Buffer => {
  const bytes = cipherOf(box);
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12), { authTagLength: 16 })
      .setAAD(aad(log, c, box.key ?? ''))
      .setAuthTag(bytes.subarray(-16));
    const plain = decipher.update(bytes.subarray(12, -16));
    decipher.final();
    return plain;
  } catch {
    throw new OpeningError('cipher');
  }
};
