import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { IsArray, IsInt, IsOptional, IsString, Matches } from 'class-validator';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { newUuid, ZERO_HASH } from '@kernel/format';
import { masterKeys, sealEvents, type Draft } from '@kernel/privacy';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { Clear, IsId, Personal, type EventTable } from '@kernel/sourcing';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import {
  assembleEvidence,
  NoPack,
  verifyPack,
  writePack,
  type Evidence,
  type EvidenceQuestion,
  type PaperDisclosure,
} from '.';
import { ledgerInMemory } from './testing/ledger-in-memory';
import { J } from './verifying/primitives';
import { verifyEvidence } from './verifying/verify-pack';

class Helped {
  @Clear() @IsInt() round!: number;
  @Clear('paper') @IsOptional() @IsArray() @IsId({ each: true }) papers?: readonly string[];
  @Clear('person') @IsId() person!: string;
  @Personal('identity', 'person') @IsString() name!: Personal<string>;
  @Personal('finance') @IsInt() fen!: Personal<number>;
}
class Received {
  @Personal('paper') @Matches(/^[0-9a-f]{64}$/) sha256!: Personal<string>;
}
const tables = new Map<string, EventTable>([
  ['household', testEvents('household', { Helped })],
  ['paper', testEvents('paper', { Received })],
]);

const FILE = Buffer.from('申请书,户主签字');
const [household, paper, anne, bo] = [newUuid(), newUuid(), newUuid(), newUuid()];
const MORNING = '2026-11-24T01:00:00.000Z';
const EVENING = '2026-11-24T09:00:00.000Z';

/** A small log: one paper, a household of three events, thirty others'. */
const office = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-evidence-'));
  const log = newUuid();
  const store = EmbeddedEventStore.open({ folder, tolerant: true });
  const keys = new EmbeddedKeyStore(join(folder, 'k'), masterKeys(join(folder, 'k')));
  const append = async (category: string, id: string, facts: readonly (readonly [string, object, string?])[]) => {
    const drafts = facts.map(([type, data, recordedAt = MORNING]): Draft => ({
      id: newUuid(),
      type: tables.get(category)!.types.get(type)!,
      data,
      meta: { cmd: newUuid(), actor: 'system:test', auth: 'none', area: '433124110226', via: 'api', recordedAt },
    }));
    const stream = `${category}-${id}`;
    await store.append(stream, -1, await sealEvents({ log, keys }, stream, { revision: -1, h: ZERO_HASH }, drafts));
  };
  await append('paper', paper, [['Received', { sha256: hash('sha256', FILE) }]]);
  await append('household', household, [
    ['Helped', { round: 1, papers: [paper], person: anne, name: '张三', fen: 12_000 }],
    ['Helped', { round: 2, person: bo, name: '李四', fen: 13_000 }],
    ['Helped', { round: 3, person: anne, name: '张三', fen: 14_000 }, EVENING],
  ]);
  for (let other = 0; other < 30; other++)
    await append('household', newUuid(), [['Helped', { round: 1, person: newUuid(), name: '王五', fen: other }]]);
  const ledger = await ledgerInMemory(store, log);
  const words = { events: { Helped: '帮扶' }, fields: {}, codes: {} };
  const ask = (
    question: Partial<EvidenceQuestion> = {},
    opens = (_: string): boolean => true,
    disclosure: PaperDisclosure = 'file',
  ) =>
    assembleEvidence(
      {
        log,
        store,
        keys,
        ledger,
        tableOf: (category) => tables.get(category),
        isFollowed: (category) => category === 'paper',
        opens,
        words,
        disclosureOf: () => Promise.resolve(disclosure),
      },
      { household, disclosure: 'whole', ...question },
    );
  return { ask, ledger, store, keys };
};

let asked: Awaited<ReturnType<typeof office>>;
beforeAll(async () => {
  asked = await office();
});
afterAll(async () => {
  await asked.keys.close();
  await asked.store.close();
});

const packOf = async (question?: Partial<EvidenceQuestion>) => {
  const evidence = await asked.ask(question);
  return writePack(evidence, new Map(evidence.papers.map((id) => [id, FILE])));
};

