import { meet, publish, yearPeriod, type DemoStage } from './story';

const ITEMS = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'];

export interface Exit {
  readonly household: string;
  readonly signer: string;
  readonly wageFen: number;
  readonly unmet?: readonly string[];
  /** Month and day of acts that are dated otherwise than they should be; a survey long past is entered late. */
  readonly irregular?: { readonly surveyed: string; readonly verified: string; readonly exited: string };
}

/** From the year's plan to the verification: what comes before the household is asked. */
export const prepareExit = async (
  stage: DemoStage,
  { household, wageFen, unmet = [], irregular }: Exit,
  year: number,
): Promise<void> => {
  const day = (rest: string): string => `${String(year)}-${rest}`;
  stage.on(day('03-20'));
  await stage.act('village-1', 'household', household, 'PlanExit', {
    on: day('03-20'),
    year,
    papers: [await stage.paper('village-1', 'plan')],
  });
  stage.on(day('04-10'));
  await stage.act('county-1', 'household', household, 'MarkPreExit', {
    on: day('04-10'),
    papers: [await stage.paper('county-1', 'approval')],
  });
  stage.on(day('10-20'));
  await stage.act('village-1', 'household', household, 'SurveyExit', {
    on: day(irregular?.surveyed ?? '10-20'),
    ...(irregular && { lateReason: 'collected-together' }),
    surveyors: [stage.account('village-1'), stage.account('village-2')],
    ...yearPeriod(year),
    signedByHousehold: true,
    items: ITEMS.map((item) => ({
      item,
      result: unmet.includes(item) ? 'not-met' : 'met',
      confirmer: item === 'E6' ? '住建局' : '村委会',
    })),
    lines: [
      { kind: 'wage', fen: wageFen },
      { kind: 'transfer', fen: 120_000 },
    ],
    expenditureFen: 80_000,
    papers: [await stage.paper('village-1', 'survey'), await stage.paper('village-1', 'income')],
  });
  await meet(stage, 'VoteOnExits', { on: day('10-28'), votes: [[household, 31]] });
  stage.on(day('11-02'));
  await stage.act('village-2', 'household', household, 'VerifyExit', {
    on: day(irregular?.verified ?? '11-02'),
    committeeSigned: true,
    teamSigned: true,
    accepted: true,
    papers: [await stage.paper('village-2', 'opinion')],
  });
};

export const consent = async (stage: DemoStage, { household, signer }: Exit, on: string): Promise<void> => {
  stage.on(on);
  await stage.act('village-2', 'household', household, 'GiveExitConsent', {
    on,
    signer,
    mode: 'fingerprint',
    witnesses: 2,
    witnessNames: ['石见证', '龙见证'],
    incomeSheetShown: true,
    policyExplained: true,
    papers: [await stage.paper('village-2', 'consent')],
  });
};

/** From publicity to the announcement. */
export const approveExit = async (stage: DemoStage, one: Exit, year: number): Promise<void> => {
  await publish(stage, 'village-1', 'exit-1', { on: `${String(year)}-11-05`, households: [one.household] });
  await approvePublished(stage, one, year);
};

/** From the end of the publicity to the announcement. */
export const approvePublished = async (stage: DemoStage, { household }: Exit, year: number): Promise<void> => {
  const day = (rest: string): string => `${String(year)}-${rest}`;
  stage.on(day('11-20'));
  await stage.act('township-1', 'household', household, 'ReviewExitInTownship', {
    on: day('11-20'),
    opinion: 'approve',
    team: ['township-1', 'township-2', 'helper-1'].map(stage.account),
    papers: [await stage.paper('township-1', 'check')],
  });
  stage.on(day('12-05'));
  await stage.act('leading-group-1', 'household', household, 'ApproveExitInCounty', {
    on: day('12-05'),
    inFavour: 9,
    against: 0,
    papers: [await stage.paper('leading-group-1', 'minutes'), await stage.paper('leading-group-1', 'approval')],
  });
  await publish(stage, 'county-2', 'exit-announcement', { on: day('12-08'), households: [household] });
};

export const exit = async (stage: DemoStage, { household, signer, irregular }: Exit, year: number): Promise<void> => {
  const day = (rest: string): string => `${String(year)}-${rest}`;
  const left = day(irregular?.exited ?? '12-18');
  stage.on(left);
  await stage.act('county-1', 'household', household, 'ExitHousehold', {
    on: left,
    policiesContinue: true,
    papers: [await stage.paper('county-1', 'approval')],
  });
  stage.on(day('12-22'));
  await stage.act('village-1', 'household', household, 'DeliverExitNotice', {
    on: day('12-22'),
    receiver: signer,
    papers: [await stage.paper('village-1', 'exit')],
  });
};

export const wholeExit = async (stage: DemoStage, one: Exit, year: number): Promise<void> => {
  await prepareExit(stage, one, year);
  await consent(stage, one, `${String(year)}-11-04`);
  await approveExit(stage, one, year);
  await exit(stage, one, year);
};
