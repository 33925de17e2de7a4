import fc from 'fast-check';
import type { NewEvent, StoredEvent } from '@kernel/event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import {
  bodyHash,
  bodyText,
  commitment,
  headHash,
  newUuid,
  openBox,
  sealPart,
  type Box,
  type Meta,
  type Seal,
} from '@kernel/format';
import { clearingOf } from './clearing.cjs';
import { faultsOf } from './event-faults';
import { opens } from './opening.cjs';

const log = newUuid();
const { clear, stream } = clearingOf(log);

/** As the embedded store keeps it. */
const cleared = (
  { stream: name, revision, id, type, body, meta, boxes }: NewEvent,
  metaText = JSON.stringify(meta),
): boolean =>
  clear(
    stream(name),
    [1, revision, id, type, meta['h'] ?? '', body, metaText, null],
    boxes.length === 0 ? null : JSON.stringify(boxes),
  ) !== undefined;

const exactly = (event: NewEvent): readonly string[] =>
  faultsOf(log, { ...event, position: '1' } satisfies StoredEvent).map(({ kind, detail = '' }) => `${kind}: ${detail}`);

/** The same event with its hash made right again, whatever was done to it. */
const rehashed = (event: NewEvent): NewEvent | undefined => {
  try {
    const h = headHash({ ...event, log, body: bodyHash(event.body) });
    return { ...event, meta: { ...event.meta, h } };
  } catch {
    return undefined;
  }
};

const uuid = (n: number): string => `01999999-0000-7000-8000-${String(n).padStart(12, '0')}`;

const sample = (): NewEvent => {
  const of = new SampleStream(log);
  const [event] = of.next(1);
  const seals: readonly Seal[] = [
    { c: 'ab'.repeat(32), class: 'identity', subject: uuid(1) },
    { at: '/members/0', c: 'cd'.repeat(32), class: 'identity', subject: uuid(2) },
  ];
  const box: Box = { alg: 'A256GCM', ct: 'AAAA', key: uuid(3) };
  const data = {
    members: [{ person: uuid(2) }],
    note: 'a "b" \\ 家',
    papers: [uuid(4)],
    votes: 7,
    year: 2016,
    zero: 0,
  };
  const meta: Meta = { ...event!.meta, validFrom: '2016-02', post: uuid(5), reason: 'late-paper' };
  return rehashed({ ...event!, meta, body: bodyText(data, seals), boxes: [box, box] })!;
};

const SIGNS = [
  '',
  '"',
  '\\',
  '0',
  '-',
  '1',
  '.',
  'e',
  ' ',
  ',',
  ':',
  '{',
  '}',
  '[',
  ']',
  'null',
  '\u0000',
  '\ud800',
  '家',
  'Z',
  '$',
  '\\u0041',
];

/** A text with something changed, left out or put in at some place. */
const spoilt = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom(...SIGNS), fc.constantFrom(0, 1, 1, 2))
    .map(([at, sign, cut]) => text.slice(0, at) + sign + text.slice(at + cut));

const asMeta = (text: string): Meta | undefined => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Meta) : undefined;
  } catch {
    return undefined;
  }
};

