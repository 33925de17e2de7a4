import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { householdCard } from '@domain/household';
import { StoreUnavailable } from '@kernel/engines';
import { newUuid } from '@kernel/format';
import { wordsOf } from '@kernel/sourcing';
import { prepareFirstStart } from '@system/first-start';
import { importRegister } from '@system/import-register';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { outputOf } from '../../apps/cli/src/output';
import { importRegisterFile } from '../../apps/cli/src/verbs/imports';
import { csvOf, FURTHER, fullRowsOf, rowsOf, type Row } from '../support/register-sheet';

interface Fault {
  readonly what: string;
  readonly rows: (number: string) => readonly Row[];
  readonly column: string;
  readonly code: string;
}

const cell = (what: string, column: string, value: string, code: string): Fault => ({
  what,
  column,
  code,
  rows: (number) => rowsOf(number, 1, { [column]: value }),
});
const filled = (value: string): Row => Object.fromEntries(FURTHER.map((column) => [column, value]));

const FAULTS: readonly Fault[] = [
  cell('a day that does not exist', '首次识别时间', '2014-02-30', 'register/no-such-day'),
  cell('a month that does not exist', '风险识别时间', '2015-13', 'register/no-such-day'),
  cell('a day to come', '首次识别时间', '2099-01-01', 'household/in-future'),
  cell('no name', '姓名', '', 'register/cell-missing'),
  cell('a name too long', '姓名', '石'.repeat(61), 'register/too-long'),
  cell('an ID number too long', '证件号码', '9'.repeat(41), 'register/too-long'),
  cell('an address too long', '自然村', '山'.repeat(201), 'register/too-long'),
  cell('a telephone number too long', '户联系电话', '1'.repeat(41), 'register/too-long'),
  cell('a note too long', '备注', '山'.repeat(501), 'register/too-long'),
  cell('a character that nobody sees', '姓名', '石\u0000金', 'register/unreadable'),
  cell('a character that was not decoded', '姓名', '石\uFFFD', 'register/unreadable'),
  cell('a name of two lines', '姓名', '石\n金', 'register/unreadable'),
  cell('a bell in a note', '备注', '山\u0007', 'register/unreadable'),
  cell('an unknown cause', '致贫原因1', '运气不好', 'register/no-code'),
  cell('a word that every object knows', '致贫原因1', 'constructor', 'register/no-code'),
  cell('an unknown state of health', '健康状况', '健康、很好', 'register/no-code'),
  cell('five states of health', '健康状况', '健康、残疾、健康、残疾、健康', 'register/too-many'),
  cell('neither yes nor no', '危房户', '也许', 'register/yes-or-no'),
  cell('thirteen months', '务工时间(月)', '13', 'register/whole-number'),
  cell('no amount', '人均纯收入', '两千', 'register/yuan'),
  cell('another count than rows', '人数', '3', 'register/count-differs'),
  cell('an unknown village', '行政村', '蓬莱村', 'register/no-such-village'),
  cell('no head', '与户主关系', '之子', 'register/one-head'),
  cell('no relation', '与户主关系', '', 'register/cell-missing'),
  cell('a household that is not poor', '户类型', '一般农户', 'register/ordinary'),
  {
    what: 'a number too long',
    rows: (number) => rowsOf(number.padEnd(41, '9')),
    column: '户编号',
    code: 'register/too-long',
  },
  {
    what: 'two heads',
    rows: (number) => rowsOf(number, 2, {}, { 与户主关系: '户主' }),
    column: '与户主关系',
    code: 'register/one-head',
  },
  {
    what: 'cells beyond the header',
    rows: (number) => rowsOf(number, 1, { surplus: '多,余' }),
    column: '',
    code: 'register/too-many-cells',
  },
  { what: 'forty-one members', rows: (number) => rowsOf(number, 41), column: '', code: 'register/too-many-members' },
  {
    what: 'too many further cells',
    rows: (number) =>
      rowsOf(
        number,
        40,
        {},
        { ...filled('x'), 人编号: 'y', 自然村: 'z', 人员识别时间: '2014', 监测对象类型: '边缘易致贫户' },
      ),
    column: '',
    code: 'register/too-many-columns',
  },
  {
    what: 'further cells that one record cannot hold',
    rows: (number) => rowsOf(number, 9, {}, filled('山'.repeat(400))),
    column: '',
    code: 'household/facts-too-long',
  },
];

