import { newUuid } from '@kernel/format';
import { type Given } from '@kernel/sourcing/testing/specification';

import {
  village1,
  village2,
  leader,
  head,
  wife,
  of,
  notices,
  notice,
  given,
  items,
  period,
  vote,
  verification,
  registered,
  steps,
  CASE,
  upTo,
  on,
  commands,
  bodyOf,
} from './testing/exiting';

describe('the steps of an exit', () => {
  it('needs the line of the year as a parameter', () => {
    given(...upTo('ExitAnnounced'))
      .when('ExitHousehold', bodyOf('ExitHousehold'), { rules: { 'povertyLine.series': 'statistical' } })
      .thenRejected('household/no-line', { series: 'statistical' });
  });

  it.each([
    ['that leaves an item unanswered at its end', { items: items().slice(0, 6) }, 'household/items-incomplete'],
    ['over no day', { periodBefore: period.periodFrom }, 'household/no-period'],
    ['that leaves an item unanswered', { items: items().slice(1) }, 'household/items-incomplete'],
    ['by one person', { surveyors: [village1] }, 'household/too-few-surveyors'],
    ['by one person, named twice', { surveyors: [village1, village1] }, 'household/too-few-surveyors'],
    ['without the income sheet', { papers: of('survey') }, 'paper/kind-missing'],
    ['without the survey form', { papers: of('income') }, 'paper/kind-missing'],
    ['dated tomorrow', { on: '2016-12-21' }, 'household/in-future'],
    ['of long ago', { on: '2015-01-01' }, 'household/late-without-reason'],
  ])('a survey %s is refused', (_what, change, code) => {
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', { ...bodyOf('SurveyExit'), ...change })
      .thenRejected(code);
  });

  it('marks a late entry with its reason', () => {
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', { ...bodyOf('SurveyExit'), on: '2015-01', lateReason: 'paper-late' })
      .then({ validFrom: '2015-01', reason: 'late-paper-late' });
  });

  it.each([
    ['with one witness', { witnesses: 1 }, 'household/witnesses-missing'],
    ['without the income sheet shown', { incomeSheetShown: false }, 'household/consent-uninformed'],
    ['without the policy explained', { policyExplained: false }, 'household/consent-uninformed'],
    ['by a stranger', { signer: newUuid() }, 'household/not-a-member'],
    ['without its paper', { papers: of('other') }, 'paper/kind-missing'],
  ])('consent %s is refused', (_what, change, code) => {
    given(...upTo('ExitVerified'))
      .when('GiveExitConsent', { ...bodyOf('GiveExitConsent'), ...change })
      .thenRejected(code);
  });

  it('is not surveyed when nobody is left', () => {
    const left = [head, wife].map((person): Given => ({
      type: 'HouseholdMemberRemoved',
      data: { person, why: '1', papers: of('other') },
    }));
    given(...upTo('PreExitMarked'), ...left)
      .when('SurveyExit', bodyOf('SurveyExit'))
      .thenRejected('household/nobody-left');
  });

  it('takes a signature without witnesses, and no consent through the helper', () => {
    given(...upTo('ExitVerified'))
      .when('GiveExitConsent', { ...bodyOf('GiveExitConsent'), mode: 'sign', witnesses: 0 })
      .then({ type: 'HouseholdExitConsentGiven' });
    const helped: Given = {
      type: 'HelperAssigned',
      data: { helper: village2, principal: true, unit: '局', papers: of('approval') },
    };
    given(...upTo('ExitVerified'), helped)
      .when('GiveExitConsent', bodyOf('GiveExitConsent'), { actor: village1 })
      .then({ type: 'HouseholdExitConsentGiven' });
    given(...upTo('ExitVerified'), helped)
      .when('GiveExitConsent', bodyOf('GiveExitConsent'), { actor: village2 })
      .thenRejected('household/consent-by-helper');
  });

  it('stops when the household refuses, until it accepts', () => {
    const refused: Given = { type: 'HouseholdExitConsentRefused', data: { signer: wife, papers: of('other') } };
    const refusal = { signer: wife, reasons: '收入算错', papers: of('other') };
    given(...upTo('ExitVerified'))
      .when('RefuseExitConsent', { ...refusal, on })
      .then({ type: 'HouseholdExitConsentRefused', data: refusal, validFrom: on, case: CASE });
    given(...upTo('ExitVerified'))
      .when('RefuseExitConsent', { ...refusal, on, signer: newUuid() })
      .thenRejected('household/not-a-member');
    given(...upTo('ExitReviewHeld'))
      .when('RefuseExitConsent', { ...refusal, on })
      .thenRejected('household/not-verified', { missing: 'VerifyExit' });
    given(...upTo('ExitVerified'), refused)
      .when('OpenExitPublicity', { notice: notices.posted })
      .thenRejected('household/consent-refused');
    given(...upTo('ExitVerified'), refused)
      .when('GiveExitConsent', bodyOf('GiveExitConsent'))
      .then({ type: 'HouseholdExitConsentGiven' });
  });

  it('goes back when a vote, a verification or the township says no', () => {
    expect(
      given(...upTo('ExitSurveyed'))
        .when('RecordExitReview', { ...vote, inFavour: 17 })
        .decided(),
    ).toMatchObject([{ data: { passed: false } }]);
    expect(
      given(...upTo('ExitSurveyed'))
        .when('RecordExitReview', { ...vote, inFavour: 18 })
        .decided(),
    ).toMatchObject([{ data: { passed: true } }]);
    for (const last of [
      { type: 'ExitReviewHeld', data: { ...vote, passed: false } },
      { type: 'ExitVerified', data: { ...verification, accepted: false } },
    ]) {
      expect(given(...upTo('ExitSurveyed'), last).state()).toMatchObject({ exit: { stage: 'pre-exit' } });
    }
    given(...upTo('ExitReviewHeld'))
      .when('VerifyExit', { ...bodyOf('VerifyExit'), teamSigned: false }, { actor: village2 })
      .thenRejected('household/both-must-sign');
    given(...upTo('TownshipExitReviewed'))
      .when('ApproveExitInCounty', { ...bodyOf('ApproveExitInCounty'), against: 9 }, { actor: leader })
      .thenRejected('household/vote-lost');
  });

  it('stands still while it is suspended', () => {
    const suspended: Given = { type: 'CaseSuspended', data: { papers: of('other') } };
    for (const [after, command, body] of commands.slice(1))
      given(...upTo(after), suspended)
        .when(command, body)
        .thenRejected('household/suspended');
  });

  it('is not made public before the household accepted it, and not by a notice taken down already', () => {
    given(...upTo('ExitVerified'))
      .when('OpenExitPublicity', { notice: notices.posted })
      .thenRejected('household/consent-missing', { missing: 'GiveExitConsent', stage: 'verified' });
    given(...upTo('HouseholdExitConsentGiven'))
      .when('OpenExitPublicity', { notice: notices.closed })
      .thenRejected('household/notice-mismatch', { status: 'posted' });
  });

  it('rests on a notice of its own kind, state and list', () => {
    given(...upTo('HouseholdExitConsentGiven'))
      .when('OpenExitPublicity', { notice: notices.announced })
      .thenRejected('household/notice-mismatch', { expected: 'exit-1' });
    given(...upTo('HouseholdExitConsentGiven'))
      .when(
        'OpenExitPublicity',
        { notice: notices.posted },
        { others: { [notices.posted]: { ...notice('exit-1', 'posted'), households: [] } } },
      )
      .thenRejected('household/notice-mismatch');
    given(...upTo('ExitPublicityOpened'))
      .when('CloseExitPublicity', { notice: notices.posted })
      .thenRejected('household/notice-mismatch', { status: 'closed' });
  });

  it('needs a second publicity where the province demands one', () => {
    const rules = { 'publicity.round2.required.exit': true };
    given(...upTo('TownshipExitReviewed'))
      .when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader, rules })
      .thenRejected('household/step-missing', { missing: 'CloseNotice exit-2' });
    const [posted, hung] = [newUuid(), newUuid()];
    const others = { [posted]: notice('exit-2', 'posted'), [hung]: notice('exit-2', 'closed') };
    given(...upTo('TownshipExitReviewed'))
      .when('OpenExitPublicity', { notice: posted }, { others })
      .then({ type: 'ExitPublicityOpened', data: { notice: posted, round: 2 }, validFrom: '2016-11-05', case: CASE });
    given(...upTo('TownshipExitReviewed'), { type: 'ExitPublicityOpened', data: { notice: hung, round: 2 } })
      .when('CloseExitPublicity', { notice: hung }, { others })
      .then({ type: 'ExitPublicityClosed', data: { notice: hung, round: 2, objections: 0 }, validFrom: '2016-11-13' });
    const second: Given[] = [
      { type: 'ExitPublicityOpened', data: { notice: notices.posted, round: 2 } },
      { type: 'ExitPublicityClosed', data: { notice: notices.posted, round: 2, objections: 0 } },
    ];
    given(...upTo('TownshipExitReviewed'), ...second)
      .when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader, rules })
      .then({ type: 'CountyExitApproved' });
    given(...upTo('TownshipExitReviewed'), ...second)
      .when('ApproveExitInCounty', bodyOf('ApproveExitInCounty'), { actor: leader })
      .then({ type: 'CountyExitApproved' });
  });

  it('is not planned twice, nor for who never was poor, nor in the year of registration if forbidden', () => {
    given(...upTo('ExitPlanned'))
      .when('PlanExit', bodyOf('PlanExit'))
      .thenRejected('household/case-open');
    given(...steps)
      .when('PlanExit', bodyOf('PlanExit'))
      .thenRejected('household/not-registered');
    given({ ...registered, validFrom: '2016-04' })
      .when('PlanExit', bodyOf('PlanExit'), { rules: { 'exit.sameYearAsRegistration.allowed': false } })
      .thenRejected('household/exit-same-year', { year: 2016 });
    const forbidden = { rules: { 'exit.sameYearAsRegistration.allowed': false } };
    given({ ...registered, validFrom: '2016-04' })
      .when('PlanExit', { ...bodyOf('PlanExit'), year: 2017 }, forbidden)
      .then({ type: 'ExitPlanned' });
    given({ ...registered, validFrom: '2016-04' })
      .when('PlanExit', bodyOf('PlanExit'))
      .then({ type: 'ExitPlanned' });
  });
});
