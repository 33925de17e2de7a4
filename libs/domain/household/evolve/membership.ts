import type * as events from '../events/membership';
import type { EvolveTable, Household, Member } from '../state/household.state';
import type { MemberFacts } from '../events/fields';

type MembershipEvents = Omit<typeof events, 'Origin'>;

const withMembers = (household: Household, change: (member: Member) => Member): Household => ({
  ...household,
  members: household.members.map(change),
});

const joined = (household: Household, members: readonly MemberFacts[]): Household => {
  const persons = members.map(({ person }) => person);
  const others = household.members.filter(({ facts }) => !persons.includes(facts.person));
  return {
    ...household,
    members: [...others, ...members.map((facts) => ({ facts, active: true, inTransfer: false }))],
  };
};

const without = (household: Household, request: string): Household => {
  const { [request]: _done, ...requests } = household.requests;
  return { ...household, requests };
};

/** The other household has received them: they are gone from here. */
const received = (household: Household, stream: string): Household => {
  const releases = Object.entries(household.releases);
  const done = releases.filter(([, { to }]) => stream === `household-${to}`).flatMap(([, { persons }]) => persons);
  const open = Object.fromEntries(releases.filter(([, { to }]) => stream !== `household-${to}`));
  return withMembers({ ...household, releases: open }, (member) =>
    member.inTransfer && done.includes(member.facts.person) ? { ...member, active: false, inTransfer: false } : member,
  );
};

export const evolveMembership: EvolveTable<MembershipEvents> = {
  HouseholdProfileRevised: (household) => household,
  HouseholdMemberAdded: (household, { why: _why, papers: _papers, ...facts }) => joined(household, [facts]),
  HouseholdMemberRemoved: (household, { person }) =>
    withMembers(household, (member) => (member.facts.person === person ? { ...member, active: false } : member)),
  HouseholdHeadChanged: (household, { to }) => ({ ...household, head: to }),
  HouseholdRelocated: (household, { to }) => ({ ...household, area: to }),
  HouseholdCancelled: (household, _, { id }) => ({ ...household, status: 'cancelled', closedBy: id }),
  MisidentificationRemoved: (household, _, { id }) => ({ ...household, status: 'removed', closedBy: id }),
  RecordLinked: (household, { stream }) => received({ ...household, links: [...household.links, stream] }, stream),
  CorrectionRequested: (household, { event, corrects, replaces }, { id, actor }) => ({
    ...household,
    requests: { ...household.requests, [id]: { event, corrects, replaces, requestedBy: actor } },
  }),
  CorrectionRecorded: (household, { request }) => without(household, request),
  CorrectionRefused: (household, { request }) => without(household, request),
  MembersReleased: (household, { members, reorganisation, to }, { id }) => {
    const persons = members.map(({ person }) => person);
    const released = { ...household, releases: { ...household.releases, [id]: { reorganisation, to, persons } } };
    return withMembers(released, (member) =>
      persons.includes(member.facts.person) ? { ...member, inTransfer: true } : member,
    );
  },
  MembersReceived: (household, { members }) => joined(household, members),
  MembersReturned: (household, { persons, reorganisation }) => {
    const open = Object.entries(household.releases).filter(([, release]) => release.reorganisation !== reorganisation);
    return withMembers({ ...household, releases: Object.fromEntries(open) }, (member) =>
      persons.includes(member.facts.person) ? { ...member, inTransfer: false } : member,
    );
  },
};