describe('the quick examination', () => {
  const event = sample();

  it('clears what is in order, also when it has seen one like it', () => {
    for (let turn = 0; turn < 3; turn++) {
      expect(exactly(event)).toEqual([]);
      expect(cleared(event)).toBe(true);
      expect(cleared(rehashed({ ...event, body: event.body.replace('2016', '2017') })!)).toBe(true);
    }
  });

  it('clears no body that the exact one refuses, though its hash be right', () => {
    fc.assert(
      fc.property(spoilt(event.body), (body) => {
        const other = rehashed({ ...event, body });
        if (other && cleared(other)) expect([body, exactly(other)]).toEqual([body, []]);
      }),
      { numRuns: 4000 },
    );
  });

  it('clears no metadata that the exact one refuses, or that are not as they were written', () => {
    fc.assert(
      fc.property(spoilt(JSON.stringify(event.meta)), (text) => {
        const meta = asMeta(text);
        const other = meta && rehashed({ ...event, meta });
        if (!meta || !other) return;
        const written = JSON.stringify({ ...meta, h: other.meta['h'] });
        if (cleared(other, written)) expect([text, exactly(other)]).toEqual([text, []]);
        if (text !== JSON.stringify(meta)) expect([text, cleared({ ...event, meta }, text)]).toEqual([text, false]);
      }),
      { numRuns: 4000 },
    );
  });

  it('clears no names and no boxes that the exact one refuses', () => {
    const text = JSON.stringify(event.boxes);
    fc.assert(
      fc.property(
        spoilt(event.id),
        spoilt(event.type),
        spoilt(event.stream),
        fc.constantFrom(0, 1, 2, 3),
        spoilt(text),
        (id, type, name, which, boxesText) => {
          const boxes = asBoxes(boxesText) ?? event.boxes;
          const change = [{ id }, { type }, { stream: name }, { boxes }][which]!;
          const other = rehashed({ ...event, ...change });
          if (other && cleared(other)) expect([change, exactly(other)]).toEqual([change, []]);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it.each([
    ['another hash', (of: NewEvent) => ({ ...of, meta: { ...of.meta, h: 'f'.repeat(64) } })],
    ['another revision', (of: NewEvent) => ({ ...of, revision: of.revision + 1 })],
    [
      'a day that no calendar has',
      (of: NewEvent) => rehashed({ ...of, meta: { ...of.meta, validFrom: '2015-02-29' } })!,
    ],
    ['seals out of order', (of: NewEvent) => rehashed({ ...of, body: of.body.replace('{"c"', '{"at":"/z","c"') })!],
    ['a missing box', (of: NewEvent) => ({ ...of, boxes: of.boxes.slice(1) })],
    ['a key of the engine', (of: NewEvent) => rehashed({ ...of, meta: { ...of.meta, $by: 'x' } })!],
  ])('does not clear %s', (_what, change) => {
    expect(cleared(change(event))).toBe(false);
  });
});

const asBoxes = (text: string): readonly Box[] | undefined => {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((box) => typeof box === 'object' && box !== null)
      ? (value as Box[])
      : undefined;
  } catch {
    return undefined;
  }
};

describe('the quick opening', () => {
  const secret = Buffer.alloc(32, 7);
  const id = newUuid();
  const sealed = (text: string, at?: string) => {
    const part = {
      class: 'identity' as const,
      subject: uuid(1),
      part: { name: text },
      ...(at !== undefined && { at }),
    };
    return sealPart(log, id, part, { id: uuid(3), secret });
  };
  const opensExactly = (seal: Seal, box: Box, under = secret): boolean => {
    try {
      openBox(log, id, seal, box, under);
      return true;
    } catch {
      return false;
    }
  };

  it('opens whatever was sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.boolean(), (text, placed) => {
        const { seal, box } = sealed(text, placed ? '/members/0' : undefined);
        expect(opensExactly(seal, box)).toBe(true);
        if (!/\\u|__proto__/.test(JSON.stringify(text))) expect(opens(log, id, seal, box, secret)).toBe(true);
      }),
    );
  });

  it('opens nothing that the exact opening does not', () => {
    const { seal, box } = sealed('张三');
    expect(seal.c).not.toBe(commitment(Buffer.alloc(32), id, { class: 'identity', subject: uuid(1), part: {} }));
    fc.assert(
      fc.property(spoilt(box.ct ?? ''), spoilt(seal.c), fc.nat(3), (ct, c, which) => {
        const other = which === 0 ? { ...seal, c } : which === 1 ? { ...seal, subject: uuid(9) } : seal;
        const changed = which === 2 ? ({ ...box, ct } as Box) : box;
        const under = which === 3 ? Buffer.alloc(32, 8) : secret;
        if (opens(log, id, other, changed, under)) expect(opensExactly(other, changed, under)).toBe(true);
      }),
    );
  });
});
