import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { householdCard } from '@domain/household';
import { papers as paperView } from '@domain/paper';
import { verifyPack } from '@kernel/evidence';
import { newUuid } from '@kernel/format';
import { importRegister } from '@system/import-register';
import { readSettings } from '@system/settings';
import { openapiOf } from '../../apps/api/src/create-app';
import { outputOf } from '../../apps/cli/src/output';
import { exportEvidence, verifyPackFile } from '../../apps/cli/src/verbs/evidence';
import { Office } from '../support/office';

const VILLAGE = '433124110226';
const NEXT = '433124110218';
const data = join(mkdtempSync(join(tmpdir(), 'jd-disclosure-')), 'data');
const PURPOSE = { 'x-purpose': 'who sees whom' };
const civil = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const checked = (digits: string): string => {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return digits + '10X98765432'[sum % 11]!;
};

/** A household of the register: head and spouse, each with a number and a name that nobody else has. */
interface Registered {
  readonly place: readonly [township: string, village: string];
  readonly number: string;
  readonly people: readonly { readonly name: string; readonly idNumber: string }[];
}
const registered = (ordinal: number, place: Registered['place']): Registered => ({
  place,
  number: `4331249999${String(7000 + ordinal)}`,
  people: ['甲', '乙'].map((one, at) => ({
    name: `石${'子丑寅卯辰'[ordinal]!}${one}`,
    idNumber: checked(
      `4331241968${String(1 + at).padStart(2, '0')}1${String(ordinal)}${String(700 + ordinal * 7 + at)}`,
    ),
  })),
});
const HERE = ['双龙镇', '十八洞村'] as const;
const REGISTER = [
  registered(0, HERE),
  registered(1, HERE),
  registered(2, ['双龙镇', '双龙村']),
  registered(3, ['龙潭镇', '龙门村']),
];
const csv = [
  '县,乡,行政村,户编号,姓名,证件号码,人数,与户主关系,民族,户类型,备注',
  ...REGISTER.flatMap(({ place, number, people }) =>
    people.map(({ name, idNumber }, at) =>
      [
        '花垣县',
        ...place,
        number,
        name,
        idNumber,
        '2',
        at === 0 ? '户主' : '配偶',
        '苗族',
        '一般贫困户',
        `核对 ${idNumber}`,
      ].join(','),
    ),
  ),
].join('\n');

/** What tells of a household: names, numbers, and numbers without the place they begin with. */
const marksOf = ({ people }: Registered): readonly string[] =>
  people.flatMap(({ name, idNumber }) => [name, idNumber, idNumber.slice(6)]);

/** Ordinals of the households that the bytes tell of. */
const toldIn = (bytes: Uint8Array): readonly number[] => {
  const text = Buffer.from(bytes).toString();
  return REGISTER.flatMap((one, ordinal) => (marksOf(one).some((mark) => text.includes(mark)) ? [ordinal] : []));
};

/** Every string of a pack, those inside of strings of JSON too. */
const unpacked = (zip: Uint8Array): Buffer => {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      texts.push(value);
      if (/^[[{]/.test(value)) walk(JSON.parse(value));
    } else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        texts.push(key);
        walk(inner);
      }
  };
  const files = unzipSync(zip);
  walk(JSON.parse(Buffer.from(files['evidence.json']!).toString()));
  return Buffer.concat([zip, ...Object.values(files), Buffer.from(texts.join('\n'))]);
};

