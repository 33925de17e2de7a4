import { EVERYWHERE, specificationOf } from '@kernel/sourcing/testing/specification';
import { areaDecider } from './area';
import { AREAS_433124 } from './data/433124';
import { AreaDirectory, readAreas } from './directory';

const village = { code: '433124110226', name: '十八洞村' };
const directory = new AreaDirectory([{ id: 'huayuan', areas: readAreas(AREAS_433124) }]);

describe('the directory of areas', () => {
  it('knows Huayuan county: its townships, villages, and Shibadong', () => {
    expect(directory.below('433124')).toHaveLength(12);
    expect(directory.name('433124110226')).toBe('十八洞村');
    expect(directory.village('双龙镇', '十八洞村')).toBe('433124110226');
    expect(directory.village('双龙镇', '十八洞')).toBe('433124110226');
    expect(directory.village('花垣镇', '十八洞村')).toBeUndefined();
  });

  it('knows an area by its code, whole or not, and no other', () => {
    for (const code of ['43', '4331', '433124', '433124000000', '433124110', '433124110226'])
      expect([code, directory.known(code, '2016-01-01')]).toEqual([code, true]);
    for (const code of ['000000000000', '999999999999', '4331241', '433125', '433124110999', '520123001001'])
      expect([code, directory.known(code, '2016-01-01')]).toEqual([code, false]);
  });

  it('knows it in the days of its list; what was said last about an area counts', () => {
    const merged = new AreaDirectory([
      { id: 'a', areas: [village], from: '2013-01-01' },
      { id: 'b', areas: [village], from: '2013-01-01', to: '2016-06-01' },
    ]);
    expect(
      ['2012-12-31', '2013-01-01', '2016-05-31', '2016-06-01'].map((day) => merged.known(village.code, day)),
    ).toEqual([false, true, true, false]);
    expect(merged.term(village.code)).toEqual({ from: '2013-01-01', to: '2016-06-01' });
    expect(directory.term(village.code)).toEqual({});
  });

  it("counts what stands outside its counties as the county's own", () => {
    const stands = [
      '433124110226',
      '433124110999',
      '433124000000',
      '999999999999',
      '000000000000',
      '430000000000',
      '433125001001',
    ];
    expect(stands.map((area) => directory.home(area))).toEqual([
      '433124110226',
      '433124110999',
      '433124000000',
      '433124000000',
      '433124000000',
      '433124000000',
      '433124000000',
    ]);
    expect(new AreaDirectory([]).home('999999999999')).toBe('999999999999');
    const two = new AreaDirectory([{ id: 'x', areas: [village, { code: '433122000000', name: '泸溪县' }] }]);
    expect([two.own, two.home('999999999999')]).toEqual(['433100000000', '433100000000']);
    const far = new AreaDirectory([{ id: 'x', areas: [village, { code: '520123000000', name: '修文县' }] }]);
    expect(far.own).toBe('433124000000');
  });
});

describe('a list of areas', () => {
  it('is read with or without header and byte-order mark', () => {
    expect(readAreas('\ufeffcode,name\r\n433124110,双龙镇\r\n')).toEqual([{ code: '433124110000', name: '双龙镇' }]);
  });
  it('is refused with the number of its bad line', () => {
    expect(() => readAreas('433124110,双龙镇\nx,y')).toThrow('line 2');
  });
});

describe('a list of areas on the record', () => {
  const given = specificationOf(areaDecider);
  const list = { areas: [{ code: '433124110000', name: '双龙镇' }] };

  it('is recorded once, whole; another one is another record', () => {
    given().when('RecordAreas', list).then({ type: 'AreasRecorded', data: list });
    given({ type: 'AreasRecorded', data: list }).when('RecordAreas', list).thenRejected('area/recorded');
  });

  it('says from when and until when its areas are in force', () => {
    given()
      .when('RecordAreas', { ...list, from: '2016-06-01', to: '2020-01-01' })
      .then({ data: list, validFrom: '2016-06-01', validTo: '2020-01-01' });
    for (const to of ['2016-06-01', '2016-05-31'])
      given()
        .when('RecordAreas', { ...list, from: '2016-06-01', to })
        .thenRejected('area/no-term', { to });
  });

  it.each(['433125001001', '520123000000', '520000000000', '000000000000', '999999999999'])(
    'lies in or above the county of its log: %s does not',
    (code) => {
      const strange = { areas: [...list.areas, { code, name: '某村' }] };
      given().when('RecordAreas', strange).thenRejected('area/other-county', { area: code, counties: '433124' });
    },
  );

  it('says, as the first one, which counties the log is about', () => {
    const empty = { places: { ...EVERYWHERE, counties: new Set<string>() } };
    const named = (...codes: readonly string[]) => ({ areas: codes.map((code) => ({ code, name: code })) });
    given()
      .when('RecordAreas', named('520000000000', '520100000000', '520123000000', '520123001001'), empty)
      .then({ type: 'AreasRecorded' });
    for (const codes of [['000000000000'], ['430000000000'], ['430000000000', '520123000000']])
      given()
        .when('RecordAreas', named(...codes), empty)
        .thenRejected('area/other-county', { area: codes[0] ?? '' });
    given()
      .when('RecordAreas', named('430000000000', '433100000000', '433124110226'))
      .then({ type: 'AreasRecorded' });
  });

  it('is a matter of its county', () => {
    expect(areaDecider.area({ recorded: false }, list, undefined as never)).toBe('433124000000');
  });
});
