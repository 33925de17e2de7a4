import fc from 'fast-check';
import { MAX_APPEND_BYTES, MAX_EVENT_BYTES, newUuid } from '@kernel/format';
import type { AnyFact, AnyProcess, Effect, FactMeta } from '@kernel/sourcing';
import { SUBJECT, foldedBy, type Given } from '@kernel/sourcing/testing/specification';
import { householdCard } from './card/household-card.projection';
import type { HouseholdCard } from './card/card';
import { householdEvents } from './household.events';
import { reception } from './reorganisation';
import type { Household } from './state/household.state';
import { fullFacts, fullMember, fullMembers, fullPapers } from './testing/crowded';
import { given, of, paper, steps } from './testing/identified';

const area = '433124110226';
const [announced, registered] = [steps.slice(0, 12), steps.at(-1)!];
const application = (members: readonly { person: string }[]) => ({
  on: '2015-03-02',
  area,
  applicant: members[0]!.person,
  mode: 'written',
  members,
  statedIncomeFen: Number.MAX_SAFE_INTEGER,
  ...fullFacts,
  papers: fullPapers(paper['application']!),
});
const [batch, started, register] = [newUuid(), newUuid(), paper['register']!];
const importing = {
  via: 'import',
  causation: started,
  others: { [batch]: { status: 'started', area: '433124', started, paper: register } },
} as const;
const legacy = (members: readonly { person: string }[], raw: readonly object[] = []) => ({
  on: '2014-04',
  area,
  kind: 'legacy',
  status: 'exited',
  head: members[0]!.person,
  members,
  evidenceGaps: ['exit-procedure'],
  papers: [register],
  import: batch,
  householdNo: '户'.repeat(40),
  perHeadFen: 1,
  monitored: 'M1',
  riskRemoved: 'yes',
  riskFoundOn: '2014-04-01',
  riskRemovedOn: '2014-04-02',
  ...fullFacts,
  raw,
});
const origin = { log: newUuid(), stream: `household-${newUuid()}`, rev: 1, h: 'a'.repeat(64) };
const transferred = (persons: readonly string[]) => ({ reorganisation: newUuid(), to: newUuid(), persons });

type Reaction = (fact: object, meta: FactMeta, state: Household) => readonly Effect[];

const bytesOf = ({ type, data }: AnyFact): number => householdEvents.types.get(type)!.bytes(data, SUBJECT);
const stateOf = (...facts: readonly Given[]) => given(...facts).state() as Household;
const factsOf = ({ members }: Household) => members.map(({ facts }) => facts);
const cardOf = (...facts: readonly Given[]) => foldedBy(householdCard)(...facts) as HouseholdCard;
const idsOf = (members: readonly { person: string }[]) => members.map(({ person }) => person);
const everybody = (facts: readonly AnyFact[]) =>
  facts.flatMap(({ data }) => (data as { members: readonly { person: string }[] }).members);

/** Whoever the events list is told in order, and every event has room for a correction of itself. */
const holds = (facts: readonly Given[], members: readonly { person: string }[]): void => {
  expect(everybody(facts)).toEqual(members);
  const [first, ...further] = facts;
  for (const { type, data } of further)
    expect([type, (data as { of: string }).of]).toEqual(['MembersListed', first?.type]);
  for (const fact of facts) {
    expect(bytesOf(fact)).toBeLessThanOrEqual((MAX_EVENT_BYTES * 3) / 4);
    const replaces = { members: (fact.data as { members: unknown }).members };
    const request = { event: newUuid(), corrects: fact.type, replaces, papers: fullPapers(newUuid()) };
    expect(bytesOf({ type: 'CorrectionRequested', data: request })).toBeLessThanOrEqual(MAX_EVENT_BYTES);
  }
  expect(facts.reduce((total, fact) => total + bytesOf(fact), 0)).toBeLessThan(MAX_APPEND_BYTES);
};

