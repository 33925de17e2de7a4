import { dayIssues } from '@kernel/sourcing';
import { householdEvents } from '../household.events';
import { refuse } from '../refusals';

/** What a correction puts in the place of another date is a day that exists. */
export const mustBeDays = ({ corrects, replaces }: { readonly corrects: string; readonly replaces: object }): void => {
  const owner = householdEvents.types.get(corrects)?.class;
  const unreal = owner ? dayIssues(owner, replaces).map(({ path }) => path.slice(1)) : [];
  if (unreal.length > 0) throw refuse('household/no-such-day', { fields: unreal });
};
