import { newUuid } from '@kernel/format';
import { type Given } from '@kernel/sourcing/testing/specification';
import { wife, of, given, on, steps } from './testing/identified';

describe('the assistance of a household', () => {
  const helper = newUuid();
  const assigned: Given = {
    type: 'HelperAssigned',
    data: { helper, principal: true, unit: '局', papers: of('approval') },
  };

  it('has one principal helper at a time', () => {
    const body = { on, helper: newUuid(), principal: true, unit: '局', papers: of('approval') };
    given(...steps)
      .when('AssignHelper', body)
      .then({ type: 'HelperAssigned' });
    given(...steps, assigned)
      .when('AssignHelper', body)
      .thenRejected('household/has-principal');
    given(...steps, assigned)
      .when('AssignHelper', { ...body, principal: false })
      .then({ type: 'HelperAssigned' });
    given(...steps, assigned)
      .when('ReleaseHelper', { on, helper, papers: of('approval') })
      .then({ type: 'HelperReleased' });
    given(...steps)
      .when('ReleaseHelper', { on, helper, papers: of('approval') })
      .thenRejected('household/not-its-helper');
  });

  it('has a plan that three signed, and measures that were started and signed for', () => {
    const plan = {
      on,
      year: 2015,
      categories: ['01'],
      signedByHousehold: true,
      signedByHelper: true,
      signedByVillage: false,
      papers: of('other'),
    };
    given(...steps)
      .when('AdoptAssistancePlan', plan)
      .thenRejected('household/unsigned', { who: '村 village' });
    given(...steps)
      .when('AdoptAssistancePlan', { ...plan, signedByHousehold: false, signedByHelper: false, signedByVillage: true })
      .thenRejected('household/unsigned', { who: '户 household, 帮扶责任人 helper' });
    const measure = newUuid();
    const started: Given = { type: 'MeasureStarted', data: { measure, category: '01', unit: '局', costFen: 1 } };
    const complete = { on, measure, signedByHousehold: true, papers: of('receipt'), costFen: 2 };
    given(...steps)
      .when('CompleteMeasure', complete)
      .thenRejected('household/measure-state');
    given(...steps, started)
      .when('CompleteMeasure', complete)
      .then({ type: 'MeasureCompleted' });
    given(...steps, started)
      .when('CompleteMeasure', { ...complete, signedByHousehold: false })
      .thenRejected('household/unsigned');
    given(...steps, started)
      .when('StartMeasure', { on, measure, category: '01', unit: '局', costFen: 1 })
      .thenRejected('household/measure-state');
    given(...steps, started)
      .when('CancelMeasure', { on, measure })
      .then({ type: 'MeasureCancelled' });
    for (const [type, state] of [
      ['MeasureCompleted', 'completed'],
      ['MeasureCancelled', 'cancelled'],
    ] as const) {
      const data =
        type === 'MeasureCompleted'
          ? { measure, signedByHousehold: true, papers: of('receipt'), costFen: 2 }
          : { measure };
      given(...steps, started, { type, data })
        .when('CancelMeasure', { on, measure })
        .thenRejected('household/measure-state', { measure, state });
    }
  });

  it('stops while it is suspended, and pays members only', () => {
    const suspended: Given = { type: 'AssistanceSuspended', data: { papers: of('other') } };
    const funds = { on, source: 'county', fen: 100, payee: wife, papers: of('receipt') };
    given(...steps)
      .when('DisburseFunds', funds)
      .then({ type: 'FundsDisbursed' });
    given(...steps)
      .when('DisburseFunds', { ...funds, payee: newUuid() })
      .thenRejected('household/not-a-member');
    given(...steps, suspended)
      .when('DisburseFunds', funds)
      .thenRejected('household/assistance-state');
    const [resumed, terminated] = ['AssistanceResumed', 'AssistanceTerminated'].map((type): Given => ({
      type,
      data: { papers: of('other') },
    }));
    for (const after of [resumed, terminated])
      given(...steps, suspended, after!)
        .when('DisburseFunds', funds)
        .then({ type: 'FundsDisbursed' });
    for (const after of [terminated!, { type: 'HelperReleased', data: { helper, papers: of('approval') } }])
      given(...steps, assigned, after)
        .when('AssignHelper', { on, helper, principal: true, unit: '局', papers: of('approval') })
        .then({ type: 'HelperAssigned' });
    const second: Given = {
      type: 'HelperAssigned',
      data: { helper: newUuid(), principal: false, unit: '局', papers: of('approval') },
    };
    given(...steps, assigned, second, {
      type: 'HelperReleased',
      data: { helper: second.data['helper' as never], papers: of('approval') },
    })
      .when('AssignHelper', { on, helper: newUuid(), principal: true, unit: '局', papers: of('approval') })
      .thenRejected('household/has-principal');
    given(...steps, assigned, second)
      .when('ReleaseHelper', { on, helper: newUuid(), papers: of('approval') })
      .thenRejected('household/not-its-helper');
    given(...steps, suspended)
      .when('ResumeAssistance', { on, papers: of('other') })
      .then({ type: 'AssistanceResumed' });
    given(...steps)
      .when('ResumeAssistance', { on, papers: of('other') })
      .thenRejected('household/assistance-state');
  });
});
