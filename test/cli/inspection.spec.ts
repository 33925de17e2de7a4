import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import type { Context } from '../../apps/cli/src/context';
import { columns, fit, widthOf, wrapped } from '../../apps/cli/src/layout';
import { blameVerb as blame } from '../../apps/cli/src/verbs/blame';
import { compliance } from '../../apps/cli/src/verbs/compliance';
import { trace } from '../../apps/cli/src/verbs/trace';
import { steps } from '../support/steps';
import { officeFolder } from '../support/folders';

const scratch = mkdtempSync(join(tmpdir(), 'jd-cli-inspection-'));
const VILLAGE = '433124110226';

interface Said {
  readonly result: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

describe('layout', () => {
  it('counts Chinese letters and full-width marks twice', () => {
    expect(['abc', '石清远', '公示(第一次)', '…'].map(widthOf)).toEqual([3, 6, 12, 1]);
    expect(['石清远', '石清远', 'ab'].map((text, at) => fit(text, [8, 5, 4][at] ?? 0))).toEqual([
      '石清远  ',
      '石清…',
      'ab  ',
    ]);
    expect(fit('7', 3, 'right')).toBe('  7');
    expect(
      columns([
        ['村', 4],
        ['3', -3],
        ['', 5],
      ]),
    ).toBe('村      3');
  });

  it('wraps words within the columns of the terminal', () => {
    const ids = Array.from({ length: 3 }, () => 'x'.repeat(36));
    expect(wrapped(['材料', ...ids], 8).map(widthOf)).toEqual([8 + 4 + 1 + 36 + 1 + 36, 44]);
    expect(wrapped([], 8)).toEqual([]);
  });
});

describe("the inspector's verbs", () => {
  const step = steps();
  let said: Said = { result: {}, words: [] };
  const context: Context = {
    settings: readSettings({ JIANDANG_DATA: join(scratch, 'data') }),
    output: {
      answer: (result, words) => {
        said = { result: result as Said['result'], words };
      },
      note: () => undefined,
      progress: () => ({ to: () => undefined, end: () => undefined }),
    },
  };
  const treeSize = (): number => (said.result['basis'] as { treeSize: number }).treeSize;
  let household = '';

  beforeAll(async () => {
    await officeFolder('demo', context.settings.data);
  }, 120_000);

  afterEach(() => {
    const wide = said.words.flatMap((word) => word.split('\n')).filter((line) => widthOf(line) > 100);
    expect(wide).toEqual([]);
  });

  step(
    'compliance: counts and findings of a village and year, exit 1 when there is one, 0 when there is none',
    async () => {
      const csv = join(scratch, 'findings.csv');
      expect(await compliance(context, { area: VILLAGE, year: '2017', csv })).toBe(1);
      const findings = said.result['findings'] as { rule: string; household: string }[];
      expect(findings.map(({ rule }) => rule)).toEqual(['step-inverted', 'publicity-short', 'late-entry']);
      household = findings[0]?.household ?? '';
      expect(said.words.join('\n')).toMatch(/倒置\s+退出 村核实\s+早于 民主评议 3 日/);
      expect(said.words.join('\n')).toMatch(/公示短\s+退出 公告\s+3 日\/规定 7 日/);
      expect(readFileSync(csv, 'utf8').trim().split('\r\n')).toHaveLength(4);
      expect(await compliance(context, { area: VILLAGE, year: '2016' })).toBe(0);
      expect(said.words).toContain('未发现问题 nothing found');
      expect(await compliance(context, { area: VILLAGE, year: '2014' })).toBe(1);
      expect(said.words.join('\n')).toMatch(/证据缺\s+识别 民主评议\s+12 户/);
    },
    60_000,
  );

  step(
    'compliance: one household step by step, with who decided',
    async () => {
      expect(await compliance(context, { household })).toBe(1);
      const text = said.words.join('\n');
      expect(text).toMatch(/✓\s+第一次公示\s+2017-11-05 – 2017-11-13\s+8 日\s+2017-11-05 记录\s+village-1 石清远/);
      expect(text).toMatch(/✗ 无据\s+民主评议/);
      expect(text.indexOf('识别 2014')).toBeLessThan(text.indexOf('退出 2017'));
      expect(await compliance(context, { household: '01999999-0000-7000-8000-0000000000aa' })).toBe(1);
      expect(await compliance(context, { area: VILLAGE })).toBe(2);
    },
    60_000,
  );

  step(
    'blame: every field with its event, the events with people, dates and papers below',
    async () => {
      expect(await blame(context, household, {})).toBe(0);
      const text = said.words.join('\n');
      expect(text).toMatch(/^status\s+exited\s+r12\s+2017-12-11\s+county-1 向国平$/m);
      expect(text).toMatch(/^r12\s+HouseholdExited\s+2017-12-11 记录\s+2017-12-11 发生\s+county-1 向国平$/m);
      expect(text).toMatch(/county-1 向国平\n\s+材料 [0-9a-f-]{36}\n\s+h [0-9a-f]{64}$/m);
      const before = treeSize();
      expect(await blame(context, household, { treeSize: 100, asOf: '2016-06-30' })).toBe(0);
      expect(said.words.join('\n')).toMatch(/^status\s+poor\s+r0\s/m);
      expect(before).toBeGreaterThan(300);
      expect(await blame(context, household, { knownAt: '2013-01-01T00:00:00.000Z' })).toBe(1);
    },
    60_000,
  );

  step(
    'trace: by login, hash, batch, rule, record and field, page by page, and again at the same size',
    async () => {
      expect(await trace(context, { actor: 'township-1', limit: 4 })).toBe(0);
      const first = said;
      expect(first.words.join('\n')).toMatch(/CorrectionRecorded\s+township-1 麻正文/);
      expect(await trace(context, { actor: 'township-1', limit: 4, after: String(first.result['next']) })).toBe(0);
      expect((said.result['items'] as object[])[0]).not.toEqual((first.result['items'] as object[])[0]);
      expect(
        await trace(context, {
          actor: 'township-1',
          limit: 4,
          treeSize: (first.result['basis'] as { treeSize: number }).treeSize,
        }),
      ).toBe(0);
      expect(said.result).toEqual(first.result);
      expect(await trace(context, { rule: 'publicity.exit.days' })).toBe(0);
      expect((said.result['items'] as { type: string }[]).every(({ type }) => type === 'NoticePosted')).toBe(true);
      expect(await trace(context, { stream: `household-${household}` })).toBe(0);
      expect((said.result['items'] as object[]).length).toBe(14);
      expect(await trace(context, { household, field: 'status' })).toBe(0);
      expect(said.words.join('\n')).toContain('status: "pre-exit" → "exited"');
      expect(await trace(context, { paper: '01999999-0000-7000-8000-0000000000aa' })).toBe(1);
      expect(await trace(context, {})).toBe(2);
      expect(await trace(context, { actor: 'x', rule: 'y' })).toBe(2);
    },
    60_000,
  );

  step('records in the read log that somebody at the machine looked', async () => {
    const system = await System.open(context.settings);
    const { items } = await system.reads.list({ subjects: [household] });
    expect(items.map(({ actor, view }) => [actor, view])).toContainEqual(['system:cli', 'household-blame']);
    await system.close();
  });
});
