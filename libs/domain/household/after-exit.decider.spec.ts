import { newUuid } from '@kernel/format';
import { type Given } from '@kernel/sourcing/testing/specification';

import { township, leader, wife, of, given, items, registered, steps, CASE, upTo, on, bodyOf } from './testing/exiting';

describe('an exited household', () => {
  const exit = steps.at(-1)?.id;
  it('relapses when circumstances change, and its old exit stays named', () => {
    given(...steps)
      .when('RelapseHousehold', { on, causes: ['1'], papers: of('approval') })
      .then({ type: 'HouseholdRelapsed', data: expect.objectContaining({ exit }) as object });
    const relapsed: Given = { type: 'HouseholdRelapsed', data: { exit, causes: ['1'], papers: of('approval') } };
    expect(given(...steps, relapsed).state()).toMatchObject({ status: 'relapsed', exit: { stage: 'none' } });
    given(...steps, relapsed)
      .when('PlanExit', { ...bodyOf('PlanExit'), year: 2018 })
      .then({ type: 'ExitPlanned' });
  });
  it('is revoked when the decision was wrong, by others than those who approved it', () => {
    const body = { on, ground: 'income', statisticalYear: 2017, papers: of('approval') };
    given(...steps)
      .when('RevokeExit', body, { actor: leader })
      .thenRejected('household/four-eyes');
    given(...steps)
      .when('RevokeExit', body, { actor: newUuid() })
      .then({ type: 'ExitRevoked', data: expect.objectContaining({ exit, ground: 'income' }) as object });
    expect(
      given(...steps, {
        type: 'ExitRevoked',
        data: { exit, ground: 'income', statisticalYear: 2017, papers: of('approval') },
      }).state(),
    ).toMatchObject({ status: 'poor' });
  });
  it('is neither revoked nor relapsed before it exited', () => {
    given(...upTo('ExitAnnounced'))
      .when('RelapseHousehold', { on, causes: ['1'], papers: of('approval') })
      .thenRejected('household/not-exited');
    given(registered)
      .when('RevokeExit', { on, ground: 'income', statisticalYear: 2017, papers: of('approval') })
      .thenRejected('household/not-exited', { status: 'poor' });
  });
  it('needs a paper for everything that follows', () => {
    for (const [command, body, kind] of [
      ['RelapseHousehold', { causes: ['1'] }, 'approval'],
      ['RevokeExit', { ground: 'income', statisticalYear: 2017 }, 'approval'],
      ['DeliverExitNotice', { receiver: wife }, 'exit'],
      ['RecordPostExitFollowUp', { items: items() }, 'visit'],
    ] as const) {
      given(...steps)
        .when(command, { ...body, on, papers: of('other') }, { actor: newUuid() })
        .thenRejected('paper/kind-missing', { kind });
      const [fact] = given(...steps)
        .when(command, { ...body, on, papers: of(kind) }, { actor: newUuid() })
        .decided();
      expect(fact).toMatchObject({ data: { ...body, papers: of(kind) }, validFrom: on, case: CASE });
      given(registered)
        .when(command, { ...body, on, papers: of(kind) })
        .thenRejected('household/not-exited');
    }
  });
  it('that was taken over as exited belongs to no case', () => {
    const [fact] = given({ ...registered, data: { ...registered.data, status: 'exited' } })
      .when('RelapseHousehold', { on, causes: ['1'], papers: of('approval') })
      .decided();
    expect(fact).not.toHaveProperty('case');
  });
  it('is visited and told', () => {
    given(...steps)
      .when('DeliverExitNotice', { on, receiver: wife, papers: of('exit') })
      .then({ type: 'ExitNoticeDelivered' });
    given(registered)
      .when('DeliverExitNotice', { on, receiver: wife, papers: of('exit') })
      .thenRejected('household/not-exited');
  });
});

describe('an open exit case', () => {
  it('is returned to a step that it has passed, never forwards', () => {
    const order = ['planned', 'pre-exit', 'surveyed'];
    for (const [at, after] of ['ExitPlanned', 'PreExitMarked', 'ExitSurveyed', 'ExitReviewHeld'].entries())
      for (const [index, to] of order.entries()) {
        const back = given(...upTo(after)).when('ReturnExitCase', { on, to, papers: of('opinion') });
        if (index < at)
          back.then({ type: 'ExitCaseReturned', data: { to, papers: of('opinion') }, validFrom: on, case: CASE });
        else back.thenRejected('household/not-back', { to });
        if (index < at)
          expect(
            given(...upTo(after), { type: 'ExitCaseReturned', data: { to, papers: of('opinion') } }).state(),
          ).toMatchObject({ exit: { stage: to } });
      }
  });

  it('comes back from the township when it says so', () => {
    const returned: Given = {
      type: 'TownshipExitReviewed',
      data: { opinion: 'return', team: [township], papers: of('check') },
    };
    expect(given(...upTo('ExitPublicityClosed'), returned).state()).toMatchObject({ exit: { stage: 'pre-exit' } });
  });

  it('of a relapsed household leaves it relapsed when it is abandoned before the pre-exit mark', () => {
    const relapsed: Given = {
      type: 'HouseholdRelapsed',
      data: { exit: newUuid(), causes: ['1'], papers: of('approval') },
    };
    const abandoned: Given = { type: 'ExitCaseAbandoned', data: { papers: of('opinion') } };
    const planned = { type: 'ExitPlanned', data: { year: 2018, papers: of('plan') } };
    expect(given(...steps, relapsed, planned, abandoned).state()).toMatchObject({ status: 'relapsed' });
  });

  it('can be returned to an earlier stage or abandoned; a closed one cannot', () => {
    given(...upTo('ExitVerified'))
      .when('ReturnExitCase', { on, to: 'surveyed', papers: of('opinion') })
      .then({ type: 'ExitCaseReturned' });
    given(...upTo('ExitVerified'))
      .when('AbandonExitCase', { on, papers: of('opinion') })
      .then({ type: 'ExitCaseAbandoned' });
    for (const command of ['ReturnExitCase', 'AbandonExitCase']) {
      given(registered)
        .when(command, { on, papers: of('opinion'), ...(command === 'ReturnExitCase' && { to: 'surveyed' }) })
        .thenRejected('household/step-missing', { missing: 'PlanExit', stage: 'none' });
    }
    expect(
      given(...upTo('PreExitMarked'), { type: 'ExitCaseAbandoned', data: { papers: of('opinion') } }).state(),
    ).toMatchObject({ status: 'poor', exit: { stage: 'none' } });
  });
});
