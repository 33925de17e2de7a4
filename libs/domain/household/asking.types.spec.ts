import type { ReadModels } from '@kernel/read-models';
import { householdCard } from './card/household-card.projection';

/** The compiler reads it; nothing runs it. */
const askedWrongly = (models: ReadModels): readonly unknown[] => [
  // @ts-expect-error a view is asked by its projection
  models.find('household-kard', {}),
  // @ts-expect-error an index is a key of the document
  models.find(householdCard, { where: { notAField: 1 } }),
  // @ts-expect-error a key of the document that is no index
  models.find(householdCard, { sort: 'members' }),
  models.find(householdCard, { where: { area: '433124110226', names: '石清远' }, sort: 'householdNo' }),
];

describe('a question to a view', () => {
  it('compiles for what the view has, and only for that', () => {
    expect(askedWrongly).toHaveLength(1);
  });
});
