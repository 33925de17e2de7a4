import { mkdtempSync, statSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { bodyHash, eventBytes, FormatError, headHash, newUuid, ZERO_HASH, type Box } from '@kernel/format';
import { Clear, Erased, Personal, IsId } from '@kernel/sourcing';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import { EmbeddedKeyStore } from './adapters/embedded-key-store';
import { exportMaster, importMaster, MasterKeyError, masterKeys, openEvents, sealEvents } from '.';

class Member {
  @Clear('person') @IsId() person!: string;
  @Personal('identity', 'person') @IsString() name!: Personal<string>;
  @Personal('health', 'person') @IsOptional() @IsString() illness?: Personal<string>;
}
class Applied {
  @Clear('person') @IsId() applicant!: string;
  @Clear() @ValidateNested({ each: true }) @Type(() => Member) members!: readonly Member[];
  @Personal('finance') @IsInt() fen!: Personal<number>;
  @Personal('remark') @IsOptional() @IsString() remark?: Personal<string>;
}
const events = testEvents('household', { Applied });
const type = events.types.get('Applied')!;

const folder = () => mkdtempSync(join(tmpdir(), 'jd-keys-'));
const log = newUuid();
const meta = {
  cmd: newUuid(),
  actor: newUuid(),
  auth: 'pwd',
  area: '433124110226',
  via: 'web',
  recordedAt: '2026-11-23T08:00:00.000Z',
};
const draft = (data: object) => ({ id: newUuid(), type, data, meta });

const make = () => {
  const keys = new EmbeddedKeyStore(folder(), masterKeys(folder()));
  const stream = `household-${newUuid()}`;
  const context = { log, keys };
  return {
    keys,
    stream,
    seal: (...data: object[]) => sealEvents(context, stream, { revision: -1, h: ZERO_HASH }, data.map(draft)),
    open: (
      sealed: Awaited<ReturnType<typeof sealEvents>>,
      opens: 'all' | readonly ('identity' | 'finance')[] = 'all',
    ) => openEvents(context, () => events, sealed, opens),
  };
};

const person = newUuid();
const whole = {
  applicant: person,
  members: [{ person, name: '张三', illness: '尘肺' }],
  fen: 236_800,
  remark: '住在山腰',
};

describe('a sealed event', () => {
  it('opens to what was sealed, whatever it was', async () => {
    const { keys, seal, open } = make();
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    const member = fc.record(
      { person: fc.uuid({ version: 7 }), name: text, illness: text },
      { requiredKeys: ['person', 'name'] },
    );
    const applied = fc.record({
      applicant: fc.constant(person),
      members: fc.array(member, { maxLength: 5 }),
      fen: fc.maxSafeInteger(),
    });
    await fc.assert(
      fc.asyncProperty(applied, async (data) => {
        const [fact] = await open(await seal(data));
        expect(fact?.data).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 60 },
    );
    await keys.close();
  });

  it('has the bytes that its type told before it was sealed', async () => {
    const { keys, seal, stream } = make();
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    const member = fc.record({ person: fc.uuid({ version: 7 }), name: text });
    const applied = fc.record({
      applicant: fc.constant(person),
      members: fc.array(member, { maxLength: 12 }),
      fen: fc.maxSafeInteger(),
      remark: text,
    });
    await fc.assert(
      fc.asyncProperty(applied, async (data) => {
        const [event] = await seal(data);
        expect(type.bytes(data, stream.slice('household-'.length))).toBe(eventBytes(event!));
      }),
      { numRuns: 40 },
    );
    await keys.close();
  });

  it('shows no personal value in the body that is hashed, nor in its boxes', async () => {
    const { seal } = make();
    const [event] = await seal(whole);
    const stored = `${event?.body ?? ''}${JSON.stringify(event?.boxes)}`;
    for (const secret of ['张三', '尘肺', '236800', '山腰']) expect(stored).not.toContain(secret);
  });

  it('is chained to the one before it and hashes to its h', async () => {
    const { seal } = make();
    const [first, second] = await seal(whole, whole);
    expect(second?.meta['prev']).toBe(first?.meta['h']);
    const { stream, revision, id, type, meta, body } = second!;
    expect(headHash({ log, stream, revision, id, type, meta, body: bodyHash(body) })).toBe(second?.meta['h']);
  });

  it('uses one key for a subject and class, and one each for a remark', async () => {
    const { seal } = make();
    const sealed = await seal(whole, whole);
    const keyOf = (index: number, of: string) => {
      const { seals } = JSON.parse(sealed[index]?.body ?? '') as { seals: { class: string }[] };
      return sealed[index]?.boxes[seals.findIndex((one) => one.class === of)]?.key;
    };
    expect(keyOf(0, 'finance')).toBe(keyOf(1, 'finance'));
    expect(keyOf(0, 'remark')).not.toBe(keyOf(1, 'remark'));
  });

  it('leaves Erased in every field of a part whose key is destroyed, and verifies as before', async () => {
    const { keys, seal, open } = make();
    const sealed = await seal(whole);
    const { seals } = JSON.parse(sealed[0]?.body ?? '') as { seals: { class: string }[] };
    const at = seals.findIndex((one) => one.class === 'health');
    await keys.destroy([sealed[0]?.boxes[at]?.key ?? '']);
    const [fact] = await open(sealed);
    expect(fact?.data).toEqual({ ...whole, members: [{ person, name: '张三', illness: Erased.value }] });
  });

  it('is closed in the classes that are not asked for', async () => {
    const { seal, open } = make();
    const [fact] = await open(await seal(whole), ['finance']);
    expect(fact?.data).toMatchObject({ fen: 236_800, remark: Erased.value, members: [{ person, name: Erased.value }] });
  });

  it('does not open when any byte of a box was changed', async () => {
    const { seal, open } = make();
    const sealed = await seal(whole);
    expect(await open(sealed)).toHaveLength(1);
    const spoil = (box: Box): Box => {
      const bytes = Buffer.from(box.ct ?? '', 'base64url');
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      return { ...(box as { alg: 'A256GCM'; key: string }), ct: bytes.toString('base64url') };
    };
    for (let index = 0; index < 4; index++) {
      const spoilt = sealed.map((event) => ({
        ...event,
        boxes: event.boxes.map((box, at) => (at === index ? spoil(box) : box)),
      }));
      await expect(open(spoilt)).rejects.toMatchObject({ name: 'OpeningError' });
    }
  });

  it.each([
    ['a fraction', { ...whole, fen: 1.5 }, '/data'],
    ['a surplus field', { ...whole, surplus: 1 }, '/data'],
    ['a lone surrogate', { ...whole, members: [{ person, name: '\ud800' }] }, '/data/members/0/name'],
    ['a value too large', { ...whole, remark: 'x'.repeat(70_000) }, '/data'],
  ])('is refused before the append for %s, with its place', async (_what, data, path) => {
    await expect(make().seal(data)).rejects.toMatchObject({ name: 'FormatError', path });
    await expect(make().seal(data)).rejects.toBeInstanceOf(FormatError);
  });
});

describe('the master key', () => {
  it('is made at first start, readable by its owner alone', () => {
    const where = join(folder(), 'keys');
    const made = masterKeys(where);
    expect(statSync(join(where, 'master.json')).mode & 0o777).toBe(0o600);
    expect(masterKeys(where)).toEqual(made);
    chmodSync(join(where, 'master.json'), 0o644);
    expect(() => masterKeys(where)).toThrow('chmod 600');
  });

  it('comes back from a sealed copy with its passphrase, and only so', () => {
    const keys = masterKeys(folder());
    const copy = exportMaster(keys, 'a long passphrase');
    expect(importMaster(copy, 'a long passphrase')).toEqual(keys);
    expect(() => importMaster(copy, 'another passphrase')).toThrow(MasterKeyError);
    expect(() => importMaster(copy.replace(/.\n$/, '\n'), 'a long passphrase')).toThrow(MasterKeyError);
    expect(() => exportMaster(keys, 'short')).toThrow('12');
  });
});
