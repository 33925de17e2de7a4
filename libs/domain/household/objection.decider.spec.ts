import { newUuid } from '@kernel/format';
import { SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import { CASE, village1, township, clerk, of, notice, given, on, bodyOf, upTo } from './testing/identified';

describe('a case of identification on its way', () => {
  it('waits while an objection is open; upheld, it goes back to the survey', () => {
    const objection = newUuid();
    const raised: Given = {
      type: 'PublicityObjectionRaised',
      by: village1,
      data: { objection, ground: 'not-poor', papers: of('other') },
    };
    given(...upTo(6))
      .when('RaisePublicityObjection', { on, objection, ground: 'kin', papers: of('other') })
      .then({ type: 'PublicityObjectionRaised', data: { objection, ground: 'kin', papers: of('other') } });
    const second: Given = { ...raised, data: { ...raised.data, objection: newUuid() } };
    given(...upTo(6), raised, second, {
      type: 'PublicityObjectionResolved',
      data: { objection, upheld: false, papers: of('other') },
    })
      .when('ClosePublicity', { notice: notice('identification-1 closed') })
      .thenRejected('household/objection-open', { count: 1 });
    for (const investigator of [0, 4]) {
      const actor = newUuid();
      const history = [...upTo(6), { ...raised, by: newUuid() }].map((fact, at) =>
        at === investigator ? { ...fact, by: actor } : fact,
      );
      given(...history)
        .when('ResolvePublicityObjection', { on, objection, upheld: true, papers: of('other') }, { actor })
        .thenRejected('household/four-eyes');
    }
    given(...upTo(6), { ...raised, by: clerk })
      .when('ResolvePublicityObjection', { on, objection, upheld: true, papers: of('other') }, { actor: clerk })
      .thenRejected('household/four-eyes', { earlier: 'objection' });
    given(...upTo(6), raised)
      .when('ClosePublicity', { notice: notice('identification-1 closed') })
      .thenRejected('household/objection-open', { count: 1 });
    const answer = { on, objection, upheld: true, papers: of('other') };
    given(...upTo(6), raised)
      .when('ResolvePublicityObjection', answer, { actor: village1 })
      .thenRejected('household/four-eyes');
    given(...upTo(6), raised)
      .when('ResolvePublicityObjection', { ...answer, objection: newUuid() })
      .thenRejected('household/objection-unknown');
    given(...upTo(6), raised)
      .when('ResolvePublicityObjection', answer, { actor: township })
      .then({
        type: 'PublicityObjectionResolved',
        data: { objection, upheld: true, papers: of('other') },
        validFrom: on,
        case: CASE,
      });
    const resolved = (upheld: boolean): Given => ({
      type: 'PublicityObjectionResolved',
      data: { objection, upheld, papers: of('other') },
    });
    expect(given(...upTo(6), raised, resolved(true)).state()).toMatchObject({
      identification: { stage: 'surveyed', incomeAssessed: false, openObjections: [] },
    });
    given(...upTo(6), raised, resolved(false))
      .when('ClosePublicity', { notice: notice('identification-1 closed') })
      .then({ type: 'PublicityClosed' });
  });

  it.each([
    [1, 6],
    [2, 9],
  ])('ends round %d after %d steps by the notice that opened it, and by no older one', (round, at) => {
    const { notice: older, ...rest } = { notice: newUuid(), kind: `identification-${String(round)}`, status: 'closed' };
    const others = { [older]: { ...rest, households: [SUBJECT], posted: '2015-03-01', closed: '2015-03-09' } };
    const stated = { expected: notice(`identification-${String(round)} closed`) };
    given(...upTo(at))
      .when('ClosePublicity', { notice: older }, { others })
      .thenRejected('household/notice-mismatch', { ...stated, status: 'closed' });
    given(...upTo(at))
      .when('InvalidatePublicity', { notice: older }, { others })
      .thenRejected('household/notice-mismatch', { ...stated, status: 'invalid' });
    given(...upTo(at))
      .when('InvalidatePublicity', { notice: stated.expected })
      .then({
        type: 'PublicityInvalidated',
        data: { notice: stated.expected, round },
        validFrom: '2015-06-20',
        case: CASE,
      });
    given(...upTo(at))
      .when('RaisePublicityObjection', { on, objection: newUuid(), ground: 'kin', papers: of('other') })
      .then({ type: 'PublicityObjectionRaised', validFrom: on, case: CASE });
  });

  it('counts the objections of a round when it closes, each recorded once and answered', () => {
    const [first, second] = [newUuid(), newUuid()];
    const raised = (objection: string, by = village1): Given => ({
      type: 'PublicityObjectionRaised',
      by,
      data: { objection, ground: 'kin', papers: of('other') },
    });
    const answered = (objection: string): Given => ({
      type: 'PublicityObjectionResolved',
      data: { objection, upheld: false, papers: of('other') },
    });
    const id = notice('identification-1 closed');
    const close = (...facts: readonly Given[]) => given(...upTo(6), ...facts).when('ClosePublicity', { notice: id });
    close().then({ data: { notice: id, round: 1, objections: 0 } });
    const both = [raised(first), raised(second), answered(first), answered(second)];
    close(...both).then({ data: { notice: id, round: 1, objections: 2 } });
    const again: readonly Given[] = [
      { type: 'PublicityInvalidated', data: { notice: id, round: 1 } },
      ...upTo(6).slice(5),
    ];
    close(...both, ...again).then({ data: { notice: id, round: 1, objections: 0 } });
    close(raised(first), ...again).thenRejected('household/objection-open', { count: 1 });
    for (const history of [[raised(first)], [raised(first), answered(first)], [raised(first), ...again]])
      given(...upTo(6), ...history)
        .when('RaisePublicityObjection', { on, objection: first, ground: 'kin', papers: of('other') })
        .thenRejected('household/objection-raised', { objection: first });
    given(...upTo(6), raised(first, township), raised(second, clerk))
      .when(
        'ResolvePublicityObjection',
        { on, objection: first, upheld: false, papers: of('other') },
        { actor: township },
      )
      .thenRejected('household/four-eyes', { earlier: 'objection' });
  });

  it('is not objected to before its notice was posted', () => {
    const history = upTo(6).map((fact) =>
      fact.type === 'PublicityOpened' ? { ...fact, validFrom: '2015-03-10' } : fact,
    );
    const raise = (day: string) =>
      given(...history).when('RaisePublicityObjection', {
        on: day,
        objection: newUuid(),
        ground: 'kin',
        papers: of('other'),
      });
    raise('2015-03-09').thenRejected('household/objection-early', { on: '2015-03-09', posted: '2015-03-10' });
    raise('2015-03-10').then({ validFrom: '2015-03-10' });
  });

  it('forgets open objections when the household withdraws: none of them brings the case back', () => {
    const objection = newUuid();
    const raised: Given = { type: 'PublicityObjectionRaised', data: { objection, ground: 'kin', papers: of('other') } };
    const withdrawn: Given = { type: 'HouseholdApplicationWithdrawn', data: { papers: of('other') } };
    given(...upTo(6), raised, withdrawn)
      .when('ResolvePublicityObjection', { on, objection, upheld: true, papers: of('other') })
      .thenRejected('household/objection-unknown', { objection });
  });

  it('does a round again when its notice was invalid', () => {
    for (const [at, round, stage] of [
      [6, 1, 'verified'],
      [9, 2, 'approved-by-township'],
    ] as const) {
      expect(
        given(...upTo(at), { type: 'PublicityInvalidated', data: { notice: newUuid(), round } }).state(),
      ).toMatchObject({ identification: { stage } });
    }
  });

  it('is sent back for its defects to the step named', () => {
    given(...upTo(7))
      .when('ReturnCase', { on, to: 'surveyed', defects: ['paper-missing'], papers: of('opinion') })
      .then({
        type: 'CaseReturned',
        data: { to: 'surveyed', defects: ['paper-missing'], papers: of('opinion') },
        validFrom: on,
        case: CASE,
      });
    for (const [at, allowed] of [
      [3, false],
      [4, true],
      [5, true],
      [6, false],
      [7, true],
      [8, true],
      [9, false],
      [10, true],
      [11, true],
      [12, false],
    ] as const) {
      const back = given(...upTo(at)).when('ReturnCase', {
        on,
        to: 'surveyed',
        defects: ['other'],
        papers: of('opinion'),
      });
      if (allowed) back.then({ type: 'CaseReturned' });
      else back.thenRejected('household/step-missing', { missing: 'VoteOnApplications' });
    }
    given(...upTo(1))
      .when('ReturnCase', { on, to: 'surveyed', defects: ['paper-missing'], papers: of('opinion') })
      .thenRejected('household/step-missing');
    expect(
      given(...upTo(7), {
        type: 'CaseReturned',
        data: { to: 'applied', defects: ['other'], papers: of('opinion') },
      }).state(),
    ).toMatchObject({ identification: { stage: 'applied', incomeAssessed: false } });
  });

  it('stands still while it is suspended', () => {
    const suspended: Given = { type: 'CaseSuspended', data: { papers: of('other') } };
    given(...upTo(1), suspended)
      .when('SurveyHousehold', bodyOf('SurveyHousehold'))
      .thenRejected('household/suspended');
    given(...upTo(1), suspended)
      .when('SuspendCase', { on, papers: of('other') })
      .thenRejected('household/suspended');
    given(...upTo(1), suspended)
      .when('ResumeCase', { on, papers: of('other') })
      .then({ type: 'CaseResumed', data: { papers: of('other') }, validFrom: on, case: CASE });
    given(...upTo(1))
      .when('SuspendCase', { on, papers: of('other') })
      .then({ type: 'CaseSuspended', data: { papers: of('other') }, validFrom: on, case: CASE });
    const resumed: Given = { type: 'CaseResumed', data: { papers: of('other') } };
    given(...upTo(1), suspended, resumed)
      .when('SurveyHousehold', bodyOf('SurveyHousehold'))
      .then({ type: 'HouseholdSurveyed' });
    given(...upTo(1))
      .when('ResumeCase', { on, papers: of('other') })
      .thenRejected('household/step-missing');
  });
});