describe('an evidence pack', () => {
  it('proves the whole history of one household, its papers with it, and opens what may be opened', async () => {
    const { zip } = await packOf();
    expect(await verifyPack(zip, [asked.ledger.key])).toMatchObject({
      sound: true,
      damages: [],
      doubts: [],
      streams: 2,
      events: 4,
      opened: 7,
      entries: 34,
    });
  });

  it('says when its keys are only its own, and refuses the keys of another log', async () => {
    const { zip } = await packOf();
    expect((await verifyPack(zip)).doubts).toEqual(['keys-of-pack']);
    const other = (await ledgerInMemory(asked.store, newUuid())).key;
    expect((await verifyPack(zip, [other])).damages).toMatchObject([{ kind: 'signature' }]);
  });

  it('is the same bytes for the same question, and carries neither boxes nor keys', async () => {
    const [first, second] = [await packOf(), await packOf()];
    expect(first.sha256).toBe(second.sha256);
    const text = Buffer.from(first.zip).toString('latin1');
    for (const word of ['A256GCM', '"ct"', '"boxes"']) expect(text).not.toContain(word);
  });

  it('opens nothing when masked, only the persons named with members, only what the caller may see', async () => {
    const masked = await verifyPack((await packOf({ disclosure: 'masked' })).zip);
    expect(masked).toMatchObject({ sound: true, opened: 0 });
    const members = await asked.ask({ disclosure: 'members', members: [bo] });
    expect(JSON.stringify(members)).toContain('李四');
    expect(JSON.stringify(members)).not.toContain('张三');
    expect(await verifyEvidence(members)).toMatchObject({ sound: true, opened: 1 });
    const identities = await asked.ask({}, (of) => of === 'identity');
    expect(await verifyEvidence(identities)).toMatchObject({ sound: true, opened: 3 });
  });

  it('of what was known in the morning withholds the evening, and still proves the history complete', async () => {
    const evidence = await asked.ask({ knownAt: '2026-11-24T05:00:00.000Z' });
    expect(evidence.streams[0]?.events.map(({ body }) => body !== undefined)).toEqual([true, true, false]);
    expect(await verifyEvidence(evidence)).toMatchObject({ sound: true, events: 4, opened: 5 });
  });

  it('proves that there is no such record', async () => {
    for (const nobody of [newUuid(), newUuid(), newUuid()]) {
      const evidence = await asked.ask({ household: nobody });
      expect(await verifyEvidence(evidence)).toMatchObject({ sound: true, events: 0 });
      const { before } = evidence.streams[0]?.absence ?? {};
      const lying = { ...evidence, streams: [{ ...evidence.streams[0]!, absence: { ...(before && { before }) } }] };
      if (evidence.streams[0]?.absence?.after)
        expect((await verifyEvidence(lying)).damages).toMatchObject([{ kind: 'complete' }]);
    }
  });
});

describe('a paper that speaks of others too', () => {
  const all = () => true;
  const zipOf = (evidence: Evidence) => writePack(evidence, new Map(evidence.papers.map((id) => [id, FILE]))).zip;

  it.each<readonly [Partial<EvidenceQuestion>, PaperDisclosure, boolean]>([
    [{ disclosure: 'whole' }, 'hash', true],
    [{ disclosure: 'whole' }, 'nothing', false],
    [{ disclosure: 'members', members: [bo] }, 'hash', false],
    [{ disclosure: 'masked' }, 'hash', false],
  ])(
    'is in a pack by its hashes alone, however it is asked for (%#): held, not disclosed, and no damage',
    async (question, disclosure, isNamed) => {
      const evidence = await asked.ask(question, all, disclosure);
      const zip = zipOf(evidence);
      const { sound, damages, held } = await verifyPack(zip, [asked.ledger.key]);
      const h = evidence.streams.find(({ stream }) => stream === `paper-${paper}`)?.events[0]?.meta['h'] ?? '';
      expect({ sound, damages, held }).toEqual({
        sound: true,
        damages: [],
        held: [{ paper, h, ...(isNamed && { sha256: hash('sha256', FILE) }) }],
      });
      const files = unzipSync(zip);
      expect(Object.keys(files).filter((file) => file.startsWith('papers/'))).toEqual([]);
      for (const file of ['README.txt', 'index.html'])
        expect(Buffer.from(files[file]!).toString()).toMatch(/持有,未披露[^]*held, not disclosed/i);
    },
  );

  it('is a damage when it is said to be held and is given, or said to be held and has no record', async () => {
    const evidence = await asked.ask({}, all, 'hash');
    const given = writePack(evidence, new Map([[paper, FILE]])).zip;
    expect((await verifyPack(given)).damages).toMatchObject([{ kind: 'paper', file: `papers/${paper}` }]);
    const both = zipOf({ ...evidence, papers: [paper] });
    expect((await verifyPack(both)).damages).toMatchObject([{ kind: 'held' }]);
    const unknown = zipOf({ ...evidence, held: [...(evidence.held ?? []), newUuid()] });
    expect((await verifyPack(unknown)).damages).toMatchObject([{ kind: 'held' }]);
  });

  it('was given in packs of versions before: they verify as they did, and are found changed as they were', async () => {
    const before = readFileSync(join(__dirname, 'testing/pack-before-held.zip'));
    const key =
      'records.example/01a23015-4541-7000-b0b2-e95058720fab+adba5224+ATTNzVmC0jFPTs/o1kYoH6giaj2NYcA0hbf/mcIiIL4s';
    expect(await verifyPack(before, [key])).toMatchObject({
      sound: true,
      damages: [],
      held: [],
      opened: 7,
      entries: 34,
    });
    const page = before.indexOf('核验无误');
    const changed = Buffer.concat([before.subarray(0, page), Buffer.from('核验有误'), before.subarray(page + 12)]);
    expect((await verifyPack(changed, [key])).damages).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'page', file: 'index.html' })]),
    );
  });
});

