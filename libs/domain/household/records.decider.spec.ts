import { newUuid } from '@kernel/format';
import type { Given } from '@kernel/sourcing/testing/specification';
import { given, head, members, notice, of, on, paper, steps, upTo, wife } from './testing/identified';

const [helper, measure, stream] = [newUuid(), newUuid(), `household-${newUuid()}`];
const approval = { papers: of('approval') };
const other = { papers: of('other') };
const assigned: Given = { type: 'HelperAssigned', data: { helper, principal: true, unit: '局', ...approval } };
const started: Given = { type: 'MeasureStarted', data: { measure, category: '01', unit: '局', costFen: 1 } };
const suspended: Given = { type: 'AssistanceSuspended', data: other };
const emptied: readonly Given[] = [head, wife].map((person) => ({
  type: 'HouseholdMemberRemoved',
  data: { person, why: '1', papers: of('certificate') },
}));
const removed: Given = {
  type: 'MisidentificationRemoved',
  data: { exclusion: 'X3', discovered: 'complaint', notice: newUuid(), papers: of('opinion') },
};
const cancelled: Given = { type: 'HouseholdCancelled', data: { papers: of('certificate') } };

const plan = {
  year: 2015,
  categories: ['01'],
  signedByHousehold: true,
  signedByHelper: true,
  signedByVillage: true,
  papers: of('plan'),
};
const born = { person: newUuid(), name: '新', relation: '20', why: '1', papers: of('certificate') };

/** Commands that record what was entered, on a day: with the paper that each of them needs. */
const rows: readonly (readonly [string, object, string, (string | undefined)?, (readonly Given[])?])[] = [
  [
    'SignCheckAuthorisation',
    { persons: [head, wife], expires: '2016-03-01', papers: of('authorisation') },
    'CheckAuthorisationSigned',
    'authorisation',
  ],
  ['IssueHandbook', { receiver: wife, handbookNo: '1', papers: of('receipt') }, 'HandbookIssued', 'receipt'],
  ['PerformSpotCheck', { consistent: true, ...other }, 'SpotCheckPerformed'],
  ['ReviseHouseholdProfile', { year: 2015, collector: helper, mainCause: '3', ...other }, 'HouseholdProfileRevised'],
  ['AddHouseholdMember', born, 'HouseholdMemberAdded', 'certificate'],
  [
    'RemoveHouseholdMember',
    { person: wife, why: '1', papers: of('certificate') },
    'HouseholdMemberRemoved',
    'certificate',
  ],
  ['CancelHousehold', { papers: of('certificate') }, 'HouseholdCancelled', undefined, emptied],
  [
    'RemoveMisidentified',
    { exclusion: 'X3', discovered: 'complaint', notice: notice('removal closed'), papers: of('opinion') },
    'MisidentificationRemoved',
    'opinion',
  ],
  ['AssignHelper', { helper, principal: true, unit: '局', ...approval }, 'HelperAssigned'],
  ['ReleaseHelper', { helper, ...approval }, 'HelperReleased', undefined, [assigned]],
  ['AdoptAssistancePlan', plan, 'AssistancePlanAdopted', 'plan'],
  ['StartMeasure', { measure, category: '01', unit: '局', costFen: 1 }, 'MeasureStarted'],
  [
    'CompleteMeasure',
    { measure, signedByHousehold: true, costFen: 2, papers: of('receipt') },
    'MeasureCompleted',
    'receipt',
    [started],
  ],
  ['CancelMeasure', { measure }, 'MeasureCancelled', undefined, [started]],
  ['RecordVisit', { householdPresent: true, done: '核对收入', papers: of('visit') }, 'VisitRecorded', 'visit'],
  ['DisburseFunds', { source: 'county', fen: 100, payee: wife, papers: of('receipt') }, 'FundsDisbursed', 'receipt'],
  ['SuspendAssistance', other, 'AssistanceSuspended'],
  ['ResumeAssistance', other, 'AssistanceResumed', undefined, [suspended]],
  ['TerminateAssistance', other, 'AssistanceTerminated'],
];
const records = rows.map(([command, data, type, kind, before = []]) => [command, data, type, kind, before] as const);
const needPaper = records.filter(([, , , kind]) => kind !== undefined);
const OPEN_TO_ALL = [
  'SignCheckAuthorisation',
  'PerformSpotCheck',
  'ReleaseHelper',
  'CompleteMeasure',
  'CancelMeasure',
  'ResumeAssistance',
];
const ofRegistered = records.filter(([command]) => !OPEN_TO_ALL.includes(command));

