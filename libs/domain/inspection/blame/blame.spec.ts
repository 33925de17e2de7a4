import { householdCard, type HouseholdCard } from '@domain/household';
import { newUuid } from '@kernel/format';
import { changesBetween, foldDocument, knownFacts, type Moment } from '@kernel/read-models';
import { Erased, type OpenedFact } from '@kernel/sourcing';
import { openedFact, type Given } from '@kernel/sourcing/testing/specification';
import { blame, fieldHistory, type BlamedField } from './blame';

const [head, child, form, visit, proof, clerk, second, registered, request] = Array.from({ length: 9 }, () =>
  newUuid(),
) as [string, string, string, string, string, string, string, string, string];
const at = (day: string) => `${day}T02:00:00.000Z`;

const history: readonly Given[] = [
  {
    type: 'HouseholdRegistered',
    id: registered,
    by: clerk,
    at: at('2014-06-03'),
    validFrom: '2014-04',
    data: {
      area: '433124110226',
      kind: 'legacy',
      status: 'poor',
      head,
      evidenceGaps: [],
      papers: [form],
      householdNo: '4331241102260001',
      mainCause: '1',
      safeWater: 'no',
      members: [
        { person: head, name: '石甲', relation: '01' },
        { person: child, name: '石乙', relation: '20', school: '03' },
      ],
    },
  },
  {
    type: 'CorrectionRequested',
    id: request,
    by: clerk,
    at: at('2015-05-04'),
    reason: 'entry-error',
    data: { event: registered, corrects: 'HouseholdRegistered', replaces: { mainCause: '3' }, papers: [proof] },
  },
  {
    type: 'CorrectionRecorded',
    by: second,
    at: at('2015-05-08'),
    data: { request, event: registered, corrects: 'HouseholdRegistered', replaces: { mainCause: '3' } },
  },
  {
    type: 'HouseholdProfileRevised',
    by: clerk,
    at: at('2016-11-20'),
    validFrom: '2016-10-10',
    data: { year: 2016, collector: clerk, safeWater: 'yes', mainCause: '3', papers: [visit] },
  },
  {
    type: 'HouseholdProfileRevised',
    by: second,
    at: at('2017-02-01'),
    validFrom: '2015-11-01',
    reason: 'late-other',
    data: { year: 2015, collector: clerk, safeWater: 'no', papers: [visit] },
  },
  {
    type: 'HouseholdMemberRemoved',
    by: clerk,
    at: at('2017-03-01'),
    validFrom: '2017-02-20',
    data: { person: child, why: '2', papers: [proof] },
  },
];
const facts: readonly OpenedFact[] = history.map((fact, revision) => openedFact('household', fact, revision));

const whole = (card: object) => card;
const field = (name: string, moment: Moment = {}): BlamedField | undefined =>
  blame(facts, moment, whole).find((one) => one.field === name);

describe('blame', () => {
  it('names for a field the event that set it last: by whom, when, on which paper', () => {
    expect(field('safeWater')).toMatchObject({
      value: 'yes',
      set: {
        revision: 3,
        type: 'HouseholdProfileRevised',
        actor: clerk,
        recordedAt: at('2016-11-20'),
        validFrom: '2016-10-10',
        papers: [visit],
      },
    });
    expect(field('householdNo')).toMatchObject({
      set: { revision: 0, actor: clerk, validFrom: '2014-04', papers: [form] },
    });
  });

  it('lets a late entry about an earlier day set nothing that a later day has set', () => {
    expect(blame(facts, {}, whole).filter(({ set }) => set.revision === 4)).toEqual([]);
  });

  it('attributes a corrected value to the correction, with the papers and the person of its request', () => {
    expect(field('mainCause')).toMatchObject({
      value: '3',
      set: { revision: 2, type: 'CorrectionRecorded', actor: second, requestedBy: clerk, papers: [proof] },
      confirmed: { revision: 3, papers: [visit] },
    });
    expect(field('mainCause', { knownAt: at('2015-01-01') })).toMatchObject({ value: '1', set: { revision: 0 } });
    expect(field('mainCause', { asOf: '2014-12-31' })).toMatchObject({ value: '3', set: { revision: 2 } });
  });

  it('reaches into listed persons, and knows what followed from their leaving', () => {
    expect(field(`people[${child}].school`)).toMatchObject({ value: '03', set: { revision: 0 } });
    expect(field(`people[${child}].present`)).toMatchObject({ value: false, set: { revision: 5, papers: [proof] } });
    expect(field('members')).toMatchObject({ value: 1, set: { revision: 5 } });
  });

  it.each([
    [{}],
    [{ asOf: '2014-12-31' }],
    [{ asOf: '2016-01-01' }],
    [{ knownAt: at('2015-05-05') }],
    [{ asOf: '2016-12-01', knownAt: at('2016-12-01') }],
  ])('accounts for every field of the card as it reads at %j, with its value there', (moment) => {
    const card = foldDocument<HouseholdCard>(householdCard, knownFacts(facts, moment));
    const values = new Map(changesBetween(undefined, card).map(({ field: name, after }) => [name, after]));
    const blamed = blame(facts, moment, whole);
    expect(blamed.length).toBeGreaterThan(15);
    for (const { field: name, value } of blamed) expect([name, value]).toEqual([name, values.get(name)]);
    const derived = /^(names|idNumbers|since\.|headPerson|id$)|\]\.(person|id)$/;
    expect([...values.keys()].filter((name) => !derived.test(name)).sort()).toEqual(
      blamed.map((one) => one.field).sort(),
    );
  });

  it('shows values as their reader may see them, and nothing before there was anything', () => {
    const masked = blame(facts, {}, (card) => ({ ...card, mainCause: undefined, householdNo: '433124**********01' }));
    expect(masked.find((one) => one.field === 'householdNo')?.value).toBe('433124**********01');
    expect(masked.some((one) => one.field === 'mainCause')).toBe(false);
    expect(blame(facts, { knownAt: at('2014-01-01') }, whole)).toEqual([]);
    expect(blame([], {}, whole)).toEqual([]);
  });
});

describe('the history of a field', () => {
  it('is every event that changed it, from what to what', () => {
    expect(fieldHistory(facts, 'mainCause', whole)).toMatchObject([
      { revision: 0, changes: [{ field: 'mainCause', after: '1' }] },
      { revision: 2, requestedBy: clerk, papers: [proof], changes: [{ field: 'mainCause', before: '1', after: '3' }] },
    ]);
    expect(fieldHistory(facts, `people[${child}]`, whole).map(({ revision }) => revision)).toEqual([0, 5]);
    expect(fieldHistory(facts, 'present', whole).at(-1)?.changes).toEqual([
      { field: `people[${child}].present`, before: true, after: false },
    ]);
    expect(fieldHistory(facts, undefined, whole).map(({ revision }) => revision)).toEqual([0, 2, 3, 5]);
    expect(fieldHistory(facts, 'phone', whole)).toEqual([]);
  });

  it('says that a closed field changed without saying its values, and takes erased ones', () => {
    const closed = (card: object) => ({ ...card, mainCause: undefined });
    expect(fieldHistory(facts, 'mainCause', closed).at(-1)?.changes).toEqual([{ field: 'mainCause' }]);
    const erased = facts.map(({ meta, data }) => ({ meta, data: { ...data, safeWater: Erased.value } }));
    expect(fieldHistory(erased, 'safeWater', whole)[0]).toMatchObject({
      actor: clerk,
      changes: [{ field: 'safeWater', after: Erased.value }],
    });
  });
});
