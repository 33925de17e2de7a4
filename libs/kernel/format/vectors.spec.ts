import { bodyHash, bodyText, headHash, ledgerEntry, leafHash, sealPart, signedHash, streamId, ZERO_HASH } from '.';

const U = (end: string) => `01999999-0000-7000-8000-0000000000${end}`;

describe('the vector of the design', () => {
  const log = U('01');
  const stream = `household-${U('aa')}`;
  const id = U('e0');
  const meta = {
    actor: U('ac'), area: '433124110226', auth: 'pwd', cmd: U('cd'), env: '1',
    recordedAt: '2026-11-23T08:00:00.000Z', schema: '1', via: 'web', prev: ZERO_HASH,
  }; // prettier-ignore
  const { seal, box } = sealPart(
    log,
    id,
    { class: 'identity', subject: U('bb'), part: { idNumber: '11010519491231002X', name: '张三', relation: '01' } },
    { id: U('cc'), secret: Buffer.alloc(32, 0x11) },
    { salt: Buffer.from([...Array(32).keys()]), nonce: Buffer.from([...Array(12).keys()]) },
  );
  const body = bodyHash(bodyText({ member: U('bb') }, [seal]));
  const h = headHash({ log, stream, revision: 0, id, type: 'HouseholdMemberAdded', meta, body });
  const sid = streamId(log, stream);

  it.each([
    ['c', seal.c, '46d75f1b374dcbaac16a116c1cf306cddab1973ccc09a121953a9ea8c9ecb14c'],
    [
      'tag',
      Buffer.from(box.ct ?? '', 'base64url')
        .subarray(-16)
        .toString('hex'),
      'e8d5aaf5d3cd6dd378c04da0b57ef480',
    ],
    ['body', body, '7577ae28ff736a8a7afc2ec7d5f49e163c10052a7cc732464a3a06cadfd6a82b'],
    [
      's',
      signedHash(log, stream, ZERO_HASH, [{ id, type: 'HouseholdMemberAdded', body, meta }]),
      '56a224b159b169cf63f92286dc225a5a7c87b34e274affef5ec5eb5f319ecbd4',
    ],
    ['h', h, 'd64869125ba295630b4ee3086c36be12de5ca56942173f62fc08f249f9014416'],
    ['sid', sid, 'c859ac57d22ebfa9ea4066f9dd850365c5a9a85f254711e450998468a2d30613'],
    ['leaf', leafHash(ledgerEntry(sid, 0, h)), 'dfbf2ba8791aca2127cb13dd7c62c16dbdfbd0406d2657d25d231d3b79de9a14'],
  ])('%s is the one of the design', (_name, computed, expected) => {
    expect(computed).toBe(expected);
  });
});
