import { encode } from 'iconv-lite';
import { householdsOf, readRegister, RegisterFileError } from './register-file';

const CSV = `县,乡,行政村,户编号,姓名,与户主关系,务工时间(月),本地列
花垣县,双龙镇,十八洞村,4331241102260001,石爬,户主,3,甲
花垣县,双龙镇,十八洞村,4331241102260002,龙山,户主,,
花垣县,双龙镇,十八洞村,4331241102260001,"石,妮",之女
`;

describe('a register file', () => {
  it.each([
    ['UTF-8', Buffer.from(CSV)],
    ['UTF-8 with byte-order mark', Buffer.from(`\ufeff${CSV}`)],
    ['GB18030', encode(CSV, 'gb18030')],
  ])('is read the same in %s', (_name, bytes) => {
    const { columns, rows } = readRegister(bytes);
    expect(columns).toContain('务工时间(月)');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      line: 2,
      surplus: [],
      cells: expect.objectContaining({ 姓名: '石爬', 本地列: '甲' }) as object,
    });
    expect(rows[1]?.cells).not.toHaveProperty('本地列');
    expect(rows[2]?.cells['姓名']).toBe('石,妮');
  });

  it('groups persons by household number, wherever their rows stand', () => {
    const households = householdsOf(readRegister(Buffer.from(CSV)).rows);
    expect(households.map(({ number, rows }) => [number, rows.map(({ line }) => line)])).toEqual([
      ['4331241102260001', [2, 4]],
      ['4331241102260002', [3]],
    ]);
  });

  it.each([
    ['lacks columns', '姓名,年龄\n甲,3\n'],
    ['has a column twice', '乡,行政村,户编号,姓名,姓名,与户主关系\n'],
    ['is broken', '乡,行政村,户编号,姓名,与户主关系\n"a\n'],
  ])('is refused when it %s', (_name, text) => {
    expect(() => readRegister(Buffer.from(text))).toThrow(RegisterFileError);
  });
});
