import type { MemberFacts } from '../events/fields';
import type { Household, Member } from '../state/household.state';

export const asMembers = (members: readonly MemberFacts[]): readonly Member[] =>
  members.map((facts) => ({ facts, active: true, inTransfer: false }));

export const headOf = (members: readonly MemberFacts[], otherwise: string): string =>
  members.find(({ relation }) => relation === '01')?.person ?? otherwise;

export const withMembers = (household: Household, change: (member: Member) => Member): Household => ({
  ...household,
  members: household.members.map(change),
});

export const joined = (household: Household, members: readonly MemberFacts[]): Household => {
  const persons = members.map(({ person }) => person);
  const others = household.members.filter(({ facts }) => !persons.includes(facts.person));
  return { ...household, members: [...others, ...asMembers(members)] };
};

/** Those whom the release `id` lets go, all of them or more of them. */
export const leaving = (
  household: Household,
  id: string,
  { reorganisation, to }: { readonly reorganisation: string; readonly to: string },
  members: readonly MemberFacts[],
): Household => {
  const all = [...(household.released[id] ?? []), ...members];
  const persons = all.map(({ person }) => person);
  const told = {
    ...household,
    releases: { ...household.releases, [id]: { reorganisation, to, persons } },
    released: { ...household.released, [id]: all },
  };
  return withMembers(told, (member) =>
    persons.includes(member.facts.person) ? { ...member, inTransfer: true } : member,
  );
};
