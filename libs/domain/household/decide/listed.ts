import { MAX_EVENT_BYTES } from '@kernel/format';
import type { Act, Whole } from '@kernel/sourcing';
import { LISTING, type MemberFacts } from '../events/fields';
import { householdEvents } from '../household.events';
import { refuse } from '../refusals';
import type { Household, HouseholdFact } from '../state/household.state';

type Listing = Extract<HouseholdFact, { readonly type: (typeof LISTING)[number] }>;
type Members = readonly Whole<MemberFacts>[];
type Lists = (members: Members) => HouseholdFact;

/** A quarter is left free, so that a correction, which rests on papers, can state the same members anew. */
const ROOM = (MAX_EVENT_BYTES / 4) * 3;

const isListing = (fact: HouseholdFact): fact is Listing => (LISTING as readonly string[]).includes(fact.type);

const bytesOf = ({ type, data }: HouseholdFact, owner: string): number =>
  householdEvents.types.get(type)?.bytes(data, owner) ?? 0;

/** How many of the members the event has room for; the first it takes in any case. */
const roomFor = (lists: Lists, members: Members, owner: string): number => {
  const fits = (count: number): boolean => bytesOf(lists(members.slice(0, count)), owner) <= ROOM;
  if (fits(members.length)) return members.length;
  let [fitting, tooMany] = [1, members.length];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
};

const inEvents = (first: Lists, further: Lists, members: Members, owner: string): readonly HouseholdFact[] => {
  const count = roomFor(first, members, owner);
  const fact = first(members.slice(0, count));
  const rest = members.slice(count);
  return rest.length === 0 ? [fact] : [fact, ...inEvents(further, further, rest, owner)];
};

/**
 * A fact as the log can hold it: where one event has no room for all members, others of the same append go on with
 * them.
 */
const listed = (fact: HouseholdFact, owner: string): readonly HouseholdFact[] => {
  if (!isListing(fact)) return [fact];
  const { type: of, data, ...dating } = fact;
  const to = of === 'MembersReleased' ? { to: data.to } : {};
  const facts = inEvents(
    (members) => ({ ...fact, data: { ...data, members } }) as Listing,
    (members) => ({ type: 'MembersListed', data: { of, ...to, members }, ...dating }),
    data.members,
    owner,
  );
  const bytes = bytesOf(facts[0] ?? fact, owner);
  if (bytes > MAX_EVENT_BYTES) throw refuse('household/facts-too-long', { bytes, most: MAX_EVENT_BYTES });
  return facts;
};

type Decide = (household: Household, command: never, act: Act) => readonly HouseholdFact[];

/** Lets the decisions of a table state all members in one fact: how many events that takes is decided here. */
export const listing = <T extends Readonly<Record<string, Decide>>>(table: T): T =>
  Object.fromEntries(
    Object.entries(table).map(([command, decide]) => [
      command,
      (household: Household, body: never, act: Act) =>
        decide(household, body, act).flatMap((fact) => listed(fact, act.subject)),
    ]),
  ) as unknown as T;