describe('a household of forty with every field filled', () => {
  const members = fullMembers(40);

  it('is applied for, and all forty stand on the card and in the state, in their order', () => {
    const facts = given().when('SubmitHouseholdApplication', application(members)).decided();
    expect(facts.length).toBeGreaterThan(1);
    holds(facts, members);
    expect(factsOf(stateOf(...facts))).toEqual(members);
    expect(cardOf(...facts)).toMatchObject({ members: 40, head: members[0]!.name });
    expect(cardOf(...facts).people).toMatchObject(members);
  });

  it('has its head also when the head is listed last', () => {
    const turned = [...members].reverse();
    const facts = given().when('SubmitHouseholdApplication', application(turned)).decided();
    expect(stateOf(...facts)).toMatchObject({ head: members[0]!.person });
    expect(cardOf(...facts)).toMatchObject({ headPerson: members[0]!.person, head: members[0]!.name });
  });

  it('is registered after its application, and taken over from the old register', () => {
    const applied = given().when('SubmitHouseholdApplication', application(members)).decided();
    const before = [...applied, ...announced.slice(1)];
    const body = { on: '2015-04-02', householdNo: '1', papers: of('approval') };
    const facts = given(...before)
      .when('RegisterHousehold', body)
      .decided();
    holds(facts, members);
    for (const fact of facts) expect(fact).toMatchObject({ validFrom: '2015-04-02' });
    expect(factsOf(stateOf(...before, ...facts))).toEqual(members);

    const raw = Array.from({ length: 400 }, (_, at) => ({ label: `${String(at)}/备注`, value: '山腰' }));
    const taken = given().when('RegisterLegacyHousehold', legacy(members, raw), importing).decided();
    holds(taken, members);
    expect(factsOf(stateOf(...taken))).toEqual(members);
    expect(cardOf(...taken).people).toMatchObject(members);
  });

  it('is refused in words when what is said beside the members has no room in one event', () => {
    const raw = Array.from({ length: 400 }, (_, at) => ({ label: `${String(at)}/备注`, value: '山'.repeat(500) }));
    given()
      .when('RegisterLegacyHousehold', legacy(members.slice(0, 1), raw), importing)
      .thenRejected('household/facts-too-long', { most: MAX_EVENT_BYTES });
  });

  const facts = given().when('RegisterLegacyHousehold', legacy(members), importing).decided();
  const leave = transferred(idsOf(members.slice(1)));
  const gone = () =>
    given(...facts)
      .when('ReleaseMembers', leave)
      .decided();

  it('lets all but the head go: all in transfer, all told to the household that receives them', () => {
    const id = newUuid();
    const [first, ...further] = gone();
    const released = [{ ...first!, id }, ...further];
    holds(released, members.slice(1));
    const state = stateOf(...facts, ...released);
    expect(state.members.map(({ inTransfer }) => inTransfer)).toEqual(members.map((_, index) => index > 0));
    expect(state.releases[id]).toEqual({ reorganisation: leave.reorganisation, to: leave.to, persons: leave.persons });
    const people = cardOf(...facts, ...released).people.slice(1);
    expect(people.map(({ inTransfer, transferTo }) => [inTransfer, transferTo])).toEqual(
      people.map(() => [true, leave.to]),
    );
    const tell = (reception as AnyProcess).on['MembersReleased'] as Reaction;
    const [effect] = tell(first!.data, { id, subject: SUBJECT } as FactMeta, state);
    expect(effect?.body).toMatchObject({ members: members.slice(1) });
    const received: Given = { type: 'RecordLinked', data: { stream: `household-${leave.to}` } };
    const after = stateOf(...facts, ...released, received);
    expect(after.members.filter(({ active }) => active)).toHaveLength(1);
    expect(tell(first!.data, { id, subject: SUBJECT } as FactMeta, after)[0]).toEqual(effect);
    expect(cardOf(...facts, ...released, received)).toMatchObject({ members: 1 });
  });

  it('has all of them back when they were refused', () => {
    const [first, ...further] = gone();
    const event = newUuid();
    const released = [{ ...first!, id: event }, ...further];
    const refused = { event, target: `household-${leave.to}`, command: 'ReceiveMembers', code: 'household/closed' };
    const back = given(...facts, ...released)
      .when('RecordEffectRefused', refused)
      .decided();
    expect(stateOf(...facts, ...released, ...back).members.some(({ inTransfer }) => inTransfer)).toBe(false);
    expect(cardOf(...facts, ...released, ...back).people.some(({ inTransfer }) => inTransfer)).toBe(false);
  });

  it('keeps two releases apart', () => {
    const other = transferred(idsOf(members.slice(1, 2)));
    const mine = { ...leave, persons: idsOf(members.slice(2)) };
    const small = given(...facts)
      .when('ReleaseMembers', other)
      .decided();
    const large = given(...facts, ...small)
      .when('ReleaseMembers', mine)
      .decided();
    expect(small).toHaveLength(1);
    expect(Object.values(stateOf(...facts, ...small, ...large).releases)).toMatchObject([other, mine]);
    const { people } = cardOf(...facts, ...small, ...large);
    expect(people.map(({ transferTo }) => transferTo)).toEqual([
      undefined,
      other.to,
      ...mine.persons.map(() => mine.to),
    ]);
  });

  it('receives forty at once', () => {
    const newcomers = fullMembers(40);
    const body = { reorganisation: newUuid(), from: newUuid(), origin, members: newcomers };
    const received = given(...facts)
      .when('ReceiveMembers', body)
      .decided();
    holds(received, newcomers);
    expect(factsOf(stateOf(...facts, ...received))).toEqual([...members, ...newcomers]);
    expect(cardOf(...facts, ...received)).toMatchObject({ members: 80 });
  });

  it('is corrected where a member is listed', () => {
    const id = newUuid();
    const [first, listed] = facts;
    const own = (listed!.data as { members: readonly { person: string }[] }).members;
    const replaces = { members: own.map((one, index) => (index === 0 ? { ...one, name: '龙' } : one)) };
    const correction: Given = {
      type: 'CorrectionRecorded',
      data: { request: newUuid(), event: id, corrects: 'MembersListed', replaces },
    };
    const state = stateOf(first!, { ...listed!, id }, ...facts.slice(2), correction);
    const at = everybody([first!]).length;
    expect(state.members[at]).toMatchObject({ facts: { person: own[0]!.person, name: '龙' } });
    expect(state.members).toHaveLength(40);
  });
});

