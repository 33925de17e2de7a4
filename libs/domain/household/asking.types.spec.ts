import type { Commands } from '@kernel/commanding';
import type { ReadModels } from '@kernel/read-models';
import type { CommandMeta } from '@kernel/sourcing';
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

/** The compiler reads it; nothing runs it. */
const sentWrongly = (commands: Commands, id: string, issued: CommandMeta): readonly unknown[] => [
  // @ts-expect-error no decider has it
  commands.execute('household', id, 'NoSuchCommand', {}, issued),
  // @ts-expect-error there are no such records
  commands.execute('houshold', id, 'PlanExit', {}, issued),
  // @ts-expect-error a body is one of the command's class
  commands.execute('household', id, 'RecordCorrection', { asked: id }, issued),
  commands.execute('household', id, 'RecordCorrection', { request: id }, issued),
];

describe('a command sent by name', () => {
  it('compiles for what its decider has, with a body of its class, and only for that', () => {
    expect(sentWrongly).toHaveLength(3);
  });
});

describe('a question to a view', () => {
  it('compiles for what the view has, and only for that', () => {
    expect(askedWrongly).toHaveLength(1);
  });
});
