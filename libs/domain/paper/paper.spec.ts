import { specificationOf } from '@kernel/sourcing/testing/specification';
import { paperDecider } from './paper';

const given = specificationOf(paperDecider);
const scan = {
  kind: 'minutes',
  area: '433124110226',
  bytes: 3,
  mime: 'application/pdf',
  name: '评议记录.pdf',
  sha256: 'a'.repeat(64),
  sm3: 'b'.repeat(64),
};

describe('a paper', () => {
  it('is received once and never replaced', () => {
    given().when('ReceivePaper', scan).then({ type: 'PaperReceived', data: scan });
    given({ type: 'PaperReceived', data: scan })
      .when('ReceivePaper', { ...scan, kind: 'other' })
      .thenRejected('paper/received');
  });

  it('tells other records its kind, and lies where the office does that received it', () => {
    expect(given({ type: 'PaperReceived', data: scan }).state()).toEqual({ kind: 'minutes' });
    expect(paperDecider.area({ kind: '' }, scan, undefined as never)).toBe('433124110226');
  });
});
