import type { RuleBook } from '@kernel/sourcing';
import { BREACHES, examine, type Breach, type CaseSheet, type ComplianceFinding } from './compliance.rules';
import type { ProcedureCase } from './procedure-cases.projection';
import type { CaseKind } from './steps';

/** A finding with the case it is about. */
export interface ReportedFinding extends ComplianceFinding {
  readonly household: string;
  readonly case: string;
  readonly kind: CaseKind;
  readonly area: string;
}

/** One village in one year. */
export interface VillageReport {
  readonly area: string;
  readonly cases: number;
  readonly finished: number;
  /** Cases without any finding. */
  readonly sound: number;
  readonly breaches: Readonly<Record<Breach, number>>;
}

export interface ComplianceReport {
  readonly villages: readonly VillageReport[];
  readonly findings: readonly ReportedFinding[];
}

const none = Object.fromEntries(BREACHES.map((rule) => [rule, 0])) as Record<Breach, number>;

const counted = (area: string, cases: readonly CaseSheet[]): VillageReport => {
  const breaches = { ...none };
  for (const { findings } of cases) for (const { rule } of findings) breaches[rule] += 1;
  return {
    area,
    cases: cases.length,
    finished: cases.filter(({ outcome }) => outcome !== 'open').length,
    sound: cases.filter(({ findings }) => findings.length === 0).length,
    breaches,
  };
};

export const examineAll = (cases: readonly ProcedureCase[], rules: RuleBook): readonly CaseSheet[] =>
  cases.map((one) => examine(one, rules));

/** Counts per village, and every finding with the events it rests on. */
export const reportOf = (sheets: readonly CaseSheet[]): ComplianceReport => {
  const byArea = new Map<string, CaseSheet[]>();
  for (const sheet of sheets) byArea.set(sheet.area, [...(byArea.get(sheet.area) ?? []), sheet]);
  return {
    villages: [...byArea].sort(([a], [b]) => (a < b ? -1 : 1)).map(([area, of]) => counted(area, of)),
    findings: sheets.flatMap(({ household, id, kind, area, findings }) =>
      findings.map((finding) => ({ ...finding, household, case: id, kind, area })),
    ),
  };
};

const COLUMNS = [
  'area',
  'household',
  'case',
  'kind',
  'rule',
  'step',
  'against',
  'days',
  'required',
  'parameter',
  'version',
  'reason',
] as const;

const cell = (value: string | number | undefined): string => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Findings as CSV for a spreadsheet: UTF-8 with a mark, one line a finding, events as `revision:id`. */
export const findingsCsv = (findings: readonly ReportedFinding[]): string => {
  const lines = findings.map((finding) =>
    [
      ...COLUMNS.map((column) => cell(finding[column])),
      finding.events.map(({ id, revision }) => `${String(revision)}:${id}`).join(' '),
    ].join(','),
  );
  return `\ufeff${[[...COLUMNS, 'events'].join(','), ...lines].join('\r\n')}\r\n`;
};
