import { marksOf, nestedClass, type Class } from '@kernel/sourcing';
import { householdEvents, type HouseholdEvents } from '../household.events';
import { refuse } from '../refusals';

/** An event that may be corrected: its type, and whom it lists, the head of the household among them. */
export interface Recorded {
  readonly type: string;
  readonly persons?: readonly string[];
  readonly head?: string;
}

type EventName = keyof HouseholdEvents;

/** Events that are not corrected themselves: a wrong correction is followed by another one. */
const NEVER: ReadonlySet<string> = new Set<EventName>([
  'CorrectionRequested',
  'CorrectionRecorded',
  'CorrectionRefused',
  'RecordLinked',
  'EffectRefused',
]);

/**
 * What moves a household or its case along, by event: each has a procedure of its own. Whatever names somebody or some
 * place is added by its mark.
 */
const OUTCOMES: Readonly<Partial<Record<EventName, readonly string[]>>> = {
  HouseholdRegistered: ['status', 'kind', 'evidenceGaps'],
  MembersListed: ['of'],
  DemocraticReviewHeld: ['passed'],
  VillageVerificationCompleted: ['accepted'],
  PublicityOpened: ['round'],
  PublicityClosed: ['round'],
  PublicityInvalidated: ['round'],
  PublicityObjectionResolved: ['upheld'],
  TownshipReviewCompleted: ['opinion'],
  CountyReviewCompleted: ['opinion'],
  IdentificationRejected: ['stage'],
  CaseReturned: ['to'],
  ExitReviewHeld: ['passed'],
  ExitVerified: ['accepted'],
  ExitPublicityOpened: ['round'],
  ExitPublicityClosed: ['round'],
  ExitPublicityInvalidated: ['round'],
  ExitObjectionResolved: ['upheld'],
  TownshipExitReviewed: ['opinion'],
  ExitCaseReturned: ['to'],
};

const isIdentity = (owner: Class, field: string): boolean => {
  const mark = marksOf(owner.prototype as object).get(field);
  return mark?.kind === 'clear' && mark.refers !== undefined && mark.refers !== 'paper';
};

const isFixed = (type: string, field: string): boolean => {
  const owner = householdEvents.classes[type as EventName];
  const nested = nestedClass(owner, field);
  const ofOthers =
    nested !== undefined &&
    field !== 'members' &&
    [...marksOf(nested.prototype as object).keys()].some((inner) => isIdentity(nested, inner));
  return isIdentity(owner, field) || ofOthers || (OUTCOMES[type as EventName]?.includes(field) ?? false);
};

interface Listed {
  readonly person: string;
  readonly relation?: string;
}

/** The same persons under the same head: only what is known of them may read otherwise. */
const isSameList = (members: readonly Listed[], { persons = [], head }: Recorded): boolean => {
  const heads = members.filter(({ relation }) => relation === '01').map(({ person }) => person);
  return (
    members
      .map(({ person }) => person)
      .sort()
      .join() === [...persons].sort().join() && heads.join() === (head ?? '')
  );
};

/**
 * A correction says how a fact reads, never what becomes of the household: status, area, head and every id stay as they
 * were recorded.
 */
export const mustBeCorrectable = (recorded: Recorded, replaces: object): void => {
  const { type } = recorded;
  if (NEVER.has(type)) throw refuse('household/not-correctable', { type, field: '–' });
  const { members, relation } = replaces as { members?: readonly Listed[]; relation?: string };
  const field = Object.keys(replaces).find((one) => isFixed(type, one));
  if (field !== undefined) throw refuse('household/not-correctable', { type, field });
  if (relation === '01') throw refuse('household/not-correctable', { type, field: 'relation' });
  if (members && !isSameList(members, recorded)) throw refuse('household/not-correctable', { type, field: 'members' });
};

const LISTING: ReadonlySet<string> = new Set(
  Object.entries(householdEvents.classes).flatMap(([type, owner]) =>
    marksOf(owner.prototype as object).has('members') ? [type] : [],
  ),
);

/** What is remembered of an event for its correction. */
export const recordedOf = (type: string, fact: object, head: string): Recorded => {
  if (!LISTING.has(type)) return { type };
  const persons = (fact as { readonly members: readonly Listed[] }).members.map(({ person }) => person);
  return { type, persons, ...(persons.includes(head) && { head }) };
};
