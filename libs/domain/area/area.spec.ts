import { specificationOf } from '@kernel/sourcing/testing/specification';
import { areaDecider } from './area';
import { AREAS_433124 } from './data/433124';
import { AreaDirectory, readAreas, significant } from './directory';

const directory = new AreaDirectory([{ id: 'huayuan', areas: readAreas(AREAS_433124) }]);

describe('the directory of areas', () => {
  it('knows Huayuan county: its townships, villages, and Shibadong', () => {
    expect(directory.below('433124')).toHaveLength(12);
    expect(directory.name('433124110226')).toBe('十八洞村');
    expect(directory.village('双龙镇', '十八洞村')).toBe('433124110226');
    expect(directory.village('双龙镇', '十八洞')).toBe('433124110226');
    expect(directory.village('花垣镇', '十八洞村')).toBeUndefined();
  });

  it('tells the significant digits of a code', () => {
    expect(['430000000000', '433100000000', '433124000000', '433124110000', '433124110226'].map(significant)).toEqual([
      '43', '4331', '433124', '433124110', '433124110226',
    ]); // prettier-ignore
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

  it('is a matter of its county', () => {
    expect(areaDecider.area({ recorded: false }, list, undefined as never)).toBe('433124000000');
  });
});
