import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  canonical,
  checkMeta,
  checkNames,
  FORMAT_SPEC_SHA256,
  FormatError,
  isCivilDate,
  newUuid,
  type Box,
  openBox,
  OpeningError,
  sealPart,
  type Value,
} from '.';
import { compute, type AppendInput } from './testing/compute-vector';

const docs = join(__dirname, '../../../docs/format');
const vectors = JSON.parse(readFileSync(join(docs, 'vectors.json'), 'utf8')) as {
  appends: Record<string, { input: AppendInput; result: ReturnType<typeof compute> }>;
  refused: Record<string, { value?: unknown; text?: string; rule: string; path: string }>;
};

describe('format 1', () => {
  it('is the document that every log names in its first event', () => {
    expect(
      createHash('sha256')
        .update(readFileSync(join(docs, '1.md')))
        .digest('hex'),
    ).toBe(FORMAT_SPEC_SHA256);
  });

  it('has the vector of the design', () => {
    const { sid, s, events } = vectors.appends['one part']!.result;
    const [event] = events;
    expect({ sid, s, c: event?.seals[0]?.c, body: event?.body, h: event?.h, leaf: event?.leaf }).toEqual({
      c: '46d75f1b374dcbaac16a116c1cf306cddab1973ccc09a121953a9ea8c9ecb14c',
      body: '7577ae28ff736a8a7afc2ec7d5f49e163c10052a7cc732464a3a06cadfd6a82b',
      s: '56a224b159b169cf63f92286dc225a5a7c87b34e274affef5ec5eb5f319ecbd4',
      h: 'd64869125ba295630b4ee3086c36be12de5ca56942173f62fc08f249f9014416',
      sid: 'c859ac57d22ebfa9ea4066f9dd850365c5a9a85f254711e450998468a2d30613',
      leaf: 'dfbf2ba8791aca2127cb13dd7c62c16dbdfbd0406d2657d25d231d3b79de9a14',
    });
    expect(
      Buffer.from(event?.boxes[0]?.ct ?? '', 'base64url')
        .subarray(-16)
        .toString('hex'),
    ).toBe('e8d5aaf5d3cd6dd378c04da0b57ef480');
  });

  it.each(Object.keys(vectors.appends))('reproduces the vector "%s"', (name) => {
    const { input, result } = vectors.appends[name]!;
    expect(compute(input)).toEqual(result);
  });

  it.each(Object.entries(vectors.refused))('refuses a %s with its place', (_name, { value, text, rule, path }) => {
    expect(() => canonical(text === undefined ? value : JSON.parse(text))).toThrow(
      expect.objectContaining({ rule, path }) as Error,
    );
  });

  it.each([new Date(), new Map(), Buffer.of(1), Symbol('x'), () => 1, undefined, 1n])(
    'refuses %p, which is no value',
    (value) => {
      expect(() => canonical({ value })).toThrow(FormatError);
    },
  );

  it('refuses values that nest too deep', () => {
    let deep: Value = 1;
    for (let level = 0; level < 40; level++) deep = [deep];
    expect(() => canonical(deep)).toThrow('too-deep');
  });
});

describe('canonical text', () => {
  const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/);
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));

  it('means the same as the value, and is the same however its keys came', () => {
    const reversed = (one: Value): Value =>
      typeof one !== 'object'
        ? one
        : Array.isArray(one)
          ? one.map(reversed)
          : Object.fromEntries(
              Object.entries(one)
                .reverse()
                .map(([name, inner]) => [name, reversed(inner)]),
            );
    fc.assert(
      fc.property(value, (one) => {
        expect(JSON.parse(canonical(one))).toEqual(JSON.parse(JSON.stringify(one)));
        expect(canonical(reversed(one))).toBe(canonical(one));
        expect(canonical(JSON.parse(canonical(one)))).toBe(canonical(one));
      }),
    );
  });
});

