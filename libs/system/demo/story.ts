import { addDays } from '@kernel/sourcing';

/** How a story reaches the system: directly for the demo, over HTTP in the tests. Everybody acts under a login. */
export interface DemoStage {
  /** Sets the day on which what follows is recorded. */
  readonly on: (day: string) => void;
  readonly paper: (login: string, kind: string) => Promise<string>;
  readonly act: (login: string, category: string, subject: string, command: string, body: object) => Promise<unknown>;
  /** Resolves when notices and meetings have reached their households. */
  readonly settled: () => Promise<void>;
  readonly newId: () => string;
  /** Account UUID of a login. */
  readonly account: (login: string) => string;
}

export const VILLAGE = '433124110226';

export const yearPeriod = (year: number) => ({
  periodFrom: `${String(year - 1)}-10-01`,
  periodBefore: `${String(year)}-10-01`,
});

/** A village meeting with its quorum, and its votes on households. */
export const meet = async (
  stage: DemoStage,
  command: 'VoteOnApplications' | 'VoteOnExits',
  { on, votes }: { on: string; votes: readonly (readonly [household: string, inFavour: number])[] },
): Promise<void> => {
  stage.on(on);
  const meeting = stage.newId();
  const papers = [await stage.paper('village-1', 'minutes'), await stage.paper('village-1', 'ballots')];
  await stage.act('village-1', 'meeting', meeting, 'HoldMeeting', {
    area: VILLAGE,
    kind: 'representatives',
    eligible: 42,
    present: 36,
    women: 14,
    papers,
    on,
  });
  await stage.act('village-1', 'meeting', meeting, command, {
    votes: votes.map(([household, inFavour]) => ({
      household,
      inFavour,
      against: 34 - inFavour,
      abstained: 2,
      recused: 0,
    })),
  });
  await stage.settled();
};

/** A notice from posting to the end of its days (an announcement stays up). */
export const publish = async (
  stage: DemoStage,
  login: string,
  kind: string,
  { on, households }: { on: string; households: readonly string[] },
): Promise<string> => {
  stage.on(on);
  const notice = stage.newId();
  await stage.act(login, 'notice', notice, 'PrepareNotice', { kind, area: VILLAGE, households });
  await stage.act(login, 'notice', notice, 'PostNotice', { on, papers: [await stage.paper(login, 'notice')] });
  await stage.settled();
  if (kind.endsWith('announcement')) return notice;
  const end = addDays(on, 8);
  stage.on(end);
  await stage.act(login, 'notice', notice, 'PhotographNotice', {
    on: end,
    day: 'last',
    papers: [await stage.paper(login, 'photo')],
  });
  await stage.act(login, 'notice', notice, 'CloseNotice', {
    on: end,
    objections: 0,
    papers: [await stage.paper(login, 'result')],
  });
  await stage.settled();
  return notice;
};

export interface Applicant {
  readonly household: string;
  readonly members: readonly {
    readonly person: string;
    readonly name: string;
    readonly relation: string;
    readonly [field: string]: unknown;
  }[];
  readonly inFavour: number;
  readonly householdNo: string;
}

/** An application up to the vote of the village. */
export const applyAndVote = async (
  stage: DemoStage,
  { household, members, inFavour }: Applicant,
  year: number,
): Promise<void> => {
  const day = (rest: string): string => `${String(year)}-${rest}`;
  const applicant = members[0]?.person ?? '';
  stage.on(day('03-02'));
  await stage.act('village-1', 'household', household, 'SubmitHouseholdApplication', {
    on: day('03-02'),
    area: VILLAGE,
    applicant,
    mode: 'written',
    members,
    mainCause: '1',
    otherCauses: ['8'],
    statedIncomeFen: 210_000,
    papers: [await stage.paper('village-1', 'application')],
  });
  stage.on(day('03-06'));
  await stage.act('village-1', 'household', household, 'SurveyHousehold', {
    on: day('03-06'),
    surveyors: [stage.account('village-1'), stage.account('village-2')],
    teamPresent: true,
    houseGrade: 'C',
    safeWater: 'no',
    findings: '住房漏雨,户主常年服药',
    papers: [await stage.paper('village-1', 'survey')],
  });
  await stage.act('village-1', 'household', household, 'AssessIncome', {
    on: day('03-06'),
    periodFrom: `${String(year - 1)}-01-01`,
    periodBefore: `${String(year)}-01-01`,
    signedByHousehold: true,
    lines: [
      { kind: 'wage', fen: 420_000 },
      { kind: 'transfer', fen: 96_000 },
    ],
    expenditureFen: 60_000,
    papers: [await stage.paper('village-1', 'income')],
  });
  await meet(stage, 'VoteOnApplications', { on: day('03-10'), votes: [[household, inFavour]] });
};

/** The rest of an identification, by the people of each level. */
export const identify = async (stage: DemoStage, applicant: Applicant, year: number): Promise<void> => {
  const { household, householdNo } = applicant;
  const day = (rest: string): string => `${String(year)}-${rest}`;
  await applyAndVote(stage, applicant, year);
  stage.on(day('03-15'));
  await stage.act('village-2', 'household', household, 'CompleteVillageVerification', {
    on: day('03-15'),
    committeeSigned: true,
    teamSigned: true,
    accepted: true,
    papers: [await stage.paper('village-2', 'opinion')],
  });
  await publish(stage, 'village-1', 'identification-1', { on: day('03-16'), households: [household] });
  stage.on(day('03-28'));
  await stage.act('township-1', 'household', household, 'CompleteTownshipReview', {
    on: day('03-28'),
    opinion: 'approve',
    papers: [await stage.paper('township-1', 'opinion')],
  });
  await publish(stage, 'township-1', 'identification-2', { on: day('04-01'), households: [household] });
  stage.on(day('04-12'));
  await stage.act('county-1', 'household', household, 'CompleteCountyReview', {
    on: day('04-12'),
    opinion: 'approve',
    papers: [await stage.paper('county-1', 'opinion'), await stage.paper('county-1', 'crosscheck')],
  });
  await publish(stage, 'county-2', 'identification-announcement', { on: day('04-15'), households: [household] });
  stage.on(day('04-25'));
  await stage.act('township-2', 'household', household, 'RegisterHousehold', {
    on: day('04-25'),
    householdNo,
    papers: [await stage.paper('township-2', 'approval')],
  });
};
