import { isCivilDate } from '@kernel/format';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

const birthIn = (text: string): string => `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;

/** GB 11643: 17 digits, among them a day of birth that exists, and the check character. */
export const isIdNumber = (text: string): boolean => {
  if (!/^\d{17}[\dX]$/.test(text) || !isCivilDate(birthIn(text))) return false;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return '10X98765432'[sum % 11] === text[17];
};

/**
 * What can be told of a number by itself; it never blocks a registration. A certificate of disability begins with the
 * ID number.
 */
export const idStatusOf = (text: string | undefined): 'FORMAT_OK' | 'MISSING' | 'DISPUTED' => {
  if (text === undefined || text === '') return 'MISSING';
  return isIdNumber(text.slice(0, 18)) && [18, 20, 22].includes(text.length) ? 'FORMAT_OK' : 'DISPUTED';
};

/** Sex and birth date as the number says; nothing for a number that does not check. */
export const readIdNumber = (text: string): { readonly sex: 'male' | 'female'; readonly born: string } | undefined =>
  isIdNumber(text)
    ? {
        sex: Number(text[16]) % 2 === 1 ? 'male' : 'female',
        born: birthIn(text),
      }
    : undefined;
