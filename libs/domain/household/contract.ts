export { idStatusOf, readIdNumber } from './rules/id-number';
export { DERIVED_FIELDS, HouseholdCard } from './card/card';
export { householdCard } from './card/household-card.projection';
export { continuedBy } from './continued';
export { householdEvents } from './household.events';
