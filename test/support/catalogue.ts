import {
  canonicalDigest,
  derivedUuid,
  sealPart,
  bodyText,
  bodyHash,
  headHash,
  ZERO_HASH,
  type Box,
  type Seal,
} from '@kernel/format';
import { schemaOf, type EventTable, type EventType, type JsonSchema } from '@kernel/sourcing';

/** Everything in a sample is fixed: the same event version gives the same bytes for ever. */
export const LOG = '01999999-0000-7000-8000-000000000001';
const SUBJECT = '01999999-0000-7000-8000-0000000000aa';
const OWNER = '01999999-0000-7000-8000-0000000000e0';

export interface Sample {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly body: string;
  readonly boxes: readonly Box[];
  /** What a fold must see. */
  readonly whole: unknown;
}

/** Secret of a key by its id: fixed, so that samples open without a key store. */
export const secretOf = (key: string): Buffer => Buffer.from(canonicalDigest(key), 'hex');

const TEXTS: readonly (readonly [part: string, text: string])[] = [
  ['-(0[1-9]', '2016-10-20'],
  ['\\d{12}', '433124110226'],
  ['\\d{2,12}', '433124'],
  ['[0-9a-f]{64}', 'ab'.repeat(32)],
  ['^E(', 'E1'],
  ['^[a-z]{2,40}', 'chain'],
  ['T\\d{2}:', '2016-10-20T02:00:00.000Z'],
  ['\\d{4}-\\d{2}', '2016-01-01'],
  ['income|items', 'procedure'],
  ['[a-z]+\\/', 'image/jpeg'],
  ['-[0-9a-f-]{36}', `notice-${SUBJECT}`],
  ['^-?\\d{1,3}', '28.5,109.4'],
  ['[a-z][a-z0-9.-]', 'village-1'],
  ['^[a-z][A-Za-z0-9.]', 'publicity.exit.days'],
  ['^\\d{1,2}$', '1'],
];

const scalar = (
  { type, minimum, format, pattern = '' }: JsonSchema & { minimum?: number; format?: string; pattern?: string },
  path: string,
): unknown => {
  if (type === 'integer') return Math.max(minimum ?? 1, 1);
  if (type === 'boolean') return true;
  if (format === 'uuid') return derivedUuid(OWNER, path);
  return TEXTS.find(([part]) => pattern.includes(part))?.[1] ?? '示例';
};

/** A full example: optional fields too, so that every part of the version is in the sample. */
export const fullExample = (schema: JsonSchema, path: string): unknown => {
  const {
    enum: values,
    type,
    items = { type: 'string' },
    properties = {},
  } = schema as JsonSchema & { enum?: unknown[] };
  if (values) return values[0];
  if (type === 'array') return [fullExample(items, `${path}/0`)];
  if (type !== 'object') return scalar(schema, path);
  return Object.fromEntries(
    Object.entries(properties).map(([field, of]) => [field, fullExample(of, `${path}/${field}`)]),
  );
};

/** The typed partial of a correction corrects an application's cause. */
const wholeOf = (type: EventType): object => {
  const data = fullExample(schemaOf(type.class), '') as Record<string, unknown>;
  return 'corrects' in data
    ? { ...data, corrects: 'HouseholdRegistered', replaces: { mainCause: '3', area: '433124110226' } }
    : data;
};

export const sampleOf = (table: EventTable, type: EventType): Sample => {
  const whole = wholeOf(type);
  const refused = type.refuse(whole);
  if (refused !== undefined) throw new Error(`${type.type}: ${refused}`);
  const id = derivedUuid(OWNER, `event ${type.type}`);
  const { data, parts } = type.split(whole, SUBJECT);
  const seals: Seal[] = [];
  const boxes: Box[] = [];
  parts.forEach((part, index) => {
    const key = derivedUuid(part.subject, part.class);
    const random = { salt: Buffer.alloc(32, index + 1), nonce: Buffer.alloc(12, index + 1) };
    const sealed = sealPart(LOG, id, part, { id: key, secret: secretOf(key) }, random);
    seals.push(sealed.seal);
    boxes.push(sealed.box);
  });
  const stream = `${table.category}-${SUBJECT}`;
  const body = bodyText(data, seals);
  const meta = {
    env: '1',
    schema: String(type.schema),
    cmd: derivedUuid(OWNER, 'cmd'),
    actor: derivedUuid(OWNER, 'actor'),
    auth: 'pwd',
    area: '433124110226',
    via: 'web',
    recordedAt: '2026-11-24T02:00:00.000Z',
    validFrom: '2016-10',
    prev: ZERO_HASH,
  };
  const h = headHash({ log: LOG, stream, revision: 0, id, type: type.type, meta, body: bodyHash(body) });
  return { stream, revision: 0, id, type: type.type, meta: { ...meta, h }, body, boxes, whole };
};
