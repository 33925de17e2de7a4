import type { Feature } from '@kernel/sourcing';
import { householdCard } from './card/household-card.projection';
import { householdDecider } from './household.decider';
import { householdPermissions } from './permissions';
import { appraisal, publicity } from './reactions/when.notice-and-meeting';
import { reception, reorganisationDecider, transfer } from './reorganisation';

export { DERIVED_FIELDS, HouseholdCard } from './card/card';
export { householdCard } from './card/household-card.projection';
export { allMembers, continuedBy } from './continued';
export { householdDecider } from './household.decider';
export { householdEvents } from './household.events';
export { reorganisationDecider } from './reorganisation';

export const householdFeature: Feature = {
  deciders: [householdDecider, reorganisationDecider],
  projections: [householdCard],
  processes: [publicity, appraisal, transfer, reception],
  permissions: { ...householdPermissions, DecideTransfer: ['township', 'county'] },
};
