export { householdCard } from './card/household-card.projection';
export { HouseholdCard } from './card/card';
export { idStatusOf, readIdNumber } from './rules/id-number';
export { householdEvents } from './household.events';
export type { Household } from './state/household.state';
export type { RegisterLegacyHousehold } from './commands/identification';
