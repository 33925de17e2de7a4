/** A household as large as the form lets it be, with every field filled to its end. */
import { CODE_LISTS } from '@domain/code-lists/contract';
import { newUuid } from '@kernel/format';

/** Takes three bytes. */
const LONG = '龘';

const last = (list: keyof typeof CODE_LISTS): string => Object.keys(CODE_LISTS[list].entries).at(-1) ?? '';

export const fullMember = (index: number, person = newUuid()) => ({
  person,
  name: String(index).padEnd(60, LONG),
  idNumber: String(index).padEnd(40, LONG),
  idStatus: 'FORMAT_OK',
  relation: index === 0 ? '01' : '96',
  nation: last('nation'),
  sex: 'female',
  born: '1958-11-30',
  phone: String(index).padEnd(40, LONG),
  education: last('education'),
  school: last('school'),
  labour: last('labour'),
  workMonths: 12,
  illnessInsurance: 'yes',
  health: Object.keys(CODE_LISTS.health.entries).slice(-4),
});

export const fullMembers = (count: number) => Array.from({ length: count }, (_, index) => fullMember(index));

export const fullFacts = {
  address: LONG.repeat(200),
  phone: LONG.repeat(40),
  standard: last('standard'),
  attribute: last('attribute'),
  mainCause: '1',
  otherCauses: ['2', '3'],
  dangerousHouse: 'yes',
  safeWater: 'no',
};

export const fullPapers = (paper: string): readonly string[] => Array.from({ length: 50 }, () => paper);
