import type { Words } from '@kernel/sourcing';
import type { CodeList } from './code-list';
import { HOUSEHOLD_LISTS } from './lists/household';
import { NATION_LISTS } from './lists/nation';
import { PAPER_LISTS } from './lists/paper';
import { PERSON_LISTS } from './lists/person';

/** Code lists of the register's forms; lists change by events, these are what ships. */
export const CODE_LISTS = { ...HOUSEHOLD_LISTS, ...PERSON_LISTS, ...NATION_LISTS, ...PAPER_LISTS };

export type ListName = keyof typeof CODE_LISTS;

const entriesOf = (list: ListName): CodeList['entries'] => CODE_LISTS[list].entries;

const NAMES = Object.keys(CODE_LISTS) as readonly ListName[];
const CODES = new Map(NAMES.map((list) => [list, Object.keys(entriesOf(list)) as readonly string[]]));

/** Codes of a list: always the same array, by which a field that takes them says which list it is of. */
export const codesOf = (list: ListName): readonly string[] => CODES.get(list)!;

/** The list whose codes these are; `undefined` for any other values. */
export const listOf = (codes: unknown): ListName | undefined => NAMES.find((list) => CODES.get(list) === codes);

/** Label of a code in both languages; the code itself where the list has none. */
export const labelOf = (list: ListName, code: string): Words =>
  Object.hasOwn(entriesOf(list), code) ? entriesOf(list)[code]! : [code, code];

/** Code of a Chinese label, older labels included; `undefined` when no list knows it. */
export const codeOf = (list: ListName, label: string): string | undefined => {
  const { entries, also = {} }: CodeList = CODE_LISTS[list];
  const wanted = label.trim();
  const found = Object.entries(entries).find(([, [known]]) => known === wanted || known === `${wanted}族`);
  return found?.[0] ?? (Object.hasOwn(also, wanted) ? also[wanted] : undefined);
};