describe('of everybody else in a register', () => {
  let office: Office;
  const households: string[] = [];
  const heads: string[] = [];
  const papers: Record<string, string> = {};
  const auditors: Readonly<Record<string, string>> = { 'auditor-home': newUuid(), 'auditor-village': newUuid() };
  const inspections: string[] = [];

  let treeSize = 0;
  const everything = REGISTER.flatMap(marksOf).join(' ');
  const paper = async (name: string, [login, kind, content]: readonly [string, string, string], filename?: string) => {
    const { status, body } = await office.upload(login, kind, content, filename);
    expect(status).toBe(201);
    papers[name] = String(body['subject']);
    return papers[name];
  };
  const act = async (login: string, category: string, id: string, ...[command, body]: readonly [string, object]) => {
    const answer = await office.command(login, category, id, command, body);
    expect([command, answer.status, answer.body['code']]).toEqual([command, 201, undefined]);
  };

  const tell = async (): Promise<void> => {
    const { system } = office;
    await importRegister(system, Buffer.from(csv), {
      issued: (cmd) => ({ ...system.issued('import', 'import'), cmd }),
      refusedFile: `${data}.refused`,
    });
    for (const { number } of REGISTER) {
      const { items } = await system.models.find(householdCard, { where: { householdNo: number } });
      households.push(items[0]!.id);
      heads.push(items[0]!.headPerson);
    }
    papers['register'] = (await system.models.find(paperView, { where: { kind: 'register' } })).items[0]!.id;
    const [first = '', , third = '', fourth = ''] = households;
    const own = marksOf(REGISTER[0]!).join(' ');
    await paper('own', ['village-1', 'plan', own]);
    const village = REGISTER.slice(0, 2).flatMap(marksOf).join(' ');
    await paper('minutes', ['village-1', 'minutes', village]);
    await paper('named', ['village-1', 'crosscheck', village], `比对 ${REGISTER[1]!.people[0]!.idNumber}.txt`);
    await paper('shared', ['county-1', 'approval', everything]);
    const plan = { on: civil(0), year: 2026, papers: [papers['own'], papers['minutes'], papers['named']] };
    await act('village-1', 'household', first, 'PlanExit', plan);
    const helper = {
      on: civil(0),
      helper: await office.account('helper-1'),
      principal: true,
      unit: '县农业局',
      papers: [papers['shared']],
    };
    for (const one of [first, fourth])
      await act(
        'county-1',
        'household',
        one,
        'AssignHelper',
        one === first ? helper : { ...helper, helper: await office.account('county-2') },
      );
    for (const [login, id] of Object.entries(auditors)) {
      await act('admin-1', 'account', id, 'OpenAccount', { account: login, name: '审计员' });
      await system.caughtUp();
      const { body } = await office.call('admin-1', 'POST', `accounts/${id}/reset-password`);
      (office.passwords as Map<string, string>).set(login, String(body['password']));
      const scope = login === 'auditor-home' ? { area: VILLAGE, households: [first] } : { area: NEXT };
      const letter = String((await office.upload('admin-1', 'other', '检查通知书')).body['subject']);
      inspections.push(newUuid());
      await act('admin-1', 'inspection', inspections.at(-1)!, 'OpenInspection', {
        kind: 'audit',
        body: '审计署',
        inspectors: [id],
        papers: [letter],
        from: civil(-1),
        to: civil(9),
        ...scope,
      });
    }
    const broken = await office.call('village-2', 'POST', 'break-glass', {
      body: { household: third, reason: 'disaster', remark: '洪水' },
    });
    expect(broken.status).toBe(201);
    await system.caughtUp();
    await office.signInAll();
    treeSize = (await system.notary.sealHeads()).checkpoint.size;
  };

  /** Whom each of them may be told of. */
  const MAY: Readonly<Record<string, readonly number[]>> = {
    'village-1': [0, 1],
    'village-2': [0, 1, 2],
    'township-1': [0, 1, 2],
    'county-1': [0, 1, 2, 3],
    'leading-group-1': [0, 1, 2, 3],
    'sector-1': [0, 1, 2, 3],
    'archivist-1': [0, 1, 2, 3],
    'inspector-1': [0, 1, 2, 3],
    'dispute-handler-1': [0, 1, 2, 3],
    'helper-1': [0],
    'auditor-home': [0],
    'auditor-village': [2],
    'admin-1': [],
  };
  const everybody = Object.entries(MAY);

  beforeAll(async () => {
    office = await Office.open(data);
    await tell();
  }, 120_000);
  afterAll(() => office.close(), 30_000);

  const routes = (): readonly string[] =>
    Object.entries(openapiOf(office.app).paths)
      .filter(([path, { get }]) => get && path.startsWith('/api/v1/'))
      .map(([path]) => path.slice('/api/v1/'.length));

  /** Every address with every id that could stand in it, and every question that could be asked there. */
  const asked = (): readonly string[] => {
    const numbers = REGISTER.flatMap(({ people }) => people.map(({ idNumber }) => idNumber));
    const ids: Readonly<Record<string, readonly string[]>> = { papers: Object.values(papers), inspections };
    const questions: Readonly<Record<string, readonly string[]>> = {
      households: [
        '',
        ...numbers.map((number) => `?q=${number}`),
        ...REGISTER.map(({ people: [head] }) => `?q=${encodeURIComponent(head!.name)}`),
      ],
      trace: [
        ...households.flatMap((id) => [`?stream=household-${id}`, `?household=${id}`]),
        ...Object.values(papers).map((id) => `?paper=${id}`),
        '?actor=system:import',
      ],
      compliance: ['?area=433124&year=2014', '?area=433124&year=2026'],
      'compliance/cases': ['?area=433124&year=2014', '?area=433124&year=2026'],
    };
    return routes().flatMap((route) =>
      (ids[route.split('/')[0] ?? ''] ?? households).flatMap((id) => {
        const at = households.indexOf(id);
        const path = route.replace('{id}', id).replace('{person}', heads[at] ?? id);
        return (questions[route] ?? ['']).map((question) => path + question);
      }),
    );
  };

  it.each(everybody)(
    '%s is told nothing by any address, only of households %j',
    async (login, may) => {
      const told = new Set<number>();
      for (const path of new Set(asked())) {
        const { status, bytes } = await office.raw(login, 'GET', path, { headers: PURPOSE });
        const beyond = toldIn(bytes).filter((ordinal) => !may.includes(ordinal));
        expect([path, status >= 500, beyond]).toEqual([path, false, []]);
        for (const ordinal of toldIn(bytes)) told.add(ordinal);
      }
      expect([...told].sort()).toEqual(may);
    },
    120_000,
  );

  it.each(everybody)(
    '%s gets no pack, in no mode, that tells of another household',
    async (login) => {
      const asks = (at: number) => [
        { disclosure: 'whole' },
        { disclosure: 'masked' },
        { disclosure: 'members', members: [heads[at]!] },
        { disclosure: 'members', members: heads },
      ];
      for (const [at, household] of households.entries())
        for (const body of asks(at)) {
          const { status, bytes } = await office.raw(login, 'POST', `households/${household}/evidence-packs`, {
            body: { ...body, treeSize },
            headers: PURPOSE,
          });
          if (status !== 201) {
            expect([401, 403, 404]).toContain(status);
            expect(toldIn(bytes)).toEqual([]);
            continue;
          }
          expect(MAY[login]).toContain(at);
          expect([body.disclosure, toldIn(unpacked(bytes))]).toEqual([
            body.disclosure,
            body.disclosure === 'masked' ? [] : [at],
          ]);
        }
    },
    120_000,
  );

  it.each(['whole', 'members', 'masked'])(
    'a pack that opens %s holds what speaks of others by hash alone, and is sound',
    async (disclosure) => {
      const body = { disclosure, ...(disclosure === 'members' && { members: [heads[0]] }) };
      const { bytes } = await office.raw('county-1', 'POST', `households/${households[0] ?? ''}/evidence-packs`, {
        body,
      });
      const result = await verifyPack(bytes);
      expect(result).toMatchObject({ sound: true, damages: [] });
      const held = ['register', 'minutes', 'named', 'shared'];
      expect(result.held.map((one) => one.paper).sort()).toEqual(held.map((name) => papers[name]).sort());
      const named = result.held.filter(({ sha256 }) => sha256 !== undefined).map((one) => one.paper);
      expect(named.sort()).toEqual(
        disclosure === 'whole'
          ? held
              .filter((name) => name !== 'named')
              .map((name) => papers[name])
              .sort()
          : [],
      );
      const given = Object.keys(unzipSync(bytes)).filter((file) => file.startsWith('papers/'));
      expect(given).toEqual(disclosure === 'whole' ? [`papers/${papers['own'] ?? ''}`] : []);
    },
  );

  it('an inspector of one household sees of a paper of many the sheet without its name, never the file, and is told why', async () => {
    const read = (path: string, login = 'auditor-home') => office.call(login, 'GET', path, { headers: PURPOSE });
    for (const name of ['register', 'minutes', 'named', 'shared']) {
      const sheet = (await read(`papers/${papers[name] ?? ''}`)).body;
      expect(Object.keys(sheet).sort()).toEqual(['area', 'id', 'kind', 'receivedAt', 'receivedBy', 'sha256', 'sm3']);
      const content = await read(`papers/${papers[name] ?? ''}/content`);
      expect(content).toMatchObject({ status: 403, body: { code: 'paper/of-many' } });
    }
    expect((await read(`papers/${papers['own'] ?? ''}`)).body['name']).toBe('plan.txt');
    expect((await read(`papers/${papers['own'] ?? ''}/content`)).status).toBe(200);
    for (const [login, status] of [
      ['county-1', 200],
      ['archivist-1', 200],
      ['township-1', 404],
      ['sector-1', 403],
    ] as const)
      expect([login, (await read(`papers/${papers['register'] ?? ''}/content`, login)).status]).toEqual([
        login,
        status,
      ]);
  });

  it('the terminal puts no more into a pack, and says what is held and not disclosed', async () => {
    const [household = ''] = households;
    const { passwords } = office;
    await office.close();
    const settings = readSettings({ JIANDANG_DATA: data });
    let said = '';
    const output = {
      ...outputOf(true),
      answer: (_: object, lines: readonly string[]) => {
        said = lines.join('\n');
      },
    };
    const exports = [
      ['county-1', 'whole'],
      ['county-1', 'members'],
      ['county-1', 'masked'],
      ['inspector-1', 'whole'],
    ] as const;
    for (const [as, disclosure] of exports) {
      const out = join(data, `${as}-${disclosure}.zip`);
      const options = { as, disclosure, out, ...(disclosure === 'members' && { member: [heads[0] ?? ''] }) };
      expect(await exportEvidence({ settings, output }, household, options)).toBe(0);
      expect(await verifyPackFile({ settings, output }, out, [])).toBe(0);
      expect(said).toContain(`持有,未披露 held, not disclosed: 材料 paper ${papers['register'] ?? ''}`);
      const told = toldIn(unpacked(readFileSync(out)));
      expect([as, disclosure, told]).toEqual([as, disclosure, disclosure === 'masked' ? [] : [0]]);
    }
    office = await Office.open(data);
    for (const [login, password] of passwords) (office.passwords as Map<string, string>).set(login, password);
  }, 120_000);
});