describe('the record of a registered household', () => {
  it.each(records)('takes %s as it was entered, on its day', (command, data, type, _kind, before) => {
    const [fact] = given(...steps, ...before)
      .when(command, { ...data, on })
      .decided();
    expect(fact).toMatchObject({ type, data, validFrom: on });
    expect(fact?.data).not.toHaveProperty('on');
  });

  it.each(needPaper)('takes no %s without its paper', (command, data, _type, kind, before) => {
    given(...steps, ...before)
      .when(command, { ...data, on, papers: of('income') })
      .thenRejected('paper/kind-missing', { kind });
  });

  it.each(records)('takes no %s of tomorrow', (command, data, _type, _kind, before) => {
    given(...steps, ...before)
      .when(command, { ...data, on: '2015-06-21' })
      .thenRejected('household/in-future', { today: '2015-06-20' });
  });

  it.each(ofRegistered)('begins with the registration: no %s before', (command, data, _type, _kind, before) => {
    given(...upTo(12), ...before)
      .when(command, { ...data, on })
      .thenRejected('household/not-registered');
  });

  it.each(ofRegistered.filter(([command]) => command !== 'TerminateAssistance'))(
    'is closed by a removal or a cancellation: no %s from then on',
    (command, data, _type, _kind, before) => {
      for (const [closed, status] of [
        [removed, 'removed'],
        [cancelled, 'cancelled'],
      ] as const)
        given(...steps, ...before, closed)
          .when(command, { ...data, on })
          .thenRejected('household/closed', { status });
    },
  );

  it('ends what help there was also when it is closed', () => {
    given(...steps, removed)
      .when('TerminateAssistance', { ...other, on })
      .then({ type: 'AssistanceTerminated' });
  });
});

describe('what is dated', () => {
  const visit = { householdPresent: true, done: '核对收入', papers: of('visit') };
  const record = (body: object, setting: object = {}) =>
    given(...steps).when('RecordVisit', { ...visit, ...body }, setting);

  it('lies back as many days as the area allows without a reason, and not one more', () => {
    record({ on: '2014-06-20' }).then({ validFrom: '2014-06-20' });
    record({ on: '2014-06-19' }).thenRejected('household/late-without-reason', { days: 366, limit: 365 });
    record({ on: '2015-05-21' }, { rules: { 'backdate.days': 30 } }).then({ type: 'VisitRecorded' });
    record({ on: '2015-05-20' }, { rules: { 'backdate.days': 30 } }).thenRejected('household/late-without-reason');
  });

  it('says why when it is late, and says nothing when it is not', () => {
    record({ on: '2013-01', lateReason: 'paper-late' }).then({ validFrom: '2013-01', reason: 'late-paper-late' });
    expect(record({ on }).decided()).toStrictEqual([{ type: 'VisitRecorded', data: visit, validFrom: on }]);
  });

  it('is today at the latest, by the calendar of the office; a month is dated by its first day', () => {
    record({ on: '2015-06-20' }).then({ validFrom: '2015-06-20' });
    record({ on: '2015-06' }).then({ validFrom: '2015-06' });
    record({ on: '2015-07' }).thenRejected('household/in-future');
  });

  it('needs no reason when it comes from the old register', () => {
    record({ on: '2013' }, { via: 'import' }).then({ validFrom: '2013' });
  });
});

