export { DERIVED_FIELDS, HouseholdCard } from './card/card';
export { householdCard } from './card/household-card.projection';
export { allMembers } from './continued';
export { householdDecider } from './household.decider';
export { householdEvents } from './household.events';
export { householdFeature } from './household.feature';
export { HouseholdModule } from './household.module';
