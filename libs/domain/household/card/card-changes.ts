import { effectiveDay, openedOr, type FactMeta, type Personal } from '@kernel/sourcing';
import type { MemberFacts } from '../events/fields';
import type { MembersListed } from '../events/membership';
import type { CardMeasure, CardMember, HouseholdCard } from './card';

export const blank = (id: string): HouseholdCard => ({
  id,
  area: '',
  status: 'none',
  stage: 'none',
  exitStage: 'none',
  suspended: false,
  evidenceGaps: [],
  members: 0,
  headPerson: '',
  names: [],
  idNumbers: [],
  people: [],
  measures: [],
  helpers: [],
  visits: 0,
  fundsFen: 0,
  since: {},
});

/** Fields of a fact that were given. */
export const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

export const person = (facts: Omit<MemberFacts, 'toJSON'>): CardMember => {
  const { person: id, name, relation, ...rest } = facts;
  return { person: id, name, relation, ...given(rest), present: true, inTransfer: false };
};

/** What follows from the people: head-count, head's name, names and numbers to search by. */
export const counted = (card: HouseholdCard): HouseholdCard => {
  const present = card.people.filter((one) => one.present);
  const head = card.people.find((one) => one.person === card.headPerson);
  const known = (values: readonly (Personal<string> | undefined)[]) =>
    values.flatMap((value) => openedOr(value, undefined) ?? []);
  return {
    ...card,
    members: present.length,
    ...(head && { head: head.name }),
    names: known(present.map(({ name }) => name)),
    idNumbers: known(present.map(({ idNumber }) => idNumber)),
  };
};

/** Sets a group of fields unless a fact of a later day has set it already. */
const valid = (
  card: HouseholdCard,
  group: string,
  meta: FactMeta,
  change: (card: HouseholdCard) => HouseholdCard,
): HouseholdCard => {
  const day = effectiveDay(meta);
  if ((card.since[group] ?? '') > day) return card;
  const changed = change(card);
  return { ...changed, since: { ...changed.since, [group]: day } };
};

export const fields = (card: HouseholdCard, facts: object, meta: FactMeta): HouseholdCard =>
  Object.entries(given(facts) as Readonly<Record<string, unknown>>).reduce(
    (now, [field, value]) => valid(now, field, meta, (at) => ({ ...at, [field]: value })),
    card,
  );

export const people = (card: HouseholdCard, members: readonly MemberFacts[]): HouseholdCard => {
  const known = new Map(card.people.map((one) => [one.person, one]));
  for (const facts of members) known.set(facts.person, { ...known.get(facts.person), ...person(facts) });
  return counted({ ...card, people: [...known.values()] });
};

export const changedPeople = (
  card: HouseholdCard,
  persons: readonly string[],
  change: Partial<CardMember>,
): HouseholdCard =>
  counted({ ...card, people: card.people.map((one) => (persons.includes(one.person) ? { ...one, ...change } : one)) });

/** The other household has received them: they are gone from here. */
export const received = (card: HouseholdCard, stream: string): HouseholdCard => {
  const gone = card.people.filter(
    ({ inTransfer, transferTo }) => inTransfer && stream === `household-${transferTo ?? ''}`,
  );
  return changedPeople(
    card,
    gone.map((one) => one.person),
    { present: false, inTransfer: false },
  );
};

export const measure = (card: HouseholdCard, id: string, change: Partial<CardMeasure>): HouseholdCard => ({
  ...card,
  measures: card.measures.map((one) => (one.id === id ? { ...one, ...change } : one)),
});

export const stage =
  (name: string) =>
  (card: HouseholdCard | undefined): HouseholdCard | undefined =>
    card && { ...card, stage: name };

export const exitStage =
  (name: string) =>
  (card: HouseholdCard | undefined): HouseholdCard | undefined =>
    card && { ...card, exitStage: name };

export const status =
  (name: string, change: Partial<HouseholdCard> = {}) =>
  (card: HouseholdCard | undefined): HouseholdCard | undefined =>
    card && { ...card, status: name, ...change };

export const opinion =
  (by: 'township' | 'county') =>
  (card: HouseholdCard | undefined, fact: { readonly opinion: string }): HouseholdCard | undefined => {
    const stages: Readonly<Record<string, string>> = {
      approve: `approved-by-${by}`,
      return: 'surveyed',
      reject: `rejected-by-${by}`,
    };
    return card && { ...card, stage: stages[fact.opinion] ?? card.stage };
  };

export const income = (
  card: HouseholdCard | undefined,
  { perHeadFen }: { readonly perHeadFen: Personal<number> },
  meta: FactMeta,
) => card && valid(card, 'perHeadFen', meta, (at) => ({ ...at, perHeadFen }));

export const leaving = (card: HouseholdCard, { members, to }: Pick<MembersListed, 'members' | 'to'>): HouseholdCard => {
  const persons = members.map(({ person: id }) => id);
  return changedPeople(card, persons, { inTransfer: true, ...given({ transferTo: to }) });
};
