import type { NoticeKind, NoticeState } from '@domain/notice/contract';
import { daysBetween, firstDay, type Act, type Dating } from '@kernel/sourcing';
import type { Dated } from '../commands/dated';
import { refuse } from '../refusals';
import { isMember, type ExitStage, type Household, type Stage } from '../state/household.state';

/** Date of the act as metadata; a future date is refused, a late one needs its reason. */
export const datedOn = ({ on, lateReason }: Dated, act: Act, area: string): Dating => {
  if (firstDay(on) > act.today) throw refuse('household/in-future', { on, today: act.today });
  const limit = Number(act.rules.lookup('backdate.days', area, act.today)?.value ?? 30);
  const days = daysBetween(on, act.today);
  const imported = act.via === 'import';
  if (days > limit && lateReason === undefined && !imported)
    throw refuse('household/late-without-reason', { on, days, limit });
  return { validFrom: on, ...(lateReason !== undefined && { reason: `late-${lateReason}` }) };
};

export const withoutDate = <T extends object>(command: T): Omit<T, 'on' | 'lateReason'> => {
  const { on: _on, lateReason: _late, ...data } = command as T & Dated;
  return data;
};

/** The step that leads to a stage, and the rule that demands it. */
const IDENTIFICATION: Readonly<Partial<Record<Stage, string>>> = {
  applied: 'SubmitHouseholdApplication',
  surveyed: 'SurveyHousehold',
  shortlisted: 'VoteOnApplications',
  verified: 'CompleteVillageVerification',
  'publicity-1': 'PostNotice identification-1',
  'submitted-to-township': 'CloseNotice identification-1',
  'approved-by-township': 'CompleteTownshipReview',
  'publicity-2': 'PostNotice identification-2',
  'submitted-to-county': 'CloseNotice identification-2',
  'approved-by-county': 'CompleteCountyReview',
  announced: 'PostNotice identification-announcement',
};

const EXIT: Readonly<Partial<Record<ExitStage, string>>> = {
  planned: 'PlanExit',
  'pre-exit': 'MarkPreExit',
  surveyed: 'SurveyExit',
  reviewed: 'VoteOnExits',
  verified: 'VerifyExit',
  consented: 'GiveExitConsent',
  'publicity-1': 'PostNotice exit-1',
  'published-1': 'CloseNotice exit-1',
  'township-reviewed': 'ReviewExitInTownship',
  'publicity-2': 'PostNotice exit-2',
  'published-2': 'CloseNotice exit-2',
  approved: 'ApproveExitInCounty',
  announced: 'PostNotice exit-announcement',
};

export const mustStandAt = ({ identification: { stage, suspended } }: Household, ...stages: readonly Stage[]): void => {
  if (suspended) throw refuse('household/suspended');
  if (stages.includes(stage)) return;
  const missing = IDENTIFICATION[stages[0] ?? 'applied'] ?? '';
  if (stages.includes('verified'))
    throw refuse('household/not-verified', { stage, missing, rule: '国开办发〔2014〕24号' });
  throw refuse('household/step-missing', { missing, stage, rule: '国开办发〔2014〕24号' });
};

/** A file that was removed or cancelled goes nowhere until it is opened again. */
export const mustBeInFile = ({ status }: Household): void => {
  if (status === 'removed' || status === 'cancelled') throw refuse('household/closed', { status });
};

export const exitMustStandAt = (household: Household, ...stages: readonly ExitStage[]): void => {
  mustBeInFile(household);
  const { stage } = household.exit;
  if (household.identification.suspended) throw refuse('household/suspended');
  if (stages.includes(stage)) return;
  const missing = EXIT[stages[0] ?? 'planned'] ?? '';
  const details = { missing, stage, rule: '厅字〔2016〕16号' };
  if (stage === 'consent-refused') throw refuse('household/consent-refused', details);
  if (stages.includes('consented')) throw refuse('household/consent-missing', details);
  if (stages.includes('verified')) throw refuse('household/not-verified', details);
  throw refuse('household/step-missing', details);
};

/** Separation of duties: who recorded a step cannot review or approve it. */
export const mustDiffer = (
  actors: Readonly<Record<string, string>>,
  act: Act,
  step: string,
  ...earlier: readonly string[]
): void => {
  for (const one of earlier) if (actors[one] === act.actor) throw refuse('household/four-eyes', { step, earlier: one });
};

export const mustBeRegistered = (household: Household): void => {
  if (household.status === 'none') throw refuse('household/not-registered');
  mustBeInFile(household);
};

/** The head among members of which each is listed once, and one as head. */
export const mustHaveOneHead = (members: readonly { readonly person: string; readonly relation: string }[]): string => {
  const [head, ...others] = members.filter(({ relation }) => relation === '01');
  const persons = new Set(members.map(({ person }) => person));
  if (!head || others.length > 0 || persons.size !== members.length) throw refuse('household/one-head');
  return head.person;
};

export const mustBeMember = (household: Household, ...persons: readonly string[]): void => {
  for (const person of persons) if (!isMember(household, person)) throw refuse('household/not-a-member', { person });
};

/** The notice named by a step: of the right kind, at the right state, and listing this household. */
export const noticeFor = (act: Act, notice: string, expected: NoticeKind, status: 'posted' | 'closed'): NoticeState => {
  const state = act.referred<NoticeState>(notice);
  const matches = state.kind === expected && state.status === status && state.households.includes(act.subject);
  if (!matches) throw refuse('household/notice-mismatch', { notice, expected, status });
  return state;
};

/** A round ends by the notice that opened it: an older one that still hangs somewhere is not about this round. */
export const mustBeItsNotice = (expected: string, notice: string, status: 'closed' | 'invalid'): void => {
  if (notice !== expected) throw refuse('household/notice-mismatch', { notice, expected, status });
};

export const numberRule = (act: Act, key: string, area: string, fallback: number): number =>
  Number(act.rules.lookup(key, area, act.today)?.value ?? fallback);
