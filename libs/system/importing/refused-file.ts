import { writeFileSync } from 'node:fs';
import { REFUSED_COLUMNS, type RegisterEntry, type RowRefusal } from '@domain/register-import';
import { wordsOf } from '@kernel/sourcing';

export interface RefusedHousehold {
  readonly household: RegisterEntry;
  readonly reasons: readonly RowRefusal[];
}

type Language = 'zh' | 'en';

const PUNCTUATION = { zh: [':', ';'], en: [': ', '; '] } as const;

const PLACES: Readonly<Record<Language, (refusal: RowRefusal) => string>> = {
  zh: ({ line, column, value }) => `第 ${String(line)} 行${column && ` ${column}`}${value && `「${value}」`}`,
  en: ({ line, column, value }) => `row ${String(line)}${column && ` ${column}`}${value && ` "${value}"`}`,
};

/** Where, what stands there, what is wrong, and how to mend it. */
const toldIn = (language: Language, refusal: RowRefusal): string => {
  const [colon, semicolon] = PUNCTUATION[language];
  const words = wordsOf(refusal.why.code, refusal.why.details)[language].filter((text) => text !== '');
  return `${PLACES[language](refusal)}${colon}${words.join(semicolon)}`;
};

const ELSEWHERE: Readonly<Record<Language, (line: number) => string>> = {
  zh: (line) => `与第 ${String(line)} 行同户,一并退回`,
  en: (line) => `of the same household as row ${String(line)}, and returned with it`,
};

/** What a row of a refused household is told: its own reasons, or which row it goes with. */
const reasonsIn = (language: Language, line: number, reasons: readonly RowRefusal[]): string => {
  const own = reasons.filter((reason) => reason.line === line);
  if (own.length === 0) return ELSEWHERE[language](reasons[0]?.line ?? line);
  return own.map((reason) => toldIn(language, reason)).join(language === 'zh' ? '。' : '. ');
};

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The refused rows with their reasons, for their owner alone: mended, it is imported as it is. */
export const writeRefused = (file: string, columns: readonly string[], refused: readonly RefusedHousehold[]): void => {
  const rows = refused.flatMap(({ household, reasons }) =>
    household.rows.map(({ line, cells, surplus }) => [
      String(line),
      reasonsIn('zh', line, reasons),
      reasonsIn('en', line, reasons),
      ...columns.map((column) => cells[column] ?? ''),
      ...surplus,
    ]),
  );
  const lines = [[...REFUSED_COLUMNS, ...columns], ...rows].map((cells) => cells.map(quoted).join(','));
  writeFileSync(file, `\ufeff${lines.join('\r\n')}\r\n`, { mode: 0o600 });
};
