import { newUuid } from '@kernel/format';
import { specificationOf, foldedBy, type Given } from '@kernel/sourcing/testing/specification';
import { forbiddenIn, maskedName, maskedSheet } from './masked-sheet';
import { noticeDecider, notices } from './notice';

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
      .then({ type: 'NoticeClosed', data: close, validFrom: '2016-11-12' });
    given(prepared, posted)
      .when('CloseNotice', { ...close, on: '2016-11-12', papers: of('other') })
      .thenRejected('paper/kind-missing', { kind: 'result' });
    given(prepared, posted)
      .when('CloseNotice', { ...close, on: '2016-11-20' })
      .then({ validFrom: '2016-11-20' });
    given(prepared, posted)
      .when('CloseNotice', { ...close, on: '2016-11-21' })
      .thenRejected('notice/wrong-date');
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
      .then({ type: 'NoticePhotographed', data: { day: 'first', papers: of('photo') }, validFrom: '2016-11-06' });
    given(prepared, posted)
      .when('PhotographNotice', { on: '2016-11-04', day: 'first', papers: of('photo') })
      .thenRejected('notice/wrong-date', { from: '2016-11-05' });
    given(prepared, posted)
      .when('PhotographNotice', { on: '2016-11-06', day: 'first', papers: of('other') })
      .thenRejected('paper/kind-missing', { kind: 'photo' });
    given(prepared)
      .when('PhotographNotice', { on: '2016-11-06', day: 'first', papers: of('photo') })
      .thenRejected('notice/wrong-step');
    given(prepared, posted)
      .when('InvalidateNotice', { defect: 'too-short' })
      .then({ type: 'NoticeInvalidated', data: { defect: 'too-short' }, validFrom: '2016-11-20' });
    given(prepared, posted)
      .when('InvalidateNotice', { defect: 'too-short', on: '2016-11-07' })
      .then({ type: 'NoticeInvalidated', data: { defect: 'too-short' }, validFrom: '2016-11-07' });
    for (const on of ['2016-11-04', '2016-11-21'])
      given(prepared, posted).when('InvalidateNotice', { defect: 'too-short', on }).thenRejected('notice/wrong-date');
    given().when('InvalidateNotice', { defect: 'other' }).thenRejected('notice/wrong-step', { status: 'none' });
    given(prepared, posted, { type: 'NoticeInvalidated', data: { defect: 'too-short' } })
      .when('InvalidateNotice', { defect: 'other' })
      .thenRejected('notice/wrong-step');
  });
});

describe('what others see of a notice', () => {
  const closed: Given = {
    type: 'NoticeClosed',
    validFrom: '2016-11-12',
    data: { objections: 0, papers: of('result') },
  };
  const photo: Given = { type: 'NoticePhotographed', data: { day: 'first', papers: of('photo') } };

  it('is its kind, list, state and days', () => {
    const known = { kind: 'exit-1', area: '433124110226', households: [one, two].sort() };
    expect(given(prepared).state()).toEqual({ ...known, status: 'prepared', posted: '', days: 0, closed: '' });
    expect(given(prepared, posted, photo).state()).toEqual({
      ...known,
      status: 'posted',
      posted: '2016-11-05',
      days: 7,
      closed: '',
    });
    expect(given(prepared, posted, closed).state()).toMatchObject({ status: 'closed', closed: '2016-11-12' });
    expect(given(prepared, { type: 'NoticeInvalidated', data: { defect: 'other' } }).state()).toMatchObject({
      status: 'invalid',
    });
  });

  it.each([
    ['identification-1', 9],
    ['identification-2', 9],
    ['exit-2', 7],
    ['identification-announcement', 5],
    ['removal', 9],
  ])('a notice of the kind %s hangs as long as its own rule says', (kind, days) => {
    given({ ...prepared, data: { ...prepared.data, kind } })
      .when('PostNotice', { on: '2016-11-05', papers: of('notice') }, { rules: { 'publicity.identification.days': 9 } })
      .then({ data: { papers: of('notice'), days } });
  });

  it('hangs seven days where no rule was enacted, and was posted within the year', () => {
    const [fact] = specificationOf(noticeDecider, {
      at: '2016-11-20T02:00:00.000Z',
      others: { [of('notice')[0]!]: { kind: 'notice' } },
    })(prepared)
      .when('PostNotice', { on: '2015-11-21', papers: of('notice') })
      .decided();
    expect(fact).toEqual({ type: 'NoticePosted', data: { papers: of('notice'), days: 7 }, validFrom: '2015-11-21' });
    given(prepared)
      .when('PostNotice', { on: '2015-11-20', papers: of('notice') })
      .thenRejected('notice/wrong-date', { from: '2015-11-21' });
  });

  it('lies where its list does, and goes on when a household refused it', () => {
    expect(noticeDecider.area(noticeDecider.initialState, prepare, undefined as never)).toBe('433124110226');
    expect(
      noticeDecider.area({ ...noticeDecider.initialState, area: '433124110227' }, prepare, undefined as never),
    ).toBe('433124110227');
    const refused = {
      event: newUuid(),
      target: `household-${one}`,
      command: 'OpenExitPublicity',
      code: 'household/consent-missing',
    };
    given(prepared, posted).when('RecordEffectRefused', refused).then({ type: 'EffectRefused', data: refused });
    expect(given(prepared, posted, { type: 'EffectRefused', data: refused }).state()).toEqual(
      given(prepared, posted).state(),
    );
  });
});

describe('the sheet of a notice', () => {
  it('gathers its papers, each once', () => {
    const photo: Given = {
      type: 'NoticePhotographed',
      data: { day: 'first', papers: [...of('photo'), ...of('notice')] },
    };
    expect(foldedBy(notices)(prepared, posted, photo)).toMatchObject({
      status: 'posted',
      papers: [...of('notice'), ...of('photo')],
    });
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
