import { householdEvents } from './household.events';

describe('the events of a household', () => {
  it('are sentences in the past tense, in words of the field', () => {
    expect(householdEvents.types.size).toBeGreaterThan(55);
    for (const type of householdEvents.types.keys()) expect(type).toMatch(/^[A-Z][A-Za-z]+(ed|en|ld|wn)$/);
  });
});