describe('a box', () => {
  const log = newUuid();
  const id = newUuid();
  const key = { id: newUuid(), secret: Buffer.alloc(32, 7) };

  it('opens to its part, and to nothing at all when any bit of it, its seal or its place is another', () => {
    const part = { class: 'identity' as const, subject: newUuid(), part: { name: '张三' } };
    const { seal, box } = sealPart(log, id, part, key);
    expect(openBox(log, id, seal, box, key.secret).part).toEqual(part.part);
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        const bytes = Buffer.from(box.ct ?? '', 'base64url');
        const at = bit % (bytes.length * 8);
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(() => openBox(log, id, seal, { ...box, ct: bytes.toString('base64url') }, key.secret)).toThrow(
          OpeningError,
        );
      }),
    );
    const loose = [
      { ...box, ct: `${box.ct ?? ''}=` },
      { ...box, ct: `${box.ct?.slice(0, 9) ?? ''}.${box.ct?.slice(9) ?? ''}` },
      {
        ...box,
        ct: (box.ct ?? '').slice(0, -1) + String.fromCharCode((box.ct ?? '').charCodeAt(box.ct!.length - 1) ^ 1),
      },
      { ...box, alg: 'A128GCM' },
      { ...box, note: '' },
    ];
    for (const other of loose) expect(() => openBox(log, id, seal, other as Box, key.secret)).toThrow(OpeningError);
    const spoilt = [
      { ...seal, subject: newUuid() },
      { ...seal, class: 'health' as const },
      { ...seal, at: '/x' },
      { ...seal, c: 'f'.repeat(64) },
    ];
    for (const other of spoilt) expect(() => openBox(log, id, other, box, key.secret)).toThrow(OpeningError);
    expect(() => openBox(newUuid(), id, seal, box, key.secret)).toThrow(OpeningError);
    expect(() => openBox(log, newUuid(), seal, box, key.secret)).toThrow(OpeningError);
    expect(() => openBox(log, id, seal, box, Buffer.alloc(32, 8))).toThrow(OpeningError);
  });

  it('hides the length of its part up to 256 bytes', () => {
    const length = (name: string) =>
      sealPart(log, id, { class: 'identity', subject: newUuid(), part: { name } }, key).box.ct?.length;
    expect(length('张')).toBe(length('张'.repeat(60)));
    expect(length('张'.repeat(80))).not.toBe(length('张'));
  });
});

describe('metadata', () => {
  const good = {
    env: '1',
    schema: '1',
    cmd: newUuid(),
    actor: newUuid(),
    auth: 'pwd',
    area: '433124110226',
    via: 'web',
    recordedAt: '2026-11-23T08:00:00.000Z',
    prev: '0'.repeat(64),
    h: 'a'.repeat(64),
  };

  it('is a closed list of keys; the engine may add its own beginning with $', () => {
    expect(() => {
      checkMeta({ ...good, $engine: 'x', validFrom: '2014-03', actor: 'system:log' });
    }).not.toThrow();
  });

  it.each([
    [{ note: 'x' }, 'meta-unknown', '/meta/note'],
    [{ via: 'fax' }, 'meta-malformed', '/meta/via'],
    [{ env: '2' }, 'meta-malformed', '/meta/env'],
    [{ area: '4331' }, 'meta-malformed', '/meta/area'],
    [{ recordedAt: '2026-11-23T08:00:00Z' }, 'meta-malformed', '/meta/recordedAt'],
    [{ recordedAt: '2026-02-30T08:00:00.000Z' }, 'meta-malformed', '/meta/recordedAt'],
    [{ validFrom: '2014-13' }, 'meta-malformed', '/meta/validFrom'],
    [{ actor: '张三' }, 'meta-malformed', '/meta/actor'],
    [{ reason: '' }, 'meta-not-text', '/meta/reason'],
  ])('is refused with %j', (change, rule, path) => {
    expect(() => {
      checkMeta({ ...good, ...change });
    }).toThrow(expect.objectContaining({ rule, path }) as Error);
  });

  it('misses nothing that every event has', () => {
    for (const key of Object.keys(good)) {
      const { [key as keyof typeof good]: _left, ...rest } = good;
      expect(() => {
        checkMeta(rest);
      }).toThrow(`meta-missing at /meta/${key}`);
    }
  });

  it('knows civil dates as precise as known, and only those that exist', () => {
    expect(['2014', '2014-03', '2014-03-31', '2016-02-29'].every(isCivilDate)).toBe(true);
    expect(['14', '2014-3', '2014-02-30', '2015-02-29', '2014-03-05T00'].some(isCivilDate)).toBe(false);
  });

  it.each([
    [{ stream: 'Household-x' }, 'bad-stream'],
    [{ stream: `house-hold-${newUuid()}` }, 'bad-stream'],
    [{ id: newUuid().toUpperCase() }, 'bad-id'],
    [{ type: 'registered' }, 'bad-type'],
  ])('names %j are refused', (change, rule) => {
    expect(() => {
      checkNames({ stream: `household-${newUuid()}`, id: newUuid(), type: 'Registered', ...change });
    }).toThrow(rule);
  });
});

describe('UUIDv7', () => {
  it('ascends, also within a millisecond and when the clock steps back', () => {
    const made = [newUuid(1000), ...Array.from({ length: 5000 }, () => newUuid(1000)), newUuid(900)];
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });
});