describe('whoever changes a pack', () => {
  type Open<T> = T extends object ? { -readonly [K in keyof T]: Open<T[K]> } : T;
  type OpenEvent = Open<Evidence>['streams'][number]['events'][number];
  type Change = (evidence: Open<Evidence>) => void;

  const changed = async (change: Change): Promise<readonly string[]> => {
    const evidence = JSON.parse(J(await asked.ask())) as Open<Evidence>;
    change(evidence);
    const { damages } = await verifyPack(writePack(evidence, new Map(evidence.papers.map((id) => [id, FILE]))).zip);
    return [...new Set(damages.map(({ kind }) => kind))];
  };
  const events = ({ streams }: Open<Evidence>): OpenEvent[] => streams[0]!.events;
  const onEvent =
    (revision: number, change: (event: OpenEvent) => void): Change =>
    (evidence) => {
      change(events(evidence)[revision]!);
    };

  it.each<readonly [string, Change, readonly string[]]>([
    [
      'drops the last event',
      (one) => {
        events(one).pop();
      },
      ['complete'],
    ],
    [
      'drops the first event',
      (one) => {
        events(one).shift();
      },
      ['revision', 'chain'],
    ],
    [
      'drops an event in the middle',
      (one) => {
        events(one).splice(1, 1);
      },
      ['revision', 'chain'],
    ],
    [
      'swaps two events',
      (one) => {
        events(one).reverse();
      },
      ['revision', 'chain', 'inclusion', 'complete'],
    ],
    [
      'rewrites a clear field',
      onEvent(0, (event) => {
        event.body = event.body?.replace('"round":1', '"round":9') ?? '';
      }),
      ['hash'],
    ],
    [
      'rewrites an opened part',
      onEvent(1, (event) => {
        Object.assign(event.parts![0]!.part, { fen: 1 });
      }),
      ['seal'],
    ],
    [
      'back-dates an event',
      onEvent(2, ({ meta }) => {
        meta['recordedAt'] = MORNING;
      }),
      ['hash'],
    ],
    [
      'names another official',
      onEvent(0, ({ meta }) => {
        meta['actor'] = newUuid();
      }),
      ['hash'],
    ],
    [
      'moves an event in the ledger',
      onEvent(0, (event) => {
        event.index += 1;
      }),
      ['inclusion'],
    ],
    [
      'writes another root',
      ({ basis }) => {
        basis.root = '0'.repeat(64);
      },
      ['checkpoint', 'inclusion'],
    ],
    [
      'writes another size',
      ({ basis }) => {
        basis.treeSize = 20;
      },
      ['checkpoint', 'inclusion'],
    ],
    [
      'forges a checkpoint of its own',
      (one) => {
        one.checkpoint = one.checkpoint.replace(/\n\d+\n/, '\n99\n');
      },
      ['checkpoint', 'signature'],
    ],
    [
      'leaves a paper out',
      ({ streams }) => {
        streams.pop();
      },
      ['link', 'paper'],
    ],
    [
      'opens more than was asked',
      ({ question }) => {
        question.disclosure = 'masked';
      },
      ['question'],
    ],
  ])('%s is found', async (_, change, kinds) => {
    expect(await changed(change)).toEqual(expect.arrayContaining([...kinds]));
  });

  it('is found whichever byte it was, and named', async () => {
    const { zip } = await packOf({ household: newUuid(), disclosure: 'masked' });
    const stride = Number(process.env['FAULT_ROUNDS'] ?? 0) > 0 ? 1 : 97;
    for (let at = 0; at < zip.length; at += stride) {
      const other = Buffer.from(zip);
      other[at] = other[at]! ^ (1 << (at % 8));
      const found = await verifyPack(other).then(
        ({ sound, damages }) => !sound && damages.every(({ detail }) => detail !== ''),
        (error: unknown) => error instanceof NoPack,
      );
      expect([at, found]).toEqual([at, true]);
    }
  }, 600_000);

  it('puts another paper in, or another page, and is named with the file', async () => {
    const { zip } = await packOf();
    const evidence = await asked.ask();
    const swapped = writePack(evidence, new Map([[paper, Buffer.from('another form')]]));
    expect((await verifyPack(swapped.zip)).damages).toEqual([
      { kind: 'paper', stream: `paper-${paper}`, detail: 'the file has another hash' },
    ]);
    expect(Object.keys(unzipSync(zip))).toEqual([
      'README.txt',
      'checkpoint',
      'evidence.json',
      'index.html',
      'manifest.txt',
      `papers/${paper}`,
    ]);
    await expect(verifyPack(Buffer.from('no zip'))).rejects.toBeInstanceOf(NoPack);
  });
});
