import { demoRegister } from './register-csv';

describe('the register of the demo', () => {
  const [header = '', ...lines] = demoRegister().trim().split('\r\n');

  it('has some sixty households, the same each time', () => {
    expect(new Set(lines.map((line) => line.split(',')[4])).size).toBe(60);
    expect(demoRegister()).toBe(demoRegister());
  });

  it('fills as many cells as there are columns', () => {
    for (const line of lines) expect(line.split(',')).toHaveLength(header.split(',').length);
  });

  it('gives every person an ID number with its right check digit', () => {
    for (const line of lines) {
      const id = line.split(',')[7] ?? '';
      const sum = [...id.slice(0, 17)].reduce(
        (total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11),
        0,
      );
      expect(id[17]).toBe('10X98765432'[sum % 11]);
    }
  });
});
