import { defineRejections } from '@kernel/sourcing';

/**
 * What a posted list may show of a household (design: names and head-count only; never numbers, phones, health,
 * children).
 */
export interface SheetRow {
  readonly head: string;
  readonly village: string;
  readonly members: number;
}

/** `张三` → `张*`, `欧阳修文` → `欧***`: the surname's first character stays. */
export const maskedName = (name: string): string => {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.max(rest.length, 1));
};

const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['证件号码 document number', /(?<!\d)(\d{17}[\dXx]|\d{15})(?!\d)/],
  ['电话 phone', /(?<!\d)1[3-9]\d{9}(?!\d)/],
  ['银行账号 account', /(?<!\d)\d{16,19}(?!\d)/],
  ['健康状况 health', /(患病|残疾|慢性病|大病|尘肺|精神病|癌|艾滋)/],
  ['收入 income', /(人均纯收入|工资性收入)/],
];

/** What a text for posting must not contain, by name; empty when it may be posted. */
export const forbiddenIn = (text: string): readonly string[] =>
  FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);

/** The list as it is posted: numbered, masked, one line a household. */
export const maskedSheet = (rows: readonly SheetRow[]): readonly string[] =>
  rows.map(
    ({ head, village, members }, index) =>
      `${String(index + 1)}  ${maskedName(head)}  ${village}  ${String(members)} 人`,
  );

const refuse = defineRejections({
  'notice/forbidden-content': {
    zh: ['公示名单含有不得公开的内容:{what}', '请先更正户主姓名等字段,公示只显示姓氏、村组和人数'],
    en: [
      'The list holds what may not be posted: {what}',
      'Correct the names first: a posted list shows surname, village and head-count only',
    ],
  },
});

/** The list for posting. @throws Rejection when it holds what may not be shown */
export const postableSheet = (rows: readonly SheetRow[]): readonly string[] => {
  const lines = maskedSheet(rows);
  const what = forbiddenIn(lines.join('\n'));
  if (what.length > 0) throw refuse('notice/forbidden-content', { what });
  return lines;
};
