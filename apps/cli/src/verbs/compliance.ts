import { writeFileSync } from 'node:fs';
import {
  BREACH_WORDS,
  BREACHES,
  findingsCsv,
  reportOf,
  KIND_WORDS,
  STANDING_WORDS,
  STEP_WORDS,
  type CaseSheet,
  type ReportedFinding,
  type StepSheet,
  type VillageReport,
} from '@domain/inspection';
import { localDate } from '@kernel/sourcing';
import type { System } from '@system/system';
import { withSystem, type Context } from '../context';
import { columns, wrapped } from '../layout';
import { EXIT } from '../output';
import { namingOf, recordReading, type Naming } from '../people';
import { basisLine } from './trace';

const villageLine = ({ area, cases, finished, sound, breaches }: VillageReport, name: string): string =>
  columns([
    [`${area} ${name}`, 28],
    [String(cases), -4],
    [String(finished), -4],
    [String(sound), -6],
    ...BREACHES.map((rule) => [String(breaches[rule]), -6] as const),
  ]);

const HEAD = columns([
  ['村 village', 28],
  ['案件', -4],
  ['办结', -4],
  ['无问题', -6],
  ...BREACHES.map((rule) => [BREACH_WORDS[rule][0], -6] as const),
]);

const measure = ({ days, required, against, reason, rule }: ReportedFinding): string => {
  const sizes =
    days === undefined
      ? ''
      : required === undefined
        ? `${String(days)} 日`
        : `${String(days)} 日/规定 ${String(required)} 日`;
  const other =
    against === undefined
      ? ''
      : rule === 'step-inverted'
        ? `早于 ${STEP_WORDS[against][0]}`
        : `与 ${STEP_WORDS[against][0]}`;
  return [other, sizes, reason].filter((word) => word !== undefined && word !== '').join(' ');
};

const findingLines = (finding: ReportedFinding): readonly string[] => [
  columns([
    [BREACH_WORDS[finding.rule][0], 6],
    [`${KIND_WORDS[finding.kind][0]} ${STEP_WORDS[finding.step][0]}`, 18],
    [measure(finding), 40],
  ]),
  `        户 ${finding.household}  事件 ${finding.events.map(({ revision }) => `r${String(revision)}`).join(' ')}`,
  ...(finding.parameter === undefined ? [] : wrapped(['规则', finding.parameter, finding.version ?? ''], 8)),
];

/** Legacy gaps are many and alike: counted by step. */
const gapLines = (findings: readonly ReportedFinding[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { kind, step, rule } of findings) {
    const label = `${KIND_WORDS[kind][0]} ${STEP_WORDS[step][0]}`;
    if (rule === 'evidence-gap') counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) =>
    columns([
      [BREACH_WORDS['evidence-gap'][0], 6],
      [label, 18],
      [`${String(count)} 户`, 10],
    ]),
  );
};

const stepLine = ({ step, standing, done, closed, days }: StepSheet, who: Naming): string =>
  columns([
    [STANDING_WORDS[standing][0], 8],
    [STEP_WORDS[step][0], 12],
    [done === undefined ? '' : `${done.on}${closed ? ` – ${closed.on}` : ''}`, 23],
    [days === undefined ? '' : `${String(days)} 日`, 6],
    [done === undefined ? '' : `${localDate(done.recordedAt)} 记录`, 15],
    [done === undefined ? '' : who(done.actor), 24],
  ]);

const caseLines = (sheet: CaseSheet, who: Naming): readonly string[] => [
  `${KIND_WORDS[sheet.kind][0]} ${sheet.year}  ${sheet.outcome}${sheet.legacy ? '  老档案 legacy' : ''}  经办 ` +
    `${String(sheet.persons)} 人`,
  ...sheet.steps.map((step) => `  ${stepLine(step, who)}`),
  ...sheet.findings
    .filter(({ rule }) => rule !== 'evidence-gap')
    .flatMap((finding) =>
      findingLines({ ...finding, household: sheet.household, case: sheet.id, kind: sheet.kind, area: sheet.area }),
    ),
  '',
];

export interface ComplianceArguments {
  readonly area?: string;
  readonly year?: string;
  readonly household?: string;
  readonly csv?: string;
  readonly treeSize?: number;
  readonly purpose?: string;
}

/** Whether procedures were kept: a village and year, or one household step by step. */
export const compliance = (context: Context, given: ComplianceArguments): Promise<number> => {
  const { household, area, year } = given;
  if (household !== undefined)
    return withSystem(context, (system) => ofHousehold(context, system, { ...given, household }));
  if (area === undefined || year === undefined) {
    process.stderr.write('请给出 --area 与 --year,或 --household give --area and --year, or --household\n');
    return Promise.resolve(EXIT.failed);
  }
  return withSystem(context, (system) => ofVillages(context, system, { ...given, area, year }));
};

const ofVillages = async (
  context: Context,
  system: System,
  { area, year, treeSize, csv, purpose }: ComplianceArguments & { readonly area: string; readonly year: string },
): Promise<number> => {
  const question = { area, year, ...(treeSize !== undefined && { treeSize }) };
  const { sheets, basis } = await system.compliance.cases(question);
  const { villages, findings } = reportOf(sheets);
  await recordReading(system, 'compliance', [...new Set(findings.map(({ household }) => household))], purpose);
  if (csv !== undefined) writeFileSync(csv, findingsCsv(findings), { mode: 0o600 });
  const directory = await system.areas.refresh();
  const listed = findings.filter(({ rule }) => rule !== 'evidence-gap');
  context.output.answer({ area, year, villages, findings, basis, ...(csv !== undefined && { csv }) }, [
    `程序合规 compliance  ${area}  ${year}`,
    '',
    HEAD,
    ...villages.map((one) => villageLine(one, directory.name(one.area) ?? '')),
    '',
    ...(findings.length === 0
      ? ['未发现问题 nothing found']
      : [...listed.flatMap(findingLines), ...gapLines(findings)]),
    '',
    ...(csv === undefined ? [] : [`明细 details ${csv}`]),
    basisLine(basis),
  ]);
  return findings.length === 0 ? EXIT.fine : EXIT.finding;
};

const ofHousehold = async (
  context: Context,
  system: System,
  { household, treeSize, purpose }: ComplianceArguments & { readonly household: string },
): Promise<number> => {
  const question = { household, ...(treeSize !== undefined && { treeSize }) };
  const { sheets: items, basis } = await system.compliance.ofHousehold(question);
  if (items.length === 0) {
    process.stderr.write(`没有这一户 no such household: ${household}\n`);
    return EXIT.finding;
  }
  await recordReading(system, 'compliance-cases', [household], purpose);
  const who = await namingOf(
    system,
    items.flatMap(({ steps }) => steps.flatMap(({ done }) => done?.actor ?? [])),
  );
  context.output.answer({ household, items, basis }, [
    ...items.flatMap((sheet) => caseLines(sheet, who)),
    basisLine(basis),
  ]);
  return items.some(({ findings }) => findings.length > 0) ? EXIT.finding : EXIT.fine;
};
