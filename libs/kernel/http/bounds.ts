import { defineRejections, type RejectionDetails } from '@kernel/sourcing';

defineRejections({
  'request/too-deep': {
    zh: ['请求内容嵌套超过 {limit} 层', '请按接口文档(/docs)填写'],
    en: [
      'The content of the request is nested deeper than {limit} levels',
      'Write it as the documentation at /docs says',
    ],
  },
  'request/too-many-values': {
    zh: ['请求内容超过 {limit} 项', '请按接口文档(/docs)填写;内容过多的请拆分'],
    en: [
      'The request, or a list in it, has more than {limit} values',
      'Write it as the documentation at /docs says; split what is too much for one request',
    ],
  },
  'request/text-too-long': {
    zh: ['请求中有超过 {limit} 个字符的文字或字段名', '请缩短,或作为材料上传'],
    en: [
      'A text or a field name of the request has more than {limit} characters',
      'Shorten it, or upload it as a paper',
    ],
  },
});

/**
 * What a request may hold. The largest command is a list of 400 areas: 1,200 values; the longest list, a notice's 500
 * households.
 */
export interface Bounds {
  readonly depth: number;
  /** Fields and items together. */
  readonly values: number;
  readonly items: number;
  readonly name: number;
  readonly text: number;
}

export const BODY: Bounds = { depth: 16, values: 3000, items: 500, name: 100, text: 65_536 };
export const QUERY: Bounds = { depth: 3, values: 100, items: 20, name: 100, text: 4096 };

/** The request holds more than any honest one (400). */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds';
  constructor(
    readonly code: 'request/too-deep' | 'request/too-many-values' | 'request/text-too-long',
    readonly details: RejectionDetails,
  ) {
    super(code);
  }
}

interface Inner {
  readonly value: unknown;
  readonly depth: number;
}

const mustBeShort = (text: string, limit: number): void => {
  if (text.length > limit) throw new OutOfBounds('request/text-too-long', { limit });
};

const mustBeFew = (count: number, limit: number): void => {
  if (count > limit) throw new OutOfBounds('request/too-many-values', { limit });
};

const itemsOf = (list: readonly unknown[], bounds: Bounds): readonly unknown[] => {
  mustBeFew(list.length, Math.min(bounds.items, bounds.values));
  return list;
};

const fieldsOf = (record: object, { name, values }: Bounds): readonly unknown[] => {
  const keys = Object.keys(record);
  mustBeFew(keys.length, values);
  for (const key of keys) mustBeShort(key, name);
  return Object.values(record) as unknown[];
};

const innerOf = ({ value, depth }: Inner, bounds: Bounds): readonly unknown[] => {
  if (typeof value === 'string') mustBeShort(value, bounds.text);
  if (typeof value !== 'object' || value === null) return [];
  if (depth > bounds.depth) throw new OutOfBounds('request/too-deep', { limit: bounds.depth });
  return Array.isArray(value) ? itemsOf(value, bounds) : fieldsOf(value, bounds);
};

/**
 * Walks what was parsed, without recursion and no further than its bounds: before anything else does. @throws
 * OutOfBounds
 */
export const mustBeBounded = (parsed: unknown, bounds: Bounds): void => {
  const waiting: Inner[] = [{ value: parsed, depth: 1 }];
  let values = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const inner = innerOf(next, bounds);
    mustBeFew((values += inner.length), bounds.values);
    for (const value of inner) waiting.push({ value, depth: next.depth + 1 });
  }
};
