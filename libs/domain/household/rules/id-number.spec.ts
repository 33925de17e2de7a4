import { idStatusOf, isIdNumber, readIdNumber } from './id-number';

/** The example of GB 11643, and made-up numbers: none belongs to a person. */
const WOMAN = '11010519491231002X';
const MAN = '433124195001010010';

describe('a citizen’s identity number', () => {
  it('is checked by its last character', () => {
    expect(isIdNumber(WOMAN)).toBe(true);
    const others = [...'0123456789'].map((digit) => `${WOMAN.slice(0, 17)}${digit}`);
    expect(others.filter(isIdNumber)).toEqual([]);
  });

  it('does not check when any one digit is another', () => {
    for (let at = 0; at < 17; at++) {
      const digit = String((Number(WOMAN[at]) + 1) % 10);
      expect(isIdNumber(`${WOMAN.slice(0, at)}${digit}${WOMAN.slice(at + 1)}`)).toBe(false);
    }
  });

  it.each(['', 'x', '11010519491231002', '11010519491231002x', `${WOMAN}1`, `1${WOMAN}`, 'A1010519491231002X'])(
    'is not "%s"',
    (text) => {
      expect(isIdNumber(text)).toBe(false);
    },
  );

  it('tells sex and day of birth', () => {
    expect(readIdNumber(WOMAN)).toEqual({ sex: 'female', born: '1949-12-31' });
    const checked = [...'0123456789X'].map((last) => `${MAN.slice(0, 16)}1${last}`).find(isIdNumber) ?? '';
    expect(readIdNumber(checked)).toEqual({ sex: 'male', born: '1950-01-01' });
    expect(readIdNumber('110105194912310021')).toBeUndefined();
  });

  it('tells of no birth on a day that does not exist', () => {
    const unreal = [...'0123456789X'].map((last) => `43312419990230001${last}`);
    expect(unreal.map(readIdNumber)).toEqual(unreal.map(() => undefined));
    expect(new Set(unreal.map(idStatusOf))).toEqual(new Set(['DISPUTED']));
  });

  it.each([
    ['none', undefined, 'MISSING'],
    ['an empty one', '', 'MISSING'],
    ['one that checks', WOMAN, 'FORMAT_OK'],
    ['a certificate of disability', `${WOMAN}11`, 'FORMAT_OK'],
    ['a certificate issued again', `${WOMAN}11B1`, 'FORMAT_OK'],
    ['one that is a digit too long', `${WOMAN}1`, 'DISPUTED'],
    ['one that does not check', '110105194912310021', 'DISPUTED'],
    ['a certificate on a number that does not check', '11010519491231002111', 'DISPUTED'],
  ])('never blocks a registration: %s', (_what, text, status) => {
    expect(idStatusOf(text)).toBe(status);
  });
});