describe('a household of the old register', () => {
  const [batch, started, register] = [newUuid(), newUuid(), paper['register'] ?? ''];
  const old = {
    area: '433124110226',
    kind: 'legacy',
    status: 'exited',
    head,
    members,
    evidenceGaps: ['application', 'exit-procedure'],
    papers: [register],
    householdNo: '1',
  };
  const going = { status: 'started', area: '433124', started, paper: register };
  const importing = { via: 'import', causation: started, others: { [batch]: going } } as const;
  const command = { ...old, on: '2014-04', import: batch };
  const taken = (status: string, id = newUuid()): Given => ({
    type: 'HouseholdRegistered',
    id,
    data: { ...old, status },
    validFrom: '2014-04',
  });

  it('is taken over as it stands there', () => {
    expect(given().when('RegisterLegacyHousehold', command, importing).decided()).toStrictEqual([
      { type: 'HouseholdRegistered', data: old, validFrom: '2014-04' },
    ]);
  });

  it.each([
    ['by hand', { via: 'web' }],
    ['beside the start of the import', { causation: newUuid() }],
    ['without a cause', { causation: undefined }],
    ['after the import has ended', { others: { [batch]: { ...going, status: 'committed' } } }],
    ['with an import of another paper', { others: { [batch]: { ...going, paper: newUuid() } } }],
  ])('is not taken over %s', (_how, change) => {
    given()
      .when('RegisterLegacyHousehold', command, { ...importing, ...change } as object)
      .thenRejected('household/import-only');
  });

  it.each(['exited', 'pre-exit', 'relapsed'])('that comes as %s says that the procedure is not on record', (status) => {
    const silent = { ...command, status, evidenceGaps: ['application'] };
    given().when('RegisterLegacyHousehold', silent, importing).thenRejected('household/exit-unproved', { status });
    given()
      .when('RegisterLegacyHousehold', { ...silent, status: 'poor' }, importing)
      .then({ type: 'HouseholdRegistered' });
  });

  it.each([
    ['without a head', { members: [members[1]] }],
    ['with two heads', { members: [members[0], { ...members[1], relation: '01' }] }],
    ['that lists a person twice', { members: [...members, members[1]] }],
    ['whose head is another person than its members say', { head: wife }],
  ])('is refused %s', (_what, change) => {
    given()
      .when('RegisterLegacyHousehold', { ...command, ...change }, importing)
      .thenRejected('household/one-head');
  });

  it('is taken over once, and not over a case that is going on', () => {
    for (const history of [
      [{ type: 'PreExitMarked', data: { year: 2016, ...approval } }],
      [taken('poor')],
      upTo(1),
      steps,
    ])
      given(...history)
        .when('RegisterLegacyHousehold', command, importing)
        .thenRejected('household/registered');
  });

  it('goes on from where it stood: exited, before its exit, or poor', () => {
    const id = newUuid();
    expect(given(taken('exited', id)).state()).toMatchObject({
      status: 'exited',
      exit: { stage: 'exited', exit: id, case: '' },
    });
    expect(given(taken('pre-exit', id)).state()).toMatchObject({
      status: 'pre-exit',
      exit: { stage: 'pre-exit', exit: '', case: id },
    });
    expect(given(taken('poor', id)).state()).toMatchObject({
      status: 'poor',
      registeredYear: 2014,
      exit: { stage: 'none', exit: '', case: '' },
    });
    const { validFrom: _undated, ...undated } = { ...taken('poor'), at: '2016-01-01T00:00:00.000Z' };
    expect(given(undated).state()).toMatchObject({ registeredYear: 2016 });
  });
});

describe('a file that was closed', () => {
  it.each([
    ['removed', removed],
    ['cancelled', cancelled],
  ])('when it was %s is opened again by a paper, naming what closed it', (_status, closing) => {
    const id = newUuid();
    const closed = [...steps, { ...closing, id }];
    given(...closed)
      .when('ReinstateHousehold', { on, ground: 'judgment', ...approval })
      .then({ type: 'HouseholdReinstated', data: { ground: 'judgment', cancelled: id, ...approval }, validFrom: on });
    given(...closed)
      .when('ReinstateHousehold', { on, ground: 'judgment', ...other })
      .thenRejected('paper/kind-missing', { kind: 'approval' });
    const reinstated: Given = { type: 'HouseholdReinstated', data: { ground: 'judgment', cancelled: id, ...approval } };
    expect(given(...closed, reinstated).state()).toMatchObject({ status: 'poor', closedBy: '' });
    given(...closed, reinstated)
      .when('ReinstateHousehold', { on, ground: 'judgment', ...approval })
      .thenRejected('household/not-closed', { status: 'poor' });
  });

  it('is opened as exited when it had exited', () => {
    const exited: Given = {
      type: 'HouseholdExited',
      data: {
        year: 2016,
        series: 'exit',
        lineFen: 1,
        lineVersion: 'v',
        policiesContinue: true,
        perHeadFen: 1,
        ...approval,
      },
    };
    const reinstated: Given = {
      type: 'HouseholdReinstated',
      data: { ground: 'decision', cancelled: newUuid(), ...approval },
    };
    expect(given(...steps, exited, removed, reinstated).state()).toMatchObject({ status: 'exited' });
  });

  it('takes links and refused effects all the same: they happened', () => {
    given(...steps, removed)
      .when('LinkRecord', { stream })
      .then({ type: 'RecordLinked', data: { stream } });
    expect(given(...steps, { type: 'RecordLinked', data: { stream } }).state()).toMatchObject({ links: [stream] });
    const refused = { event: newUuid(), target: stream, command: 'LinkRecord', code: 'record/unknown' };
    expect(
      given(...steps, removed)
        .when('RecordEffectRefused', refused)
        .decided(),
    ).toStrictEqual([{ type: 'EffectRefused', data: refused }]);
  });
});
