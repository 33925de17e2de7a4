import { householdEvents } from '@domain/household';
import { newUuid } from '@kernel/format';
import { openedFact, SOMEBODY, SUBJECT } from '@kernel/sourcing/testing/specification';
import type { EventTable } from '@kernel/sourcing';
import { importEvents } from '@domain/register-import/import-batch';
import { paperEvents } from '@domain/paper/paper';
import { papersOf, traceIndex } from './trace-index.projection';

const tables: readonly EventTable[] = [householdEvents, paperEvents, importEvents];
const index = traceIndex(tables);
const [paper, exception, cause, version] = [newUuid(), newUuid(), newUuid(), newUuid()];

const entryOf = (category: string, type: string, data: object, dating = {}) => {
  const fact = openedFact(category, { type, data, ...dating }, 4);
  const fold = index.on[type] as (document: undefined, data: object, meta: object) => object;
  return { key: index.key?.(data, fact.meta), id: fact.meta.id, entry: fold(undefined, fact.data, fact.meta) };
};

describe('the trace index', () => {
  it('keeps of an event its place, its actor, its cause, its rule and its papers, and nothing of a person', () => {
    const data = { year: 2016, papers: [paper], exception, perHeadFen: 400_000, householdNo: '4331241102260001' };
    const { key, id, entry } = entryOf('household', 'HouseholdExited', data, { basis: version, causation: cause });
    expect(key).toBe(id);
    expect(entry).toEqual({
      id,
      stream: `household-${SUBJECT}`,
      revision: 4,
      actor: SOMEBODY,
      cause,
      basis: version,
      papers: [paper, exception],
    });
  });

  it('finds the papers that a correction brings, and a paper by its own receipt', () => {
    const data = { event: cause, corrects: 'HouseholdExited', replaces: { papers: [exception] }, papers: [paper] };
    expect([...papersOf(householdEvents, 'CorrectionRequested', data)].sort()).toEqual([paper, exception].sort());
    expect(entryOf('paper', 'PaperReceived', { kind: 'other' }).entry).toMatchObject({ papers: [SUBJECT] });
    expect(entryOf('importBatch', 'ImportStarted', { paper, rows: 1 }).entry).toMatchObject({ papers: [paper] });
    expect(entryOf('household', 'PublicityOpened', { notice: cause, round: 1 }).entry).not.toHaveProperty('papers');
  });

  it('follows every type of event, opens nothing, and takes events as they were stored', () => {
    const types = tables.flatMap((table) => [...table.types.keys()]);
    expect(Object.keys(index.on).sort()).toEqual([...new Set(types)].sort());
    expect(index).toMatchObject({ opens: [], asStored: true });
  });
});