const numberOf = (index: number): string => `9${String(index).padStart(15, '0')}`;
/** One household of every fault, each between two in order. */
const SHEET = FAULTS.flatMap(({ rows }, index) => [
  ...rows(numberOf(2 * index)),
  ...rowsOf(numberOf(2 * index + 1), 1 + (index % 3)),
]);
const FULL = [30, 40].flatMap((count) => fullRowsOf(`8${String(count).padStart(15, '0')}`, count));
const FILE = csvOf([...SHEET, ...FULL]);
const GOOD = FAULTS.length + 2;

interface Told {
  readonly 行号: string;
  readonly 原因: string;
  readonly reason: string;
  readonly 户编号: string;
}

/** Rows of a file of refused ones that belong to a household. */
const told = (refusedFile: string, number: string): readonly Told[] =>
  parse<Told>(refusedFile, { bom: true, columns: true, relax_column_count: true }).filter(
    ({ 户编号 }) => 户编号 === number,
  );

const after = (mark: string, text = ''): string => (text === '' ? '' : `${mark}${text}`);

/** What words say whatever their details are. */
const fixedParts = (words: readonly string[]): readonly string[] =>
  words.flatMap((sentence) => sentence.split(/\{\w+\}/));

const folder = mkdtempSync(join(tmpdir(), 'jd-import-'));
let system: System;
let closed: Promise<void> | undefined;
const close = (): Promise<void> => (closed ??= system.close());

const imported = async (text: string, dryRun = false) => {
  const refusedFile = join(folder, `${newUuid()}.csv`);
  const issued = (cmd: string) => ({ ...system.issued('import', 'import'), cmd });
  const result = await importRegister(system, Buffer.from(text), { dryRun, issued, refusedFile });
  const refused = result.refusedFile === undefined ? '' : readFileSync(result.refusedFile, 'utf8');
  return { ...result, refusedFile: refused };
};

beforeAll(async () => {
  system = await System.open(readSettings({ JIANDANG_DATA: join(folder, 'data') }));
  await system.start();
  await prepareFirstStart(system);
});
afterAll(close);

describe('a register with one household of every fault', () => {
  let dry: Awaited<ReturnType<typeof imported>>;
  let run: Awaited<ReturnType<typeof imported>>;
  let again: typeof run;
  let head: string | undefined;

  beforeAll(async () => {
    head = await system.store.head();
    dry = await imported(FILE, true);
    expect(await system.store.head()).toBe(head);
    run = await imported(FILE);
    again = await imported(FILE);
  }, 60_000);

  it('is taken over but for those, and a dry run says the same', () => {
    expect(run).toMatchObject({ accepted: GOOD, refused: FAULTS.length, unchanged: 0 });
    expect(dry).toEqual(run);
    expect(again).toEqual({ ...run, accepted: 0, unchanged: GOOD });
  });

  it.each(FAULTS.map((fault, index) => ({ ...fault, index })))(
    'says of $what where it stands and how to mend it',
    ({ rows, index, column, code }) => {
      const sheet = rows(numberOf(2 * index))[0]!;
      const [first, ...others] = told(run.refusedFile, sheet['户编号']!);
      const line = String(SHEET.findIndex((row) => row['户编号'] === sheet['户编号']) + 2);
      expect(first?.行号).toBe(line);
      expect(first?.原因).toContain(`第 ${line} 行${after(' ', column)}${after('「', sheet[column])}`);
      expect(first?.reason).toContain(`row ${line}${after(' ', column)}${after(' "', sheet[column])}`);
      for (const part of fixedParts(wordsOf(code).zh)) expect(first?.原因).toContain(part);
      for (const part of fixedParts(wordsOf(code).en)) expect(first?.reason).toContain(part);
      expect(JSON.stringify([first?.原因, first?.reason])).not.toMatch(/[{}]/);
      for (const other of others) expect(other.原因).toContain(`第 ${line} 行`);
    },
  );

  it('has every member of its largest households on their cards, with every field', async () => {
    for (const count of [30, 40]) {
      const rows = FULL.filter((row) => row['人数'] === String(count));
      const { items } = await system.models.find(householdCard, { where: { householdNo: rows[0]?.['户编号'] ?? '' } });
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ members: count, head: rows[0]?.['姓名'] });
      expect(items[0]?.people).toMatchObject(
        rows.map((row) => ({
          name: row['姓名'],
          idNumber: row['证件号码'],
          phone: row['人联系电话'],
          workMonths: 12,
          health: ['1', '2', '3', '4'],
        })),
      );
    }
  });

  it('is taken over from the file of the refused as soon as that is mended', async () => {
    const mended = await imported(
      run.refusedFile.replaceAll('2014-02-30', '2014-02-28').replaceAll('运气不好', '因灾'),
    );
    expect(mended).toMatchObject({ accepted: 2, refused: FAULTS.length - 2, unchanged: 0 });
    const { items } = await system.models.find(householdCard, {
      where: { householdNo: numberOf(0) },
    });
    const facts = await system.histories.read(system.commands.decider('household').events, items[0]?.id ?? '');
    expect(JSON.stringify(facts)).not.toContain('行号');
  });

  it('does not come in again with other content', async () => {
    const changed = csvOf([
      ...rowsOf(numberOf(1), 1, { 致贫原因1: '因灾' }),
      ...FULL.slice(0, 30),
      ...FULL.slice(30).map((row) => ({ ...row, 人联系电话: '1' })),
    ]);
    for (const dryRun of [true, false]) {
      const result = await imported(changed, dryRun);
      expect(result).toMatchObject({ accepted: 0, refused: 2, unchanged: 1 });
      expect(result.refusedFile).toContain(wordsOf('register/other-content').zh[0]);
    }
  });
});

