import { newUuid } from '@kernel/format';
import { type Given } from '@kernel/sourcing/testing/specification';

import {
  village1,
  village2,
  township,
  paper,
  of,
  notices,
  notice,
  given,
  items,
  surveyed,
  steps,
  CASE,
  upTo,
  on,
  commands,
  bodyOf,
} from './testing/exiting';

describe('the exit of a household', () => {
  it.each(commands)('after %s, %s is decided', (after, command, body, then, actor) => {
    const { on: day, ...data } = body as { on?: string };
    const by = { RecordExitReview: '2016-10-28', CloseExitPublicity: '2016-11-13' }[command] ?? '2016-11-05';
    const [fact] = given(...upTo(after))
      .when(command, body, { actor })
      .decided();
    expect(fact).toMatchObject({ type: then, data, validFrom: day ?? by });
    expect(fact?.data).not.toHaveProperty('on');
    expect(fact?.case).toBe(command === 'PlanExit' ? undefined : CASE);
  });

  it.each([
    ['MarkPreExit', 'ExitPlanned', ['ExitPlanned']],
    ['VerifyExit', 'ExitReviewHeld', ['ExitSurveyed']],
    ['ReviewExitInTownship', 'ExitPublicityClosed', ['ExitSurveyed', 'ExitVerified', 'HouseholdExitConsentGiven']],
    [
      'ApproveExitInCounty',
      'TownshipExitReviewed',
      ['ExitSurveyed', 'ExitVerified', 'HouseholdExitConsentGiven', 'TownshipExitReviewed'],
    ],
  ])('%s after %s is done by none of those who recorded certain steps before', (command, after, earlier) => {
    for (const { type } of upTo(after).slice(1)) {
      const actor = newUuid();
      const act = given(...upTo(after).map((fact) => ({ ...fact, by: fact.type === type ? actor : newUuid() }))).when(
        command,
        bodyOf(command),
        { actor },
      );
      if (earlier.includes(type)) act.thenRejected('household/four-eyes');
      else expect(act.decided()).toHaveLength(1);
    }
  });

  it.each([
    ['PlanExit', 'HouseholdRegistered', 'plan'],
    ['MarkPreExit', 'ExitPlanned', 'approval'],
    ['VerifyExit', 'ExitReviewHeld', 'opinion'],
    ['ReviewExitInTownship', 'ExitPublicityClosed', 'check'],
    ['ApproveExitInCounty', 'TownshipExitReviewed', 'minutes'],
  ])('%s after %s needs its paper', (command, after, kind) => {
    given(...upTo(after))
      .when(command, { ...bodyOf(command), papers: of('other') })
      .thenRejected('paper/kind-missing', { kind });
  });

  it('is approved by the county on both of its papers', () => {
    given(...upTo('TownshipExitReviewed'))
      .when('ApproveExitInCounty', { ...bodyOf('ApproveExitInCounty'), papers: of('minutes') })
      .thenRejected('paper/kind-missing', { kind: 'approval' });
  });

  it('is checked by three persons in the township, or as many as the area demands', () => {
    const team = [township, village1];
    const check = given(...upTo('ExitPublicityClosed'));
    const body = bodyOf('ReviewExitInTownship');
    check
      .when('ReviewExitInTownship', { ...body, team })
      .thenRejected('household/too-few-surveyors', { least: 3, count: 2 });
    check
      .when('ReviewExitInTownship', { ...body, team: [...team, township] })
      .thenRejected('household/too-few-surveyors');
    const rules = { 'township.exit.teamMin': 2, 'survey.surveyorsMin': 3 };
    check.when('ReviewExitInTownship', { ...body, team }, { rules }).then({ type: 'TownshipExitReviewed' });
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', bodyOf('SurveyExit'), { rules })
      .thenRejected('household/too-few-surveyors', { least: 3, count: 2 });
    given(...upTo('ExitSurveyed'))
      .when('SurveyExit', bodyOf('SurveyExit'))
      .then({ type: 'ExitSurveyed' });
  });

  it('ends a round by the notice that opened it, not by an older one that hangs longer', () => {
    const older = newUuid();
    given(...upTo('ExitPublicityOpened'))
      .when('CloseExitPublicity', { notice: older }, { others: { [older]: notice('exit-1', 'closed') } })
      .thenRejected('household/notice-mismatch', { expected: notices.closed, status: 'closed' });
  });

  it.each(['removed', 'cancelled'])('goes no further when the file was %s, nor back', (status) => {
    const closed: Given =
      status === 'removed'
        ? {
            type: 'MisidentificationRemoved',
            data: { exclusion: 'X3', discovered: 'complaint', notice: newUuid(), papers: of('opinion') },
          }
        : { type: 'HouseholdCancelled', data: { papers: of('other') } };
    for (const [after, command, body] of commands.slice(1))
      given(...upTo(after), closed)
        .when(command, body)
        .thenRejected('household/closed', { status });
    for (const command of ['ReturnExitCase', 'AbandonExitCase'])
      given(...upTo('ExitVerified'), closed)
        .when(command, { on, papers: of('opinion'), ...(command === 'ReturnExitCase' && { to: 'planned' }) })
        .thenRejected('household/closed');
  });

  it.each(
    commands.slice(1).flatMap(([after, command, body, , actor]) =>
      steps
        .slice(
          0,
          steps.findIndex(({ type }) => type === after),
        )
        .map(({ type }) => [type, command, body, actor] as const),
    ),
  )('right after %s, %s is refused: a step is missing', (type, command, body, actor) => {
    const late = ['SurveyExit', 'MarkPreExit'].includes(command) && type === 'HouseholdRegistered';
    expect(() =>
      given(...upTo(type))
        .when(command, body, { actor })
        .decided(),
    ).toThrow(late ? 'household/' : /household\/(step-missing|not-verified|consent-missing)/);
  });

  it.each([
    ['VerifyExit', 'ExitReviewHeld', village1, 'survey'],
    ['MarkPreExit', 'ExitPlanned', village1, 'plan'],
    ['ReviewExitInTownship', 'ExitPublicityClosed', village2, 'verification'],
    ['ApproveExitInCounty', 'TownshipExitReviewed', township, 'township-review'],
  ])('%s is not done by the person who recorded an earlier step', (command, after, actor, earlier) => {
    given(...upTo(after))
      .when(command, bodyOf(command), { actor })
      .thenRejected('household/four-eyes', { earlier });
  });

  it('computes income per head itself and compares it with the line of the year', () => {
    given(...upTo('PreExitMarked'))
      .when('SurveyExit', bodyOf('SurveyExit'))
      .then({ data: expect.objectContaining({ netFen: 800_000, perHeadFen: 400_000, heads: 2 }) as object });
    const poor = upTo('ExitAnnounced').map((step) =>
      step.type === 'ExitSurveyed' ? { ...step, data: surveyed(314_599) } : step,
    );
    given(...poor)
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .thenRejected('household/income-below-line', { year: 2016, lineFen: 314_600, rule: 'povertyLine.exit.2016' });
    const just = upTo('ExitAnnounced').map((step) =>
      step.type === 'ExitSurveyed' ? { ...step, data: surveyed(314_600) } : step,
    );
    given(...just)
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .then({
        type: 'HouseholdExited',
        basis: 'rule povertyLine.exit.2016',
        data: expect.objectContaining({ lineFen: 314_600, series: 'exit' }) as object,
      });
  });

  it('does not exit with an unmet item, unless an approved exception says so', () => {
    const unsafe = upTo('ExitAnnounced').map((step) =>
      step.type === 'ExitSurveyed' ? { ...step, data: surveyed(400_000, 'E6') } : step,
    );
    given(...unsafe)
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .thenRejected('household/item-not-met', { items: 'E6' });
    given(...unsafe)
      .when('ExitHousehold', { ...bodyOf('ExitHousehold'), exception: paper['approval'] })
      .then({ type: 'HouseholdExited', data: expect.objectContaining({ exception: paper['approval'] }) as object });
    given(
      ...upTo('ExitAnnounced').map((step) =>
        step.type === 'ExitSurveyed'
          ? {
              ...step,
              data: {
                ...surveyed(),
                items: items('E6').map((one) => ({ ...one, result: one.item === 'E2' ? 'not-met' : one.result })),
              },
            }
          : step,
      ),
    )
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .thenRejected('household/item-not-met', { items: 'E2, E6' });
    const [fact] = given(...upTo('ExitAnnounced'))
      .when('ExitHousehold', bodyOf('ExitHousehold'))
      .decided();
    expect(Object.keys(fact?.data ?? {})).not.toContain('exception');
    given(...unsafe)
      .when('ExitHousehold', { ...bodyOf('ExitHousehold'), exception: paper['plan'] })
      .thenRejected('paper/kind-missing');
  });
});
