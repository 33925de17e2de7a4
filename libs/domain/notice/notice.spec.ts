import { newUuid } from '@kernel/format';
import { specificationOf, type Given } from '@kernel/sourcing/testing/specification';
import { forbiddenIn, maskedName, maskedSheet } from './masked-sheet';
import { noticeDecider } from './notice';

const paper = Object.fromEntries(['notice', 'photo', 'result', 'other'].map((kind) => [kind, newUuid()]));
const of = (kind: string) => [paper[kind] ?? ''];
const [one, two] = [newUuid(), newUuid()];
const given = specificationOf(noticeDecider, {
  at: '2016-11-20T02:00:00.000Z',
  rules: { 'publicity.exit.days': 7, 'publicity.identification.days': 7, 'publicity.announcement.days': 5 },
  others: Object.fromEntries(Object.entries(paper).map(([kind, id]) => [id, { kind }])),
});
const prepare = { kind: 'exit-1', area: '433124110226', households: [two, one] };
const prepared: Given = {
  type: 'NoticePrepared',
  data: { ...prepare, households: [one, two].sort(), digest: 'a'.repeat(64) },
};
const posted: Given = { type: 'NoticePosted', validFrom: '2016-11-05', data: { papers: of('notice'), days: 7 } };

describe('a notice', () => {
  it('lists exactly the households under decision, once each, sorted, with a digest', () => {
    const [fact] = given().when('PrepareNotice', prepare).decided();
    expect(fact?.data).toMatchObject({
      households: [one, two].sort(),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    given()
      .when('PrepareNotice', { ...prepare, households: [one, one] })
      .thenRejected('notice/one-village');
    given(prepared).when('PrepareNotice', prepare).thenRejected('notice/prepared');
  });

  it('is posted with its paper for the days of the rule, which it names', () => {
    given(prepared)
      .when('PostNotice', { on: '2016-11-05', papers: of('notice') })
      .then({
        type: 'NoticePosted',
        validFrom: '2016-11-05',
        basis: 'rule publicity.exit.days',
        data: { papers: of('notice'), days: 7 },
      });
    given(prepared)
      .when('PostNotice', { on: '2016-11-05', papers: of('other') })
      .thenRejected('paper/kind-missing');
    given(prepared)
      .when('PostNotice', { on: '2016-11-21', papers: of('notice') })
      .thenRejected('notice/wrong-date');
    given(prepared, posted)
      .when('PostNotice', { on: '2016-11-05', papers: of('notice') })
      .thenRejected('notice/wrong-step');
    const announcement: Given = { ...prepared, data: { ...prepared.data, kind: 'exit-announcement' } };
    expect(
      given(announcement)
        .when('PostNotice', { on: '2016-11-05', papers: of('notice') })
        .decided(),
    ).toMatchObject([{ data: { days: 5 } }]);
  });

  it('hangs its days, counted from the day after posting', () => {
    const close = { objections: 0, papers: of('result') };
    given(prepared, posted)
      .when('CloseNotice', { ...close, on: '2016-11-11' })
      .thenRejected('notice/too-short', { last: '2016-11-12', days: 7 });
    given(prepared, posted)
      .when('CloseNotice', { ...close, on: '2016-11-12' })
      .then({ type: 'NoticeClosed', validFrom: '2016-11-12' });
    given(prepared)
      .when('CloseNotice', { ...close, on: '2016-11-12' })
      .thenRejected('notice/wrong-step', { missing: 'PostNotice' });
    given(prepared, posted)
      .when('CloseNotice', { ...close, on: '2016-11-04' })
      .thenRejected('notice/wrong-date');
  });

  it('is photographed while it hangs, and can be found invalid once', () => {
    given(prepared, posted)
      .when('PhotographNotice', { on: '2016-11-06', day: 'first', papers: of('photo') })
      .then({ type: 'NoticePhotographed' });
    given(prepared)
      .when('PhotographNotice', { on: '2016-11-06', day: 'first', papers: of('photo') })
      .thenRejected('notice/wrong-step');
    given(prepared, posted).when('InvalidateNotice', { defect: 'too-short' }).then({ type: 'NoticeInvalidated' });
    given(prepared, posted, { type: 'NoticeInvalidated', data: { defect: 'too-short' } })
      .when('InvalidateNotice', { defect: 'other' })
      .thenRejected('notice/wrong-step');
  });
});

describe('the masked list', () => {
  it('shows surname, village and head-count, and nothing else', () => {
    expect(maskedSheet([{ head: '石爬专', village: '十八洞村', members: 4 }])).toEqual(['1  石**  十八洞村  4 人']);
    expect([maskedName('王五'), maskedName('李'), maskedName('')]).toEqual(['王*', '李*', '*']);
    expect(forbiddenIn(maskedSheet([{ head: '石爬专', village: '十八洞村', members: 4 }]).join('\n'))).toEqual([]);
  });

  it.each([
    ['身份证 433124196805120016', '证件号码'],
    ['电话 13900000001', '电话'],
    ['账号 6228480000000000017', '银行账号'],
    ['长期慢性病', '健康'],
    ['人均纯收入 3000', '收入'],
  ])('is never posted with: %s', (text, what) => {
    expect(forbiddenIn(text).join()).toContain(what);
  });
});
