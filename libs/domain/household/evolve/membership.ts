import type * as events from '../events/membership';
import type { LISTING, MemberFacts } from '../events/fields';
import type { EvolveTable, Household } from '../state/household.state';
import { asMembers, headOf, joined, leaving, withMembers } from './members';

type MembershipEvents = Omit<typeof events, 'Origin'>;

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

type GoOn = (household: Household, members: readonly MemberFacts[]) => Household;

const listed: GoOn = (household, members) => ({
  ...household,
  members: [...household.members, ...asMembers(members)],
});

/** More members of the event just before: what its own fold does with its own. */
const GO_ON: Readonly<Record<(typeof LISTING)[number], GoOn>> = {
  HouseholdApplicationSubmitted: (household, members) => ({
    ...listed(household, members),
    head: headOf(members, household.head),
  }),
  HouseholdRegistered: listed,
  MembersReleased: (household, members) => {
    const last = Object.entries(household.releases).at(-1);
    return last ? leaving(household, ...last, members) : household;
  },
  MembersReceived: joined,
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
  MembersReleased: (household, { members, reorganisation, to }, { id }) =>
    leaving(household, id, { reorganisation, to }, members),
  MembersReceived: (household, { members }) => joined(household, members),
  MembersListed: (household, { of, members }) => GO_ON[of](household, members),
  MembersReturned: (household, { persons, reorganisation }) => {
    const open = Object.entries(household.releases).filter(([, release]) => release.reorganisation !== reorganisation);
    return withMembers({ ...household, releases: Object.fromEntries(open) }, (member) =>
      persons.includes(member.facts.person) ? { ...member, inTransfer: false } : member,
    );
  },
};
