import {
  bodyHash,
  bodyText,
  headHash,
  ledgerEntry,
  leafHash,
  sealPart,
  signedHash,
  sigsHash,
  streamId,
  type Box,
  type Meta,
  type Part,
  type Seal,
  type ValueObject,
} from '..';

interface PartInput extends Part {
  readonly key: { readonly id: string; readonly secret: string };
  readonly salt: string;
  readonly nonce: string;
  readonly emptied?: boolean;
}

export interface AppendInput {
  readonly log: string;
  readonly stream: string;
  readonly after: { readonly revision: number; readonly h: string };
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly data: ValueObject;
    readonly parts: readonly PartInput[];
    readonly meta: Meta;
    readonly sigs?: readonly ValueObject[];
  }[];
}

const sealOf = (
  log: string,
  id: string,
  { key, salt, nonce, emptied, ...part }: PartInput,
): { seal: Seal; box: Box } => {
  const random = { salt: Buffer.from(salt, 'hex'), nonce: Buffer.from(nonce, 'hex') };
  const { seal, box } = sealPart(log, id, part, { id: key.id, secret: Buffer.from(key.secret, 'hex') }, random);
  return { seal, box: emptied ? {} : box };
};

/** Everything that the format computes of one append. */
export const compute = ({ log, stream, after, events }: AppendInput) => {
  const sid = streamId(log, stream);
  let { revision, h: prev } = after;
  const bodies: string[] = [];
  const computed = events.map(({ id, type, data, parts, meta, sigs }) => {
    revision += 1;
    const sealed = parts.map((part) => sealOf(log, id, part));
    const seals = sealed.map(({ seal }) => seal);
    const body = bodyHash(bodyText(data, seals));
    bodies.push(body);
    const whole = { ...meta, prev, ...(sigs && { sig: sigsHash(sigs) }) };
    const h = headHash({ log, stream, revision, id, type, meta: whole, body });
    const leaf = leafHash(ledgerEntry(sid, revision, h));
    prev = h;
    return { seals, boxes: sealed.map(({ box }) => box), body, h, leaf, revision, ...(sigs && { sig: whole.sig }) };
  });
  const signed = events.map(({ id, type, meta }, index) => ({ id, type, meta, body: bodies[index] ?? '' }));
  return { sid, s: signedHash(log, stream, after.h, signed), events: computed };
};
