/** A household on its way out of poverty, for specs: its people, papers, notices and steps. */
import { newUuid } from '@kernel/format';
import { specificationOf, SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import { householdDecider } from '../household.decider';

export const [village1, village2, township, leader, county] = Array.from({ length: 5 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
  string,
];
export const [head, wife] = [newUuid(), newUuid()];
export const paper = Object.fromEntries(
  ['plan', 'approval', 'survey', 'income', 'opinion', 'consent', 'check', 'minutes', 'exit', 'visit', 'other'].map(
    (kind) => [kind, newUuid()],
  ),
);
export const of = (...kinds: readonly string[]) => kinds.map((kind) => paper[kind] ?? '');
export const meeting = newUuid();
export const notices = { posted: newUuid(), closed: newUuid(), announced: newUuid() };
export const notice = (kind: string, status: string) => ({
  kind,
  status,
  households: [SUBJECT],
  posted: '2016-11-05',
  closed: '2016-11-13',
});

export const given = specificationOf(householdDecider, {
  at: '2016-12-20T02:00:00.000Z',
  rules: { 'povertyLine.exit.2016': 314_600, 'backdate.days': 365 },
  others: {
    ...Object.fromEntries(Object.entries(paper).map(([kind, id]) => [id, { kind }])),
    [meeting]: { present: 36, eligible: 42, on: '2016-10-28' },
    [notices.posted]: notice('exit-1', 'posted'),
    [notices.closed]: notice('exit-1', 'closed'),
    [notices.announced]: notice('exit-announcement', 'posted'),
  },
});

export const items = (unmet?: string) =>
  ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'].map((item) => ({
    item,
    result: item === unmet ? 'not-met' : 'met',
    confirmer: '村',
  }));
export const period = { periodFrom: '2015-10-01', periodBefore: '2016-10-01' };
export const surveyed = (perHeadFen = 400_000, unmet?: string) => ({
  surveyors: [village1, village2],
  items: items(unmet),
  ...period,
  heads: 2,
  signedByHousehold: true,
  lines: [],
  expenditureFen: 0,
  netFen: perHeadFen * 2,
  perHeadFen,
  papers: of('survey'),
});
export const vote = { meeting, inFavour: 30, against: 2, abstained: 2, recused: 2 };
export const verification = { committeeSigned: true, teamSigned: true, accepted: true, papers: of('opinion') };
export const consenting = {
  signer: wife,
  mode: 'fingerprint',
  witnesses: 2,
  incomeSheetShown: true,
  policyExplained: true,
  papers: of('consent'),
};

export const registered: Given = {
  type: 'HouseholdRegistered',
  at: '2014-04-30T00:00:00.000Z',
  validFrom: '2014-04',
  data: {
    area: '433124110226',
    kind: 'legacy',
    status: 'poor',
    head,
    evidenceGaps: [],
    papers: [],
    householdNo: '4331241102260001',
    members: [
      { person: head, name: '石', relation: '01' },
      { person: wife, name: '龙', relation: '10' },
    ],
  },
};
export const steps: readonly Given[] = [
  registered,
  { type: 'ExitPlanned', by: village1, id: newUuid(), data: { year: 2016, papers: of('plan') } },
  { type: 'PreExitMarked', by: county, data: { year: 2016, papers: of('approval') } },
  { type: 'ExitSurveyed', by: village1, data: surveyed() },
  { type: 'ExitReviewHeld', by: village1, data: { ...vote, passed: true } },
  { type: 'ExitVerified', by: village2, data: verification },
  { type: 'HouseholdExitConsentGiven', by: village2, data: consenting },
  { type: 'ExitPublicityOpened', by: village1, data: { notice: notices.closed, round: 1 } },
  { type: 'ExitPublicityClosed', by: village1, data: { notice: notices.closed, round: 1, objections: 0 } },
  {
    type: 'TownshipExitReviewed',
    by: township,
    data: { opinion: 'approve', team: [township, village1, county], papers: of('check') },
  },
  { type: 'CountyExitApproved', by: leader, data: { inFavour: 9, against: 0, papers: of('minutes') } },
  { type: 'ExitAnnounced', by: county, data: { notice: notices.announced } },
  {
    type: 'HouseholdExited',
    by: county,
    id: newUuid(),
    data: {
      year: 2016,
      series: 'exit',
      lineFen: 314_600,
      lineVersion: 'v',
      policiesContinue: true,
      perHeadFen: 400_000,
      papers: of('approval'),
    },
  },
];
export const CASE = steps[1]?.id;
export const upTo = (type: string): readonly Given[] =>
  steps.slice(0, steps.findIndex((step) => step.type === type) + 1);
export const on = '2016-12-18';

export const commands: readonly (readonly [
  after: string,
  command: string,
  body: object,
  then: string,
  actor: string,
])[] = [
  ['HouseholdRegistered', 'PlanExit', { on, year: 2016, papers: of('plan') }, 'ExitPlanned', village1],
  ['ExitPlanned', 'MarkPreExit', { on, papers: of('approval') }, 'PreExitMarked', county],
  [
    'PreExitMarked',
    'SurveyExit',
    {
      on,
      surveyors: [village1, village2],
      items: items(),
      ...period,
      signedByHousehold: true,
      lines: [{ kind: 'wage', fen: 900_000 }],
      expenditureFen: 100_000,
      papers: of('survey', 'income'),
    },
    'ExitSurveyed',
    village1,
  ],
  ['ExitSurveyed', 'RecordExitReview', vote, 'ExitReviewHeld', village1],
  ['ExitReviewHeld', 'VerifyExit', { on, ...verification }, 'ExitVerified', village2],
  ['ExitVerified', 'GiveExitConsent', { on, ...consenting }, 'HouseholdExitConsentGiven', village2],
  ['HouseholdExitConsentGiven', 'OpenExitPublicity', { notice: notices.posted }, 'ExitPublicityOpened', village1],
  ['ExitPublicityOpened', 'CloseExitPublicity', { notice: notices.closed }, 'ExitPublicityClosed', village1],
  [
    'ExitPublicityClosed',
    'ReviewExitInTownship',
    { on, opinion: 'approve', team: [township, village1, county], papers: of('check') },
    'TownshipExitReviewed',
    township,
  ],
  [
    'TownshipExitReviewed',
    'ApproveExitInCounty',
    { on, inFavour: 9, against: 0, papers: of('minutes', 'approval') },
    'CountyExitApproved',
    leader,
  ],
  ['CountyExitApproved', 'AnnounceExit', { notice: notices.announced }, 'ExitAnnounced', county],
  ['ExitAnnounced', 'ExitHousehold', { on, policiesContinue: true, papers: of('approval') }, 'HouseholdExited', county],
];
export const bodyOf = (command: string): object => commands.find(([, name]) => name === command)?.[2] ?? {};
