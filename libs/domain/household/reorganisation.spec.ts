import { newUuid } from '@kernel/format';
import { EVERYWHERE, specificationOf, type Given } from '@kernel/sourcing/testing/specification';
import { reorganisationDecider } from './reorganisation';

const [from, to, person, approval, other] = Array.from({ length: 5 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
  string,
];
const area = '433124110226';
const given = specificationOf(reorganisationDecider, {
  at: '2016-11-20T02:00:00.000Z',
  others: { [from]: { area }, [approval]: { kind: 'approval' }, [other]: { kind: 'other' } },
});
const transfer = { from, to, persons: [person], cause: 'marriage', papers: [approval] };
const decided: Given = { type: 'TransferDecided', data: { ...transfer, area } };

describe('a transfer between households', () => {
  it('is decided with an approval, where the household lies that they leave, on its day', () => {
    given()
      .when('DecideTransfer', { ...transfer, on: '2016-11-19' })
      .then({ type: 'TransferDecided', data: { ...transfer, area }, validFrom: '2016-11-19' });
    given()
      .when('DecideTransfer', { ...transfer, on: '2016-11-19', papers: [other] })
      .thenRejected('paper/kind-missing', { kind: 'approval' });
  });

  it('is decided once, and between two households', () => {
    given(decided)
      .when('DecideTransfer', { ...transfer, on: '2016-11-19' })
      .thenRejected('reorganisation/decided');
    given()
      .when('DecideTransfer', { ...transfer, to: from, on: '2016-11-19' })
      .thenRejected('reorganisation/same-household');
  });

  it('is not decided tomorrow, and late only with a reason, which it keeps', () => {
    given()
      .when('DecideTransfer', { ...transfer, on: '2016-11-21' })
      .thenRejected('household/in-future');
    given()
      .when('DecideTransfer', { ...transfer, on: '2016-10-20' })
      .thenRejected('household/late-without-reason', { days: 31, limit: 30 });
    given()
      .when('DecideTransfer', { ...transfer, on: '2016-10-20', lateReason: 'network' })
      .then({ validFrom: '2016-10-20', reason: 'late-network' });
  });

  it('stands where it was decided, also when one of the two refused it', () => {
    const refused = {
      event: newUuid(),
      target: `household-${to}`,
      command: 'ReceiveMembers',
      code: 'household/closed',
    };
    given(decided).when('RecordEffectRefused', refused).then({ type: 'EffectRefused', data: refused });
    expect(given(decided, { type: 'EffectRefused', data: refused }).state()).toEqual({ area });
    const act = { referred: () => ({ area: '433124110227' }), places: EVERYWHERE } as never;
    expect(reorganisationDecider.area({ area: '' }, { ...transfer }, act)).toBe('433124110227');
    expect(reorganisationDecider.area({ area }, refused, act)).toBe(area);
  });
});
