import { join } from 'node:path';
import { householdCard, type HouseholdCard } from '@domain/household';
import { fullFacts, fullMember, fullMembers } from '@domain/household/testing/crowded';
import { verifyPack } from '@kernel/evidence';
import { MAX_EVENT_BYTES, newUuid } from '@kernel/format';
import { identify, VILLAGE, type DemoStage } from '@system/demo/story';
import { importRegister } from '@system/import-register';
import { verifySystem } from '@system/verification';
import { csvOf, fullRowsOf } from '../support/register-sheet';
import { Office } from '../support/office';
import { steps } from '../support/steps';

interface Item {
  readonly type: string;
  readonly id: string;
  readonly actor: string;
  readonly papers: readonly string[];
  readonly changes: readonly { readonly field: string; readonly after?: unknown }[];
}

const MEMBERS = fullMembers(40);
const ROWS = fullRowsOf(`${VILLAGE}0040`, 40);

/**
 * Forty members in each of two households, every field filled to its end: applied for, taken over, passed on, proved.
 */
describe('two households of forty over HTTP', () => {
  const step = steps();
  let office: Office;
  let stage: DemoStage;
  const applied = newUuid();
  let taken: HouseholdCard;
  const card = async (id: string) =>
    (await office.call('county-1', 'GET', `households/${id}`)).body as unknown as HouseholdCard;
  const history = async (id: string, login = 'county-1'): Promise<readonly Item[]> =>
    (await office.call(login, 'GET', `households/${id}/history`)).body['items'] as Item[];
  /** Names of the persons that an event brought. */
  const namesIn = ({ changes }: Item) =>
    changes.filter(({ field }) => /^people\[.+\]\.name$/.test(field)).map(({ after }) => after);

  beforeAll(async () => {
    office = await Office.open();
    await office.signInAll();
    stage = office.stage();
    stage.on('2014-06-03');
    const file = Buffer.from(csvOf(ROWS));
    const issued = (cmd: string) => ({ ...office.system.issued('import', 'import'), cmd });
    const refusedFile = join(office.system.settings.data, 'refused.csv');
    expect(await importRegister(office.system, file, { issued, refusedFile })).toMatchObject({
      accepted: 1,
      refused: 0,
    });
    const { items } = await office.system.models.find(householdCard, {});
    taken = items[0]!;
  }, 60_000);
  afterAll(() => office.close());

  step(
    'stand on their cards member by member, after an application and out of the old register',
    async () => {
      await identify(
        stage,
        { household: applied, members: MEMBERS, inFavour: 31, householdNo: `${VILLAGE}0041` },
        2015,
      );
      const { people, ...one } = await card(applied);
      expect(one).toMatchObject({ status: 'poor', members: 40, head: MEMBERS[0]!.name });
      expect(people).toMatchObject(MEMBERS);
      expect((await card(taken.id)).people.map(({ name, phone }) => [name, phone])).toEqual(
        ROWS.map((row) => [row['姓名'], row['人联系电话']]),
      );
    },
    60_000,
  );

  step(
    'have a history in which every event names its members, rests on its papers, and is masked where they are closed',
    async () => {
      const items = await history(applied);
      const [first, ...others] = items;
      const listed = others.filter(({ type }) => type === 'MembersListed');
      expect(first?.type).toBe('HouseholdApplicationSubmitted');
      expect(others[0]).toMatchObject({ type: 'MembersListed', papers: first?.papers });
      expect(first?.papers).toHaveLength(1);
      expect([first!, ...listed].flatMap(namesIn).toSorted()).toEqual(MEMBERS.map(({ name }) => name).toSorted());
      const masked = (await history(applied, 'admin-1'))
        .filter(({ type }) => type === 'MembersListed')
        .flatMap(namesIn);
      expect(masked.length).toBeGreaterThan(0);
      for (const name of masked) expect(name).toMatch(/^.\*+$/u);
    },
  );

  step(
    'pass all but the head from one to the other',
    async () => {
      const persons = taken.people.slice(1).map(({ person }) => person);
      const decide = async (to: string) =>
        stage.act('township-1', 'reorganisation', newUuid(), 'DecideTransfer', {
          on: '2015-05-02',
          from: taken.id,
          to,
          persons,
          cause: 'merge',
          papers: [await stage.paper('township-1', 'approval')],
        });
      stage.on('2015-05-02');
      await decide(applied);
      await stage.settled();
      const received = await card(applied);
      expect(received).toMatchObject({ members: 79 });
      expect(received.people.slice(40).map(({ person, name, phone }) => [person, name, phone])).toEqual(
        taken.people.slice(1).map(({ person, name, phone }) => [person, name, phone]),
      );
      expect(await card(taken.id)).toMatchObject({ members: 1, head: ROWS[0]!['姓名'] });
      const types = (await history(taken.id)).map(({ type }) => type);
      expect(types.slice(types.indexOf('MembersReleased'))).toEqual([
        'MembersReleased',
        'MembersListed',
        'MembersListed',
        'RecordLinked',
      ]);
    },
    60_000,
  );

  step('are corrected where a member is listed', async () => {
    const items = await history(applied);
    const event = items.filter(({ type }) => type === 'MembersListed').at(-1)?.id;
    const stored = await office.system.histories.read(office.system.commands.decider('household').events, applied);
    const { members } = stored.find(({ meta }) => meta.id === event)!.data as { members: (typeof MEMBERS)[number][] };
    const replaces = { members: members.map((one, index) => (index === 1 ? { ...one, name: '龙改名' } : one)) };
    const papers = [await stage.paper('township-1', 'correction')];
    await stage.act('township-1', 'household', applied, 'RequestCorrection', {
      event,
      corrects: 'MembersListed',
      replaces,
      reason: 'entry-error',
      papers,
    });
    const request = (await history(applied)).at(-1)?.id;
    await stage.act('township-2', 'household', applied, 'RecordCorrection', { request });
    const { people } = await card(applied);
    expect(people.find(({ person }) => person === members[1]!.person)).toMatchObject({ name: '龙改名' });
    expect(people).toHaveLength(79);
  });

  step(
    'lie in the log in events of the format, sound with their keys, links and views',
    async () => {
      await office.system.caughtUp();
      for await (const page of office.system.store.readAll())
        for (const { body, boxes } of page)
          expect(Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(boxes))).toBeLessThan(MAX_EVENT_BYTES);
      expect(await verifySystem(office.system, { keys: true, views: true })).toMatchObject({
        sound: true,
        damages: [],
      });
    },
    60_000,
  );

  step(
    'are proved by a pack that opens every member',
    async () => {
      office.system.clock.set(undefined);
      const { status, bytes } = await office.raw('county-1', 'POST', `households/${applied}/evidence-packs`, {
        body: { disclosure: 'whole' },
      });
      expect(status).toBe(201);
      const result = await verifyPack(bytes);
      expect(result).toMatchObject({ sound: true, damages: [] });
      expect(result.opened).toBeGreaterThan(4 * 79);
    },
    60_000,
  );

  step('are not forty-one', async () => {
    const members = [...MEMBERS, fullMember(40)];
    const body = {
      on: '2015-03-02',
      area: VILLAGE,
      applicant: MEMBERS[0]!.person,
      mode: 'written',
      ...fullFacts,
      members,
      papers: [newUuid()],
    };
    const refused = await office.command('village-1', 'household', newUuid(), 'SubmitHouseholdApplication', body);
    expect(refused).toMatchObject({ status: 400, body: { code: 'command/invalid', errors: [{ path: '/members' }] } });
  });
});
