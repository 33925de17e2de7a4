import { defineEvents } from '@kernel/sourcing';
import { householdClasses } from './events/classes';
import { householdWords } from './household.words';

export const householdEvents = defineEvents('household', householdClasses, householdWords);

export type HouseholdEvents = (typeof householdEvents)['classes'];
