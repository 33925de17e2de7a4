import type { OpenedFact } from '@kernel/sourcing';
import type { MemberFacts } from './events/fields';
import type { MembersListed } from './events/membership';

const goesOn = ({ meta, data }: OpenedFact, { meta: of }: OpenedFact): boolean =>
  meta.type === 'MembersListed' && meta.cmd === of.cmd && (data as MembersListed).of === of.type;

/** The event whose members a list goes on with; every other event speaks for itself. */
export const continuedBy = (fact: OpenedFact, facts: readonly OpenedFact[]): OpenedFact =>
  facts.find((one) => goesOn(fact, one)) ?? fact;

/** The members that an event lists, and those with whom others go on. */
export const allMembers = (fact: OpenedFact, facts: readonly OpenedFact[]): readonly MemberFacts[] =>
  [fact, ...facts.filter((one) => goesOn(one, fact))].flatMap(({ data }) => (data as MembersListed).members);