describe('a household of any size', () => {
  const text = (most: number) =>
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: most }),
      fc.string({ unit: fc.constantFrom('龘', '\u0001', '\u{20000}', 'a'), minLength: most, maxLength: most }),
    );
  const member = fc.record(
    { name: text(60), idNumber: text(40), phone: text(40), born: fc.constant('1958'), health: fc.constant(['1', '2']) },
    { requiredKeys: ['name'] },
  );
  const members = fc
    .array(member, { minLength: 1, maxLength: 40 })
    .map((all) => all.map((one, index) => ({ ...one, person: newUuid(), relation: index === 0 ? '01' : '80' })));

  it('is applied for, leaves and is received with the same members in the same order', () => {
    fc.assert(
      fc.property(members, (all) => {
        const applied = given().when('SubmitHouseholdApplication', application(all)).decided();
        holds(applied, all);
        expect(factsOf(stateOf(...applied))).toEqual(all);
        const taken = given().when('RegisterLegacyHousehold', legacy(all), importing).decided();
        holds(taken, all);
        expect(factsOf(stateOf(...taken))).toEqual(all);
        const leave = transferred(idsOf(all.slice(1)));
        const released =
          all.length === 1
            ? []
            : given(...taken)
                .when('ReleaseMembers', leave)
                .decided();
        if (all.length > 1) holds(released, all.slice(1));
        const body = { reorganisation: newUuid(), from: newUuid(), origin, members: all };
        const received = given(...steps)
          .when('ReceiveMembers', body)
          .decided();
        holds(received, all);
        expect(factsOf(stateOf(...steps, ...received)).slice(2)).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  it('writes one event as ever where that has room', () => {
    const few = Array.from({ length: 4 }, (_, index) => fullMember(index));
    expect(given().when('SubmitHouseholdApplication', application(few)).decided()).toHaveLength(1);
    expect(registered.type).toBe('HouseholdRegistered');
  });
});
