import { canonicalDigest, newUuid } from '@kernel/format';
import { type Given, SOMEBODY, specificationOf, SUBJECT, foldedBy } from '@kernel/sourcing/testing/specification';
import { findings, inspectionDecider, type InspectionState } from './inspection.decider';
import { inspections } from './inspections.projection';

const [inspector, other, letter, reply, household, elsewhere] = Array.from({ length: 6 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const given = specificationOf(inspectionDecider, {
  at: '2016-11-23T02:00:00.000Z',
  others: {
    [letter]: { kind: 'other' },
    [reply]: { kind: 'other' },
    [household]: { area: '433124110226' },
    [elsewhere]: { area: '433125110226' },
  },
});

const scope = { kind: 'audit', body: '审计署驻长沙特派办', area: '433124', inspectors: [inspector], papers: [letter] };
const period = { from: '2016-11-20', to: '2016-12-20' };
const opened: Given = { type: 'InspectionOpened', data: scope, validFrom: period.from, validTo: period.to };
const finding = newUuid();
const raising = {
  finding,
  household,
  step: 'verification',
  rule: 'step-inverted',
  severity: 'major',
  words: '核实早于评议',
};
const raised: Given = { type: 'InspectionFindingRaised', data: raising, by: inspector };
const rebutted: Given = { type: 'RebuttalSubmitted', data: { finding, papers: [reply] } };
const confirmed: Given = { type: 'FindingConfirmed', data: { finding }, by: inspector };
const by = { actor: inspector };

describe('an inspection', () => {
  it('is opened by its letter, for a period, over an area', () => {
    given()
      .when('OpenInspection', { ...scope, ...period })
      .then({ type: 'InspectionOpened', data: scope, validFrom: period.from, validTo: period.to });
  });

  it('may be limited to households: each once, in order, under their digest', () => {
    const sorted = [household, elsewhere].sort();
    expect(
      given()
        .when('OpenInspection', { ...scope, ...period, households: [household, elsewhere, household] })
        .decided(),
    ).toMatchObject([{ data: { households: sorted, digest: canonicalDigest(sorted) } }]);
  });

  it.each([
    ['ends before it begins', { from: '2016-12-20', to: '2016-11-20' }],
    ['is over already', { from: '2016-10-01', to: '2016-11-23' }],
    ['lasts longer than the parameter allows', { from: '2016-11-20', to: '2017-11-20' }],
  ])('is refused when its period %s', (_what, dates) => {
    given()
      .when('OpenInspection', { ...scope, ...dates })
      .thenRejected('inspection/period');
  });

  it.each([
    ['one day', { from: '2016-11-23', to: '2016-11-24' }, {}],
    ['180 days', { from: '2016-11-20', to: '2017-05-19' }, {}],
    ['as long as the area allows', { from: '2016-11-20', to: '2016-11-30' }, { 'inspection.maxDays': 10 }],
  ])('may last %s', (_what, dates, rules) => {
    given()
      .when('OpenInspection', { ...scope, ...dates }, { rules })
      .then({ validFrom: dates.from, validTo: dates.to });
  });

  it.each([
    ['no day', { from: '2016-11-24', to: '2016-11-24' }, {}],
    ['181 days', { from: '2016-11-20', to: '2017-05-20' }, {}],
    ['longer than the area allows', { from: '2016-11-20', to: '2016-12-01' }, { 'inspection.maxDays': 10 }],
  ])('may not last %s', (_what, dates, rules) => {
    given()
      .when('OpenInspection', { ...scope, ...dates }, { rules })
      .thenRejected('inspection/period');
  });

  it('counts what was withdrawn, waits for what was only raised, and may find fault with no household', () => {
    const withdrawn: Given = { type: 'FindingWithdrawn', data: { finding, ground: 'other' }, by: inspector };
    given(opened, raised, withdrawn)
      .when('CloseInspection', {}, by)
      .then({ data: { confirmed: 0, withdrawn: 1 } });
    given(opened, raised).when('CloseInspection', {}, by).thenRejected('inspection/findings-open', { count: 1 });
    given(opened, raised, withdrawn)
      .when('ConfirmFinding', { finding }, by)
      .thenRejected('inspection/finding-unknown', { finding });
    const { household: _household, ...general } = raising;
    given(opened).when('RaiseInspectionFinding', general, by).then({ data: general });
  });

  it('lies where its letter says, and goes on when a link was refused', () => {
    const areaOf = (state: object, command: object) =>
      inspectionDecider.area(state as never, command, undefined as never);
    expect(areaOf(inspectionDecider.initialState, scope)).toBe('433124000000');
    expect(areaOf(given(opened).state() as object, {})).toBe('433124000000');
    const refused = {
      event: newUuid(),
      target: `household-${household}`,
      command: 'LinkRecord',
      code: 'record/unknown',
    };
    given(opened).when('RecordEffectRefused', refused).then({ type: 'EffectRefused', data: refused });
    expect(given(opened, { type: 'EffectRefused', data: refused }).state()).toEqual(given(opened).state());
    const closed: Given = { type: 'InspectionClosed', data: { confirmed: 0, withdrawn: 0 } };
    given(opened, closed)
      .when('OpenInspection', { ...scope, ...period })
      .thenRejected('inspection/opened');
    expect(given(opened, closed).state()).toMatchObject({ status: 'closed' });
  });

  it('is never opened twice, and by nobody for themselves', () => {
    given(opened)
      .when('OpenInspection', { ...scope, ...period })
      .thenRejected('inspection/opened');
    given()
      .when('OpenInspection', { ...scope, ...period, inspectors: [SOMEBODY] })
      .thenRejected('inspection/own-access');
  });

  it('records findings of those it names, on households in its scope', () => {
    given(opened).when('RaiseInspectionFinding', raising, by).then({ type: 'InspectionFindingRaised', data: raising });
    given(opened).when('RaiseInspectionFinding', raising, { actor: other }).thenRejected('inspection/not-named');
    given(opened)
      .when('RaiseInspectionFinding', { ...raising, household: elsewhere }, by)
      .thenRejected('inspection/outside-scope');
    const limited: Given = { ...opened, data: { ...scope, households: [elsewhere] } };
    given(limited).when('RaiseInspectionFinding', raising, by).thenRejected('inspection/outside-scope');
    given(opened, raised).when('RaiseInspectionFinding', raising, by).thenRejected('inspection/finding-known');
  });

  it.each([
    ['the day before', '2016-11-19T02:00:00.000Z', true],
    ['its first day', '2016-11-20T02:00:00.000Z', false],
    ['its last day', '2016-12-19T15:59:59.999Z', false],
    ['the day it has ended', '2016-12-19T16:00:00.000Z', true],
  ])('takes findings within its period: %s', (_what, at, isRefused) => {
    const raise = given(opened).when('RaiseInspectionFinding', raising, { ...by, at });
    if (isRefused) raise.thenRejected('inspection/not-running');
    else raise.then({ type: 'InspectionFindingRaised', data: raising });
  });

  it('is answered with papers, until each finding is confirmed or withdrawn', () => {
    const answer = { finding, papers: [reply], words: '当日补会' };
    given(opened, raised).when('SubmitRebuttal', answer).then({ type: 'RebuttalSubmitted', data: answer });
    given(opened).when('SubmitRebuttal', answer).thenRejected('inspection/finding-unknown');
    given(opened, raised, rebutted)
      .when('ConfirmFinding', { finding }, by)
      .then({ type: 'FindingConfirmed', data: { finding } });
    given(opened, raised, rebutted, confirmed)
      .when('SubmitRebuttal', answer)
      .thenRejected('inspection/finding-unknown');
    given(opened, raised, confirmed)
      .when('WithdrawFinding', { finding, ground: 'rebutted' }, by)
      .thenRejected('inspection/finding-unknown');
    given(opened, raised).when('ConfirmFinding', { finding }, { actor: other }).thenRejected('inspection/not-named');
    given(opened, raised)
      .when('WithdrawFinding', { finding, ground: 'rebutted' }, { actor: other })
      .thenRejected('inspection/not-named');
    given(opened, raised)
      .when('WithdrawFinding', { finding, ground: 'rebutted' }, by)
      .then({ type: 'FindingWithdrawn', data: { finding, ground: 'rebutted' } });
  });

  it('closes when everything is decided, counts it, and is silent from then on', () => {
    const closed: Given = { type: 'InspectionClosed', data: { confirmed: 1, withdrawn: 0 } };
    given(opened, raised, rebutted)
      .when('CloseInspection', {}, by)
      .thenRejected('inspection/findings-open', { count: 1 });
    given(opened, raised, confirmed).when('CloseInspection', {}, { actor: other }).thenRejected('inspection/not-named');
    given(opened, raised, confirmed).when('CloseInspection', {}, by).then(closed);
    for (const [command, body] of [
      ['CloseInspection', {}],
      ['SubmitRebuttal', { finding, papers: [reply] }],
      ['ConfirmFinding', { finding }],
      ['WithdrawFinding', { finding, ground: 'other' }],
    ] as const)
      given(opened, raised, confirmed, closed).when(command, body, by).thenRejected('inspection/closed');
    given(opened, closed).when('RaiseInspectionFinding', raising, by).thenRejected('inspection/not-running');
  });

  it('leaves a link in the history of the household that a finding is about', () => {
    const react = findings.on.InspectionFindingRaised as (
      fact: object,
      meta: object,
      state: InspectionState,
    ) => unknown;
    const stream = `inspection-${SUBJECT}`;
    const state = inspectionDecider.initialState;
    expect(react(raising, { stream }, state)).toEqual([
      { target: `household-${household}`, command: 'LinkRecord', body: { stream } },
    ]);
    expect(react({ ...raising, household: undefined }, { stream }, state)).toEqual([]);
  });

  it('shows on its sheet what was found and what became of it', () => {
    const view = foldedBy(inspections);
    expect(view(opened, raised)).toMatchObject({
      id: SUBJECT,
      status: 'open',
      from: period.from,
      to: period.to,
      openedBy: SOMEBODY,
      findings: [{ finding, household, state: 'raised', raisedBy: inspector, rebuttal: [], events: [] }],
    });
    expect(view(opened, raised, rebutted)).toMatchObject({ findings: [{ state: 'rebutted', rebuttal: [reply] }] });
    expect(view(opened, raised, confirmed)).toMatchObject({ findings: [{ state: 'confirmed' }] });
    const withdrawn: Given = { type: 'FindingWithdrawn', data: { finding, ground: 'other' } };
    const closed: Given = { type: 'InspectionClosed', data: { confirmed: 0, withdrawn: 1 } };
    expect(view(opened, raised, withdrawn, closed)).toMatchObject({
      status: 'closed',
      findings: [{ state: 'withdrawn' }],
    });
  });
});
