import { newUuid } from '@kernel/format';
import { VILLAGE } from '@system/demo/story';
import { Office } from '../support/office';
import { importHouseholds } from '../support/register';

const ELSEWHERE = '433124102200';

describe('whoever may not act on a record', () => {
  let office: Office;
  let ours = '';
  let theirs = '';
  let paper = '';
  const english = { 'accept-language': 'en' };
  const visit = (papers: readonly string[] = [paper]) => ({
    on: '2015-06-02',
    householdPresent: true,
    done: '走访',
    papers,
  });

  /** What was answered, with the ids of this request left out. */
  const answered = async (login: string, household: string, body: object = visit(), command = 'RecordVisit') => {
    const { status, body: problem } = await office.command(login, 'household', household, command, body, english);
    return { status, problem: JSON.stringify(problem).replaceAll(household, '…') };
  };

  beforeAll(async () => {
    office = await Office.open();
    const [here, there] = await importHouseholds(office.system, [
      { area: VILLAGE, number: `${VILLAGE}0001`, head: '石爬专' },
      { area: ELSEWHERE, number: `${ELSEWHERE}0001`, head: '龙秀英' },
    ]);
    [ours, theirs] = [here!.household, there!.household];
    await office.signInAll();
    paper = await office.stage().paper('village-1', 'certificate');
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => office.close());

  it('by role learns of no record whether it is there, nor what is wrong with the request', async () => {
    const [known, unknown] = [await answered('inspector-1', ours), await answered('inspector-1', newUuid())];
    expect(known.status).toBe(403);
    expect(known.problem).toContain('access/not-permitted');
    expect(unknown).toEqual(known);
    expect(await answered('inspector-1', ours, { on: 'yesterday' })).toEqual(known);
  });

  it('by area gets for a record elsewhere what everybody gets for one that is not there', async () => {
    const unknown = await answered('village-1', newUuid());
    expect(unknown.status).toBe(404);
    expect(unknown.problem).toContain('record/not-found');
    expect(await answered('village-1', theirs)).toEqual(unknown);
    expect(await answered('village-1', theirs, visit([newUuid()]))).toEqual(unknown);
    const seen = { ...english, 'if-match': '"7"' };
    const stale = await office.command('village-1', 'household', theirs, 'RecordVisit', visit(), seen);
    expect(stale.body['code']).toBe('record/not-found');
  });

  it('has no record looked up that the request names', async () => {
    const { store } = office.system;
    const read = jest.spyOn(store, 'read');
    const unknownPaper = newUuid();
    for (const [login, household] of [
      ['inspector-1', ours],
      ['village-1', theirs],
    ] as const)
      expect((await answered(login, household, visit([unknownPaper]))).status).toBeGreaterThanOrEqual(403);
    const streams = read.mock.calls.map(([stream]) => stream);
    expect(streams).not.toContain(`paper-${unknownPaper}`);
  });

  it('may act where both are right: only then the request is read', async () => {
    const wrong = await office.command('village-1', 'household', ours, 'RecordVisit', { on: 'yesterday' }, english);
    expect(wrong).toMatchObject({ status: 400, body: { code: 'command/invalid' } });
    const unknown = await office.command('village-1', 'household', ours, 'RecordVisit', visit([newUuid()]), english);
    expect(unknown.status).toBeGreaterThanOrEqual(400);
  });
});
