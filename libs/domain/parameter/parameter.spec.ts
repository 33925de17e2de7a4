import { specificationOf } from '@kernel/sourcing/testing/specification';
import { parameterDecider, ruleBook } from '.';

const given = specificationOf(parameterDecider, { at: '2017-03-01T08:00:00.000Z' });
const days = { key: 'publicity.exit.days', kind: 'number', value: '10', area: '4331', from: '2017-04-01' };

describe('a parameter', () => {
  it('is enacted for an area from a day on', () => {
    const { from, ...data } = days;
    expect(given().when('EnactParameter', days).decided()).toEqual([
      { type: 'ParameterEnacted', data, validFrom: from },
    ]);
    given()
      .when('EnactParameter', { ...days, from: '2017-03-01' })
      .then({ validFrom: '2017-03-01' });
    given({ type: 'ParameterEnacted', data }).when('EnactParameter', days).thenRejected('parameter/enacted');
    expect(parameterDecider.area({ enacted: false }, days, undefined as never)).toBe('433100000000');
  });
  it('may end, after one day at least', () => {
    given()
      .when('EnactParameter', { ...days, to: '2017-04-02' })
      .then({ validFrom: '2017-04-01', validTo: '2017-04-02' });
    for (const to of ['2017-04-01', '2017-03-31'])
      given()
        .when('EnactParameter', { ...days, to })
        .thenRejected('parameter/never', { to });
  });
  it('is never changed backwards', () => {
    given()
      .when('EnactParameter', { ...days, from: '2017-02-28' })
      .thenRejected('parameter/retroactive');
  });
  it('has a value of its kind', () => {
    given()
      .when('EnactParameter', { ...days, value: 'ten' })
      .thenRejected('parameter/malformed', { value: 'ten', kind: 'number' });
    for (const value of ['1.5', '10 days', 'a10', '1'.repeat(16)])
      given()
        .when('EnactParameter', { ...days, value })
        .thenRejected('parameter/malformed');
    for (const [kind, value] of [
      ['number', '-10'],
      ['number', '999999999999999'],
      ['yes-no', 'yes'],
      ['yes-no', 'no'],
      ['text', '十'],
    ] as const)
      given()
        .when('EnactParameter', { ...days, kind, value })
        .then({ type: 'ParameterEnacted' });
    for (const value of ['yes!', 'oh no'])
      given()
        .when('EnactParameter', { ...days, kind: 'yes-no', value })
        .thenRejected('parameter/malformed');
    given()
      .when('EnactParameter', { ...days, kind: 'yes-no', value: '1' })
      .thenRejected('parameter/malformed');
  });
});

describe('the rule book', () => {
  const book = ruleBook([
    { id: 'a', key: 'publicity.exit.days', value: 10, area: '4331', from: '2017-04-01', version: 'a' },
    {
      id: 'b',
      key: 'publicity.exit.days',
      value: 5,
      area: '433124',
      from: '2018-01-01',
      to: '2019-01-01',
      version: 'b',
    },
  ]);
  const days = (area: string, on: string) => book.lookup('publicity.exit.days', area, on)?.value;

  it('answers what was in force in the area on the day of the act', () => {
    expect(days('433124110226', '2017-03-31')).toBe(7);
    expect(days('433124110226', '2017-04-01')).toBe(10);
    expect(days('433124110226', '2018-06-01')).toBe(5);
    expect(days('433124110226', '2019-01-01')).toBe(10);
    expect(days('520000000000', '2018-06-01')).toBe(7);
  });
  it('knows the lines of both series by year, in fen', () => {
    expect(book.lookup('povertyLine.exit.2016', '433124110226', '2016-12-01')?.value).toBe(314_600);
    expect(book.lookup('povertyLine.statistical.2016', '433124110226', '2016-12-01')?.value).toBe(295_200);
  });
  it('names the version it answered from', () => {
    expect(book.lookup('publicity.exit.days', '433124110226', '2018-06-01')?.version).toBe('b');
    expect(book.lookup('publicity.exit.days', '52', '2018-06-01')?.version).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('has no answer for what nobody enacted', () => {
    expect(book.lookup('monitoringRange.2021', '433124110226', '2021-06-01')).toBeUndefined();
  });
});