describe('an import', () => {
  it('names rows as the sheet does, over blank lines and texts of two lines', async () => {
    const text = csvOf([
      ...rowsOf(numberOf(900), 1, { 备注: '两\n行' }),
      {},
      ...rowsOf(numberOf(901), 1, { 危房户: '也许' }),
    ]);
    const { refusedFile } = await imported(text.replace('\r\n', '\r\n\r\n'), true);
    expect(refusedFile).toContain('第 5 行 危房户「也许」');
  });

  it('says of a column whose name is too long that it is the name', async () => {
    const text = csvOf(rowsOf(numberOf(902), 1, { ['列'.repeat(59)]: 'x' }), [
      '乡',
      '行政村',
      '户编号',
      '姓名',
      '与户主关系',
      '列'.repeat(59),
    ]);
    expect((await imported(text, true)).refusedFile).toContain('列名过长,最多 58 个字');
  });

  it('is refused as a whole, dry or not, to whom may not import', async () => {
    const issued = (cmd: string) => ({ ...system.issued('import', 'import'), cmd, actor: newUuid() });
    for (const dryRun of [true, false])
      await expect(
        importRegister(system, Buffer.from(FILE), { dryRun, issued, refusedFile: '' }),
      ).rejects.toMatchObject({ code: 'access/no-post' });
  });

  it('ends where a store is away, begins nothing more, and goes on when it is asked again', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => rowsOf(numberOf(1000 + index))).flat();
    const execute = system.commands.carryOut.bind(system.commands);
    let taken = 0;
    const away = jest.spyOn(system.commands, 'carryOut').mockImplementation((...act) => {
      if (act[2] !== 'RegisterLegacyHousehold') return execute(...act);
      taken += 1;
      return taken > 10 ? Promise.reject(new StoreUnavailable('io', 'away')) : execute(...act);
    });
    await expect(imported(csvOf(rows))).rejects.toBeInstanceOf(StoreUnavailable);
    const begun = taken;
    away.mockRestore();
    expect(begun).toBeLessThan(100);
    const result = await imported(csvOf(rows));
    expect(result).toMatchObject({ refused: 0, accepted: 90, unchanged: 10 });
  });
});

describe('an import from the terminal', () => {
  const file = join(folder, 'register.csv');
  const context = { settings: readSettings({ JIANDANG_DATA: join(folder, 'data') }), output: outputOf(true) };
  const verb = async (options: { dryRun?: boolean; as?: string }) => {
    const written: string[] = [];
    const keep = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation(keep),
    );
    const code = await importRegisterFile(context, file, options);
    for (const spy of spies) spy.mockRestore();
    return { code, said: written.join('') };
  };

  it('says by its exit code that a household was refused, dry or not, and to whom it is not allowed', async () => {
    await close();
    writeFileSync(
      file,
      csvOf([...rowsOf(numberOf(2000)), ...rowsOf(numberOf(2001), 1, { 首次识别时间: '2014-02-30' })]),
    );
    for (const dryRun of [true, false]) {
      const { code, said } = await verb({ dryRun });
      expect([code, said]).toEqual([1, expect.stringContaining('"accepted":1')]);
    }
    const { code, said } = await verb({ dryRun: true, as: 'village-1' });
    expect(code).toBe(1);
    expect(said).toContain('您的岗位无权办理');
    expect(said).toContain('None of your posts may do');
  });
});
