import { specificationOf, type Given } from '@kernel/sourcing/testing/specification';
import { readLogDecider } from './read-log.decider';

const given = specificationOf(readLogDecider, { at: '2016-06-10T04:00:00.000Z' });
const root = 'ab'.repeat(32);
const sealed = (day: string) => ({ type: 'ReadLogSealed', data: { day, count: 3, root } });

describe('the stream of the read log', () => {
  it('seals a day that has ended, and names the day sealed before', () => {
    given().when('SealReads', { day: '2016-06-08', count: 3, root }).then(sealed('2016-06-08'));
    given(sealed('2016-06-05'))
      .when('SealReads', { day: '2016-06-08', count: 3, root })
      .then({ data: { day: '2016-06-08', count: 3, root, previous: '2016-06-05' } });
  });
  it('seals no day before it has ended in Shanghai', () => {
    given().when('SealReads', { day: '2016-06-10', count: 3, root }).thenRejected('reads/day-open');
    given()
      .when('SealReads', { day: '2016-06-10', count: 3, root }, { at: '2016-06-10T16:00:00.000Z' })
      .then(sealed('2016-06-10'));
  });
  it('seals no day twice, and none before the last', () => {
    for (const day of ['2016-06-05', '2016-06-04'])
      given(sealed('2016-06-05')).when('SealReads', { day, count: 3, root }).thenRejected('reads/sealed');
  });
  it('destroys what has been kept for its term, and says for how long', () => {
    const rules = { 'readLog.retention.years': 3 };
    const days = ['2013-01-01', '2013-06-10', '2013-06-11'].map(sealed);
    given(...days)
      .when('DestroyReads', {}, { rules })
      .then({
        type: 'ReadLogDestroyed',
        data: { from: '2013-01-01', through: '2013-06-10', segments: 2, years: 3 },
        basis: 'rule readLog.retention.years',
      });
  });
  it('destroys nothing before its term, which is ten years where nothing was enacted', () => {
    expect(given(sealed('2006-06-11')).when('DestroyReads').decided()).toEqual([]);
    expect(given(sealed('2006-06-10')).when('DestroyReads').decided()).toHaveLength(1);
  });
  it('destroys nothing twice', () => {
    const gone = {
      type: 'ReadLogDestroyed',
      data: { from: '2006-01-01', through: '2006-01-01', segments: 1, years: 10 },
    };
    expect(given(sealed('2006-01-01'), gone).when('DestroyReads').decided()).toEqual([]);
  });
  it.each([0, 101, 2.5, -1])('refuses a term of %d years', (years) => {
    given(sealed('2006-01-01'))
      .when('DestroyReads', {}, { rules: { 'readLog.retention.years': years } })
      .thenRejected('reads/term-too-short');
  });
  it.each([1, 100])('takes a term of %d years', (years) => {
    const rules = { 'readLog.retention.years': years };
    expect(given(sealed('1916-06-10')).when('DestroyReads', {}, { rules }).decided()).toMatchObject([
      { data: { years } },
    ]);
  });
});

describe('a sealed day', () => {
  it('is kept with its count and root, and with what was broken in it, until it is destroyed', () => {
    const broken: Given = { type: 'ReadLogSealed', data: { day: '2016-06-06', count: 2, root, broken: [4] } };
    const gone: Given = {
      type: 'ReadLogDestroyed',
      data: { from: '2016-06-05', through: '2016-06-05', segments: 1, years: 1 },
    };
    expect(given(sealed('2016-06-05'), broken, gone).state()).toEqual({
      days: [broken.data],
      last: '2016-06-06',
      destroyedThrough: '2016-06-05',
    });
    expect(given(sealed('2016-06-05')).state()).toEqual({
      days: [{ day: '2016-06-05', count: 3, root }],
      last: '2016-06-05',
    });
  });
});
