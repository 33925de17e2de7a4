/** A household on its way through identification, for specs: its people, papers, notices and steps. */
import { newUuid } from '@kernel/format';
import { specificationOf, SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import { householdDecider } from '../household.decider';

export const [village1, village2, township, county, clerk] = Array.from({ length: 5 }, () => newUuid()) as [
  string,
  string,
  string,
  string,
  string,
];
export const [head, wife] = [newUuid(), newUuid()];
export const kinds = [
  'application',
  'survey',
  'income',
  'opinion',
  'crosscheck',
  'approval',
  'receipt',
  'authorisation',
  'other',
  'certificate',
  'correction',
  'visit',
  'plan',
  'register',
];
/** Event id of the application. */
export const CASE = newUuid();
export const paper = Object.fromEntries(kinds.map((kind) => [kind, newUuid()]));
export const of = (...names: readonly string[]) => names.map((kind) => paper[kind] ?? '');
export const meeting = newUuid();
export const notices = Object.fromEntries(
  [
    'identification-1 posted',
    'identification-1 closed',
    'identification-2 posted',
    'identification-2 closed',
    'identification-announcement posted',
    'removal closed',
  ].map((name) => [name, newUuid()]),
);
export const notice = (name: string) => notices[name] ?? '';

export const given = specificationOf(householdDecider, {
  at: '2015-06-20T02:00:00.000Z',
  rules: { 'backdate.days': 365 },
  others: {
    ...Object.fromEntries(Object.entries(paper).map(([kind, id]) => [id, { kind }])),
    ...Object.fromEntries(
      Object.entries(notices).map(([name, id]) => [
        id,
        {
          kind: name.split(' ')[0],
          status: name.split(' ')[1],
          households: [SUBJECT],
          posted: '2015-03-10',
          closed: '2015-03-18',
        },
      ]),
    ),
    [meeting]: { present: 36, eligible: 42, on: '2015-03-06' },
  },
});

export const on = '2015-03-02';
export const members = [
  { person: head, name: '石', relation: '01' },
  { person: wife, name: '龙', relation: '10' },
];
export const application = {
  area: '433124110226',
  applicant: wife,
  mode: 'written',
  members,
  mainCause: '1',
  papers: of('application'),
};
export const vote = { meeting, inFavour: 30, against: 2, abstained: 2, recused: 2 };
export const verification = { committeeSigned: true, teamSigned: true, accepted: true, papers: of('opinion') };
export const sheet = {
  periodFrom: '2014-01-01',
  periodBefore: '2015-01-01',
  signedByHousehold: true,
  lines: [
    { kind: 'wage', fen: 420_000 },
    { kind: 'transfer', fen: 96_001 },
  ],
  expenditureFen: 60_000,
  papers: of('income'),
};

export const steps: readonly Given[] = [
  { type: 'HouseholdApplicationSubmitted', by: village1, id: CASE, data: application },
  {
    type: 'HouseholdSurveyed',
    by: village1,
    data: { surveyors: [village1, village2], teamPresent: true, papers: of('survey') },
  },
  { type: 'IncomeAssessed', by: village1, data: { ...sheet, heads: 2, netFen: 456_001, perHeadFen: 228_000 } },
  { type: 'DemocraticReviewHeld', by: village1, data: { ...vote, passed: true } },
  { type: 'VillageVerificationCompleted', by: village2, data: verification },
  { type: 'PublicityOpened', by: village1, data: { notice: notice('identification-1 closed'), round: 1 } },
  {
    type: 'PublicityClosed',
    by: village1,
    data: { notice: notice('identification-1 closed'), round: 1, objections: 0 },
  },
  { type: 'TownshipReviewCompleted', by: township, data: { opinion: 'approve', papers: of('opinion') } },
  { type: 'PublicityOpened', by: township, data: { notice: notice('identification-2 closed'), round: 2 } },
  {
    type: 'PublicityClosed',
    by: township,
    data: { notice: notice('identification-2 closed'), round: 2, objections: 0 },
  },
  { type: 'CountyReviewCompleted', by: county, data: { opinion: 'approve', papers: of('opinion', 'crosscheck') } },
  { type: 'IdentificationAnnounced', by: county, data: { notice: notice('identification-announcement posted') } },
  {
    type: 'HouseholdRegistered',
    by: clerk,
    validFrom: '2015-04',
    data: {
      area: '433124110226',
      kind: 'new',
      status: 'poor',
      head,
      members,
      evidenceGaps: [],
      papers: of('approval'),
      householdNo: '4331241102260001',
    },
  },
];

export const commands: readonly (readonly [at: number, command: string, body: object, then: string, actor: string])[] =
  [
    [0, 'SubmitHouseholdApplication', { on, ...application }, 'HouseholdApplicationSubmitted', village1],
    [
      1,
      'SurveyHousehold',
      { on, surveyors: [village1, village2], teamPresent: true, papers: of('survey') },
      'HouseholdSurveyed',
      village1,
    ],
    [2, 'AssessIncome', { on, ...sheet }, 'IncomeAssessed', village1],
    [3, 'RecordDemocraticReview', vote, 'DemocraticReviewHeld', village1],
    [4, 'CompleteVillageVerification', { on, ...verification }, 'VillageVerificationCompleted', village2],
    [5, 'OpenPublicity', { notice: notice('identification-1 posted') }, 'PublicityOpened', village1],
    [6, 'ClosePublicity', { notice: notice('identification-1 closed') }, 'PublicityClosed', village1],
    [
      7,
      'CompleteTownshipReview',
      { on, opinion: 'approve', papers: of('opinion') },
      'TownshipReviewCompleted',
      township,
    ],
    [8, 'OpenPublicity', { notice: notice('identification-2 posted') }, 'PublicityOpened', township],
    [9, 'ClosePublicity', { notice: notice('identification-2 closed') }, 'PublicityClosed', township],
    [
      10,
      'CompleteCountyReview',
      { on, opinion: 'approve', papers: of('opinion', 'crosscheck') },
      'CountyReviewCompleted',
      county,
    ],
    [
      11,
      'AnnounceIdentification',
      { notice: notice('identification-announcement posted') },
      'IdentificationAnnounced',
      county,
    ],
    [
      12,
      'RegisterHousehold',
      { on, householdNo: '4331241102260001', papers: of('approval') },
      'HouseholdRegistered',
      clerk,
    ],
  ];
export const bodyOf = (command: string): object => commands.find(([, name]) => name === command)?.[2] ?? {};
export const upTo = (count: number): readonly Given[] => steps.slice(0, count);
